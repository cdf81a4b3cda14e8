/**
 * Keeps this node connected: dials whom discovery finds, keeps 6 to 12 neighbours, comes back after every loss.
 */
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import { type Candidate, DialBook } from './dial-book.ts'

/** Below this number of neighbours the supervisor looks for more. */
export const MIN_NEIGHBOURS = 6
/** Neighbours by our own choice; others may make us theirs beyond it. */
export const MAX_CHOSEN_NEIGHBOURS = 12
/** Dials under way. */
const MAX_DIALS = 8
const DIAL_TIMEOUT_MS = 10_000
const TICK_MS = 1_000
/** Pause after a peer refused to be our neighbour, or its link broke, ms. */
const LINK_RETRY_MS = 5_000
const REFUSED_RETRY_MS = 60_000
/** A peer that we dialled and that did not say in this time what it speaks is asked all the same, ms: on a busy machine the saying gets lost. */
const UNTOLD_PATIENCE_MS = 6_000
/** Whoever dialled opens the link. We open one to a caller who did not, ms after it came. */
const CALLER_PATIENCE_MS = 3_000

export interface Contact {
  peer: PeerKey
  direction: 'inbound' | 'outbound'
  /** ms since the epoch. */
  since: number
  /** It told us that it speaks our protocols. */
  speaks: boolean
}

/** Open connections, and what it takes to have more. */
export interface Contacts {
  list(): Contact[]
  /** Dials an address, or a peer by the addresses that are known. */
  dial(
    target: { address?: string | undefined; peer?: PeerKey | undefined },
    signal: AbortSignal
  ): Promise<PeerKey>
  hangUp(peer: PeerKey): Promise<void>
  /** Peers of earlier runs. */
  remembered(): Promise<PeerKey[]>
  /** Keeps addresses (multiaddrs with or without PeerId) of a peer. Bounded by the peer store's age limit. */
  remember(peer: PeerKey, addresses: string[]): Promise<void>
}

export type LinkAnswer = 'neighbour' | { refused: string; addresses: string[] }

/** Links to neighbours. */
export interface Links {
  neighbours(): PeerKey[]
  open(peer: PeerKey, signal: AbortSignal): Promise<LinkAnswer>
}

export interface SupervisorOptions {
  self: PeerKey
  /** Addresses that are dialled for ever. */
  bootstrap: string[]
  /** False: dials nobody but `bootstrap` and `connect`. */
  dial: boolean
  /** Neighbours by our own choice. Default: MAX_CHOSEN_NEIGHBOURS. */
  maxChosen?: number | undefined
  contacts: Contacts
  links: Links
  clock: Clock
  random: Random
  /** PeerId at the end of a multiaddr, if there is one. */
  peerOf(address: string): PeerKey | undefined
  log(message: string): void
}

