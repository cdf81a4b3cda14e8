/**
 * Open connections of the host, in the words of the node: implements the supervisor's `Contacts`.
 */
import type { Connection, IdentifyResult, PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { PeerKey } from '../../base/ports.ts'
import type { ContactView } from '../../node/node-ports.ts'
import type { Contacts } from '../../node/supervisor.ts'
import { MAX_SOURCE_ADDRESSES } from '../../wire/limits.ts'
import { isNear, type Reach, reachOf } from './addresses.ts'
import { type DialPolicy, peerAtEnd } from './dial-policy.ts'
import type { Host } from './host.ts'

/** Peers of earlier runs that are offered again. */
const MAX_REMEMBERED = 100

export interface ContactEvents {
  onConnected(peer: PeerKey, address: string): void
  onDisconnected(peer: PeerKey): void
  /** The peer told which protocols it speaks. */
  onIdentified(peer: PeerKey): void
}

export class HostContacts implements Contacts {
  readonly #host: Host
  readonly #policy: DialPolicy
  /** A peer that speaks it is one of us. */
  readonly #protocol: string
  readonly #events: ContactEvents
  readonly #speakers = new Set<PeerKey>()

  constructor(options: { host: Host; policy: DialPolicy; protocol: string; events: ContactEvents }) {
    this.#host = options.host
    this.#policy = options.policy
    this.#protocol = options.protocol
    this.#events = options.events
  }

  start(): void {
    this.#host.addEventListener('peer:connect', this.#onConnect)
    this.#host.addEventListener('peer:disconnect', this.#onDisconnect)
    this.#host.addEventListener('peer:identify', this.#onIdentify)
  }

  stop(): void {
    this.#host.removeEventListener('peer:connect', this.#onConnect)
    this.#host.removeEventListener('peer:disconnect', this.#onDisconnect)
    this.#host.removeEventListener('peer:identify', this.#onIdentify)
  }

  /** One contact for each peer: its oldest open connection. */
  list(): ContactView[] {
    const byPeer = new Map<PeerKey, Connection>()
    for (const connection of this.#host.getConnections()) {
      if (connection.status !== 'open') continue
      const peer = connection.remotePeer.toString()
      const known = byPeer.get(peer)
      if (known === undefined || connection.timeline.open < known.timeline.open) byPeer.set(peer, connection)
    }
    return [...byPeer].map(([peer, connection]) => this.#view(peer, connection))
  }

  async dial(
    target: { address?: string | undefined; peer?: PeerKey | undefined },
    signal: AbortSignal
  ): Promise<PeerKey> {
    if (target.address === undefined) {
      const connection = await this.#host.dial(peerIdFromString(target.peer as PeerKey), { signal })
      return connection.remotePeer.toString()
    }
    const address = multiaddr(target.address)
    this.#policy.name(address)
    const connection = await this.#host.dial(address, { signal })
    return connection.remotePeer.toString()
  }

  async hangUp(peer: PeerKey): Promise<void> {
    await this.#host.hangUp(peerIdFromString(peer), { signal: AbortSignal.timeout(5_000) })
  }

  /** Ends all connections with a peer at once, without a word. */
  cut(peer: PeerKey, reason: string): void {
    for (const connection of this.#host.getConnections(peerIdFromString(peer)))
      connection.abort(new Error(reason))
  }

  async remembered(): Promise<PeerKey[]> {
    const peers = await this.#host.peerStore.all({ limit: MAX_REMEMBERED })
    return peers.filter(({ addresses }) => addresses.length > 0).map(({ id }) => id.toString())
  }

  async remember(peer: PeerKey, addresses: string[]): Promise<void> {
    await this.#host.peerStore.merge(peerIdFromString(peer), {
      multiaddrs: addresses.map(text => multiaddr(text))
    })
  }

  /** Up to `count` addresses of others for `asker` to try, with PeerId; addresses of our LAN only to one who is on it. */
  referrals(count: number, asker: PeerKey): string[] {
    const contacts = this.list()
    const asksFromLan = contacts.some(({ peer, path }) => peer === asker && path === 'lan')
    return contacts
      .filter(({ peer, direction }) => peer !== asker && direction === 'outbound')
      .filter(({ path }) => path === 'direct' || asksFromLan)
      .slice(0, count)
      .map(({ address }) => address)
  }

  /**
   * Where `asker` may find a peer: addresses that it told us, those of a LAN or of this machine only to one who is there,
   * too.
   */
  async addressesFor(asker: PeerKey, peer: PeerKey): Promise<string[]> {
    const reaches = this.#host.getConnections(peerIdFromString(asker)).map(it => reachOf(it.remoteAddr))
    try {
      const { addresses } = await this.#host.peerStore.get(peerIdFromString(peer))
      return addresses
        .map(({ multiaddr: address }) => address)
        .filter(address => mayTell(reachOf(address), reaches))
        .slice(0, MAX_SOURCE_ADDRESSES)
        .map(address => withPeer(address, peer))
    } catch {
      // Nothing is known of it.
      return []
    }
  }

  #view(peer: PeerKey, connection: Connection): ContactView {
    return {
      peer,
      direction: connection.direction,
      since: connection.timeline.open,
      speaks: this.#speakers.has(peer),
      address: withPeer(connection.remoteAddr, peer),
      path: isNear(connection.remoteAddr) ? 'lan' : 'direct',
      rttMs: connection.rtt ?? null
    }
  }

  readonly #onConnect = ({ detail }: CustomEvent<PeerId>): void => {
    const connection = this.#host.getConnections(detail)[0]
    const address = connection === undefined ? '' : withPeer(connection.remoteAddr, detail.toString())
    this.#events.onConnected(detail.toString(), address)
  }

  readonly #onDisconnect = ({ detail }: CustomEvent<PeerId>): void => {
    this.#speakers.delete(detail.toString())
    this.#events.onDisconnected(detail.toString())
  }

  readonly #onIdentify = ({ detail }: CustomEvent<IdentifyResult>): void => {
    const peer = detail.peerId.toString()
    if (!detail.protocols.includes(this.#protocol)) return
    this.#speakers.add(peer)
    this.#events.onIdentified(peer)
  }
}

function mayTell(reach: Reach, reaches: readonly Reach[]): boolean {
  if (reach === 'public') return true
  // Who comes from this machine is on our LAN, too.
  return reaches.includes(reach) || (reach === 'private' && reaches.includes('loopback'))
}

function withPeer(address: Multiaddr, peer: PeerKey): string {
  return peerAtEnd(address) === undefined ? `${address}/p2p/${peer}` : address.toString()
}
