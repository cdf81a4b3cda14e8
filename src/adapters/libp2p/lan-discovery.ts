/**
 * Finding nodes on the LAN by multicast DNS, on every interface by itself.
 *
 * Message format: libp2p specs, `discovery/mdns.md`, with a service name of our own. The library's module sends by the
 * routed interface only, so that a VPN hides the LAN and a LAN without a default route hears nothing.
 */
import { randomBytes } from 'node:crypto'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import makeMdns, { type MulticastDNS, type ResponsePacket } from 'multicast-dns'
import type { PeerKey } from '../../base/ports.ts'
import { type Interface, interfaces, reachOf } from './addresses.ts'

export const LAN_SERVICE = '_p2pnode._udp.local'
const MDNS_PORT = 5353
/** Asking again, ms. A question and its answers take about 100 and 400 bytes. */
const QUERY_INTERVAL_MS = 10_000
/** Looking for interfaces that came or went, ms. */
const INTERFACE_INTERVAL_MS = 3_000
/** Addresses believed of one answer. */
const MAX_ADDRESSES = 16
/** Longest string in a TXT record (RFC 1035, section 3.3). */
const MAX_TXT_BYTES = 255

export interface LanDiscoveryOptions {
  self: PeerKey
  /** The service is named after the network, so that private networks do not meet. */
  service: string
  /** Own addresses with PeerId. */
  addresses: () => Multiaddr[]
  onPeer: (peer: PeerKey, addresses: Multiaddr[]) => void
  onWarning: (message: string) => void
}

export class LanDiscovery {
  readonly #options: LanDiscoveryOptions
  /** The specification asks for a name that does not give the PeerId away. */
  readonly #name: string
  readonly #sockets = new Map<string, MulticastDNS>()
  readonly #timers: NodeJS.Timeout[] = []

  constructor(options: LanDiscoveryOptions) {
    this.#options = options
    this.#name = `${randomBytes(16).toString('hex')}.${options.service}`
  }

  start(): void {
    this.#followInterfaces()
    this.#timers.push(
      setInterval(() => this.#followInterfaces(), INTERFACE_INTERVAL_MS),
      setInterval(() => this.#queryAll(), QUERY_INTERVAL_MS)
    )
    for (const timer of this.#timers) timer.unref()
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    const sockets = [...this.#sockets.values()]
    this.#sockets.clear()
    await Promise.all(sockets.map(close))
  }

  /** Addresses of the interfaces that are listened on. */
  get interfaces(): string[] {
    return [...this.#sockets.keys()]
  }

  #followInterfaces(): void {
    const wanted = new Set(multicastInterfaces().map(({ address }) => address))
    for (const [address, socket] of this.#sockets) {
      if (wanted.has(address)) continue
      this.#sockets.delete(address)
      void close(socket)
    }
    for (const address of wanted) if (!this.#sockets.has(address)) this.#open(address)
  }

  #open(address: string): void {
    const socket = makeMdns({ interface: address, bind: '0.0.0.0', port: MDNS_PORT })
    this.#sockets.set(address, socket)
    socket.on('error', err => {
      this.#options.onWarning(`no discovery on the LAN of ${address}: ${err.message}`)
      if (this.#sockets.get(address) === socket) this.#sockets.delete(address)
      void close(socket)
    })
    socket.on('query', ({ questions }) => {
      if (questions.some(({ name, type }) => name === this.#options.service && type === 'PTR')) {
        this.#answer(socket, address)
      }
    })
    socket.on('response', packet => this.#onResponse(packet))
    socket.on('ready', () => this.#query(socket))
  }

  #queryAll(): void {
    for (const socket of this.#sockets.values()) this.#query(socket)
  }

  #query(socket: MulticastDNS): void {
    socket.query({ questions: [{ name: this.#options.service, type: 'PTR' }] })
  }

  #answer(socket: MulticastDNS, onInterface: string): void {
    const loopback = reachOf(multiaddr(`/ip4/${onInterface}/tcp/0`)) === 'loopback'
    const data = this.#options
      .addresses()
      // Another machine would dial itself.
      .filter(address => loopback || reachOf(address) !== 'loopback')
      .map(address => `dnsaddr=${address}`)
      .filter(text => text.length <= MAX_TXT_BYTES)
      .slice(0, MAX_ADDRESSES)
    if (data.length === 0) return
    socket.respond({
      answers: [{ name: this.#options.service, type: 'PTR', class: 'IN', ttl: 120, data: this.#name }],
      additionals: [{ name: this.#name, type: 'TXT', class: 'IN', ttl: 120, data }]
    })
  }

  #onResponse({ answers, additionals }: ResponsePacket): void {
    const records = [...answers, ...additionals]
    if (!records.some(record => record.type === 'PTR' && record.name === this.#options.service)) return
    const found = new Map<PeerKey, Multiaddr[]>()
    for (const record of records) {
      if (record.type !== 'TXT' || !Array.isArray(record.data)) continue
      for (const item of record.data.slice(0, MAX_ADDRESSES)) {
        const address = parseDnsaddr(String(item))
        const peer = address?.getComponents().findLast(part => part.name === 'p2p')?.value
        if (address === undefined || peer === undefined || peer === this.#options.self) continue
        found.set(peer, [...(found.get(peer) ?? []), address])
      }
    }
    for (const [peer, addresses] of found) this.#options.onPeer(peer, addresses)
  }
}

/** IPv4 interfaces to a LAN; loopback where there is no other, so that two nodes on one machine meet off line. */
function multicastInterfaces(): Interface[] {
  const ipv4 = interfaces().filter(({ family }) => family === 'IPv4')
  const lan = ipv4.filter(({ internal }) => !internal)
  return lan.length > 0 ? lan : ipv4
}

function parseDnsaddr(text: string): Multiaddr | undefined {
  if (!text.startsWith('dnsaddr=')) return undefined
  try {
    return multiaddr(text.slice('dnsaddr='.length))
  } catch {
    // Whatever else speaks on this port is none of our business.
    return undefined
  }
}

function close(socket: MulticastDNS): Promise<void> {
  return new Promise(resolve => socket.destroy(() => resolve()))
}
