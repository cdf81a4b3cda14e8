/**
 * Where servers of the index can be reached: what they said, what others said of them, and who may be told what of it.
 */

import type { Connection, Libp2p } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { PeerKey } from '../../base/ports.ts'
import { putLast } from '../../base/put-last.ts'
import type { Contact } from '../../wire/index-message.ts'
import { MAX_ADDRESS_BYTES, MAX_CONTACT_ADDRESSES } from '../../wire/limits.ts'
import { ipOf, isDialable, isNear, type Reach, reachOf } from './addresses.ts'
import { peerAtEnd } from './dial-policy.ts'

/** Peers with addresses; the one named longest ago makes room. More than the table of servers and the records have room for. */
const MAX_PEERS = 8_192
/** Addresses of one peer that are kept. */
const MAX_KEPT = 4
/** Bits of an address that its owner cannot choose freely: of a /24, of a /48. */
const IPV4_GROUP_PARTS = 3
const IPV6_GROUP_PARTS = 3

interface Known {
  address: Multiaddr
  reach: Reach
}

export class IndexContacts {
  readonly #host: Libp2p
  readonly #peers = new Map<PeerKey, Known[]>()

  constructor(host: Libp2p) {
    this.#host = host
  }

  /** What is no address is left out; what is named last comes first. */
  add(peer: PeerKey, addresses: readonly string[]): void {
    const news = addresses.slice(0, MAX_KEPT).flatMap(text => parsed(text, peer))
    const told = new Set(news.map(({ address }) => address.toString()))
    const earlier = (this.#peers.get(peer) ?? []).filter(({ address }) => !told.has(address.toString()))
    putLast(this.#peers, peer, [...news, ...earlier].slice(0, MAX_KEPT), MAX_PEERS)
  }

  /** What `from` says of a peer: as little of our LAN as we would tell it, or a stranger could send us to any machine here. */
  learn({ peer, addresses }: Contact, from: PeerKey): void {
    const told = this.#reachesFor(from)
    const plausible = addresses.filter(text => parsed(text, peer).some(({ reach }) => told.includes(reach)))
    if (plausible.length > 0) this.add(peer, plausible)
  }

  isDialable(peer: PeerKey): boolean {
    return this.#known(peer).some(({ address }) => isDialable(address))
  }

  /** Addresses to dial, with PeerId. */
  dialable(peer: PeerKey): Multiaddr[] {
    return this.#known(peer)
      .filter(({ address }) => isDialable(address))
      .map(({ address }) => address.encapsulate(`/p2p/${peer}`))
  }

  /** A /24 or a /48 of a public address. */
  groupOf(peer: PeerKey): string | undefined {
    const connected = this.#connection(peer)?.remoteAddr
    const address =
      connected === undefined ? this.#known(peer).find(({ reach }) => reach === 'public')?.address : connected
    if (address === undefined || reachOf(address) !== 'public') return undefined
    const ip = ipOf(address)
    return ip === undefined ? undefined : groupOfIp(ip)
  }

  addressesFor(peer: PeerKey, asker: PeerKey): string[] {
    return this.#tell(this.#known(peer), asker)
  }

  ownAddressesFor(asker: PeerKey): string[] {
    const own = this.#host.getMultiaddrs().map(address => withoutPeer(address))
    return this.#tell(
      own.map(address => ({ address, reach: reachOf(address) })),
      asker
    )
  }

  /** Private addresses are told only to who is on a LAN of ours, our own machine's only to who is on it; nearest first. */
  #tell(known: readonly Known[], asker: PeerKey): string[] {
    const nearness = this.#reachesFor(asker)
    return known
      .filter(({ reach }) => nearness.includes(reach))
      .sort((a, b) => nearness.indexOf(a.reach) - nearness.indexOf(b.reach))
      .slice(0, MAX_CONTACT_ADDRESSES)
      .map(({ address }) => address.toString())
  }

  #reachesFor(peer: PeerKey): readonly Reach[] {
    const remote = this.#connection(peer)?.remoteAddr
    return NEARNESS[remote !== undefined && isNear(remote) ? reachOf(remote) : 'public']
  }

  #known(peer: PeerKey): Known[] {
    return this.#peers.get(peer) ?? []
  }

  #connection(peer: PeerKey): Connection | undefined {
    return this.#host.getConnections(peerIdFromString(peer)).find(({ status }) => status === 'open')
  }
}

/** What a peer may be told, by where it is itself. */
const NEARNESS: Readonly<Record<Reach, readonly Reach[]>> = {
  memory: ['memory', 'loopback', 'private', 'public'],
  loopback: ['loopback', 'private', 'public'],
  private: ['private', 'public'],
  public: ['public']
}

/** `203.0.113` of an IPv4 address, `2001:db8:1` of an IPv6 address. */
export function groupOfIp(ip: string): string {
  if (!ip.includes(':')) return ip.split('.').slice(0, IPV4_GROUP_PARTS).join('.')
  const [head = '', tail] = ip.toLowerCase().split('::')
  const parts = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - parts.length - (tail === '' ? 0 : tail.split(':').length)
  const all = [...parts, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':')]
  return all
    .slice(0, IPV6_GROUP_PARTS)
    .map(part => part.replace(/^0+(?=.)/, ''))
    .join(':')
}

function parsed(text: string, peer: PeerKey): Known[] {
  try {
    const address = multiaddr(text)
    const named = peerAtEnd(address)
    if (address.toString().length > MAX_ADDRESS_BYTES || (named !== undefined && named !== peer)) return []
    const plain = withoutPeer(address)
    return [{ address: plain, reach: reachOf(plain) }]
  } catch {
    // Somebody else's address: whatever is wrong with it, there is nobody to tell.
    return []
  }
}

function withoutPeer(address: Multiaddr): Multiaddr {
  return peerAtEnd(address) === undefined
    ? address
    : multiaddr(address.toString().replace(/\/p2p\/[^/]+$/, ''))
}