export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #book: DialBook
  readonly #dialling = new Set<string>()
  readonly #linking = new Set<PeerKey>()
  readonly #linkAt = new Map<PeerKey, number>()
  /** Peers that the user disconnected: left alone until the user connects them. */
  readonly #shunned = new Set<PeerKey>()
  #signal: AbortSignal | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #work = new Set<Promise<void>>()

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#book = new DialBook(options.random)
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#signal = signal
    const now = this.#options.clock.now()
    for (const address of this.#options.bootstrap) this.#addAddress(address, now)
    if (this.#options.dial) {
      for (const peer of await this.#options.contacts.remembered())
        this.#book.add({ peer, source: 'memory' }, now)
    }
    this.#timer = setInterval(() => this.tick(), TICK_MS)
    this.#timer.unref()
    this.tick()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#signal = undefined
    await Promise.allSettled(this.#work)
  }

  /** Somebody was heard on the LAN, or named by another peer. */
  async found(peer: PeerKey, addresses: string[], source: 'lan' | 'referral'): Promise<void> {
    if (!this.#options.dial || peer === this.#options.self) return
    await this.#options.contacts.remember(peer, addresses)
    this.#book.add({ peer, source, fresh: source === 'lan' }, this.#options.clock.now())
    this.tick()
  }

  /** Dials what the user named, and keeps to it from now on. */
  async connect(address: string, signal: AbortSignal): Promise<PeerKey> {
    const known = this.#options.peerOf(address)
    if (known !== undefined) this.#shunned.delete(known)
    const peer = await this.#options.contacts.dial({ address }, signal)
    this.#shunned.delete(peer)
    this.#book.add({ peer, source: 'user' }, this.#options.clock.now())
    await this.#link(peer, signal)
    return peer
  }

  async disconnect(peer: PeerKey): Promise<void> {
    this.#shunned.add(peer)
    this.#book.remove(peer)
    await this.#options.contacts.hangUp(peer)
  }

  onDisconnected(peer: PeerKey): void {
    this.#linkAt.delete(peer)
    this.#book.onDisconnected(peer, this.#options.clock.now())
  }

  onNeighbour(peer: PeerKey): void {
    if (this.#options.dial && !this.#shunned.has(peer)) {
      this.#book.add({ peer, source: 'neighbour' }, this.#options.clock.now())
    }
  }

  /** Looks at what is there and acts. Cheap; called on every change and once per second. */
  tick(): void {
    if (this.#signal === undefined || this.#signal.aborted) return
    const contacts = new Map(this.#options.contacts.list().map(contact => [contact.peer, contact]))
    this.#dialDue(contacts)
    this.#openLinks(contacts)
  }

  get #maxChosen(): number {
    return this.#options.maxChosen ?? MAX_CHOSEN_NEIGHBOURS
  }

  #addAddress(address: string, now: number): void {
    this.#book.add({ peer: this.#options.peerOf(address), address, source: 'user' }, now)
  }

  #dialDue(contacts: ReadonlyMap<PeerKey, Contact>): void {
    const now = this.#options.clock.now()
    const skip = ({ key, peer }: Candidate): boolean =>
      this.#dialling.has(key) ||
      (peer !== undefined && (contacts.has(peer) || this.#shunned.has(peer) || peer === this.#options.self))
    let chosen = this.#options.links.neighbours().length + this.#dialling.size
    for (const candidate of this.#book.due(now, skip)) {
      if (this.#dialling.size >= MAX_DIALS) return
      const most = candidate.source === 'lan' ? this.#maxChosen : MIN_NEIGHBOURS
      if (candidate.source !== 'user' && chosen >= most) continue
      chosen++
      this.#run(this.#dial(candidate))
    }
  }

  async #dial(candidate: Candidate): Promise<void> {
    const { key } = candidate
    this.#dialling.add(key)
    try {
      const signal = AbortSignal.any([this.#signal as AbortSignal, AbortSignal.timeout(DIAL_TIMEOUT_MS)])
      const peer = await this.#options.contacts.dial(candidate, signal)
      this.#book.onConnected(key, peer)
    } catch (err) {
      this.#book.onFailed(key, this.#options.clock.now())
      this.#options.log(`no connection to ${key}: ${(err as Error).message}`)
    } finally {
      this.#dialling.delete(key)
    }
  }

  #openLinks(contacts: ReadonlyMap<PeerKey, Contact>): void {
    const now = this.#options.clock.now()
    const neighbours = new Set(this.#options.links.neighbours())
    let chosen = neighbours.size + this.#linking.size
    for (const { peer, direction, since, speaks } of contacts.values()) {
      const mayLink = speaks || (direction === 'outbound' && now - since >= UNTOLD_PATIENCE_MS)
      if (!mayLink || neighbours.has(peer) || this.#linking.has(peer) || this.#shunned.has(peer)) continue
      if ((this.#linkAt.get(peer) ?? 0) > now) continue
      const waited =
        direction === 'outbound' || (now - since >= CALLER_PATIENCE_MS && chosen < MIN_NEIGHBOURS)
      if (!waited || chosen >= this.#maxChosen) continue
      chosen++
      this.#run(this.#link(peer, this.#signal as AbortSignal))
    }
  }

  async #link(peer: PeerKey, signal: AbortSignal): Promise<void> {
    if (this.#linking.has(peer) || this.#options.links.neighbours().includes(peer)) return
    this.#linking.add(peer)
    try {
      const timed = AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)])
      const answer = await this.#options.links.open(peer, timed)
      const pause = answer === 'neighbour' ? LINK_RETRY_MS : REFUSED_RETRY_MS
      this.#linkAt.set(peer, this.#options.clock.now() + pause)
      if (answer !== 'neighbour') await this.#onRefused(peer, answer.refused, answer.addresses)
    } catch (err) {
      this.#linkAt.set(peer, this.#options.clock.now() + LINK_RETRY_MS)
      this.#options.log(`no link to ${peer}: ${(err as Error).message}`)
    } finally {
      this.#linking.delete(peer)
    }
  }

  async #onRefused(peer: PeerKey, reason: string, addresses: string[]): Promise<void> {
    this.#options.log(`${peer} refused to be a neighbour: ${reason}`)
    for (const address of addresses) {
      const other = this.#options.peerOf(address)
      if (other !== undefined) await this.found(other, [address], 'referral')
    }
  }

  #run(work: Promise<void>): void {
    const done = work.then(
      () => this.#work.delete(done),
      err => {
        this.#work.delete(done)
        this.#options.log(`supervisor: ${(err as Error).message}`)
      }
    ) as Promise<void>
    this.#work.add(done)
    void done.then(() => this.tick())
  }
}
