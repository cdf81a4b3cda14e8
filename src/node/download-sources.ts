/**
 * The sources of one download: opens sessions with peers, gets the manifest from the first that has it, and carries
 * out what the swarm decides.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Bitset } from '../base/bitset.ts'
import type { Clock, PeerKey } from '../base/ports.ts'
import { blockLength, ContentError, isSendersFault, ManifestVerifier } from '../content/index.ts'
import { type Have, type ServedFile, SourceError, type SourceView, type Swarm } from '../swarm/index.ts'
import { HAVE_WINDOW_BLOCKS } from '../wire/limits.ts'
import type { BlockClient, BlockSession, Refused } from './download-ports.ts'
import { NodeError } from './errors.ts'
import { localSession } from './local-session.ts'

/** Sessions of one download, those included that are just being opened. */
const MAX_SESSIONS = 32
/** How often a partial source is asked what it has got since, ms. */
const HAVE_EVERY_MS = 5_000
/** A source that left is not tried again before this, ms: it may have been a lost connection, or it may be useless. */
const RETRY_MS = 10_000
/** Peers remembered as left or banned before the download began, and times of retry. The oldest goes. */
const MAX_REMEMBERED = 256

export interface PoolPorts {
  client: BlockClient
  clock: Clock
  self: PeerKey
  /** The first node says how large the file is: the others may be many, and need not come for a file without room. */
  onSize(size: number): void
  /** All inner nodes are there and verified. `begin` must have been called when it resolves. */
  onManifest(verifier: ManifestVerifier): Promise<void>
  /** A block has come. False: its bytes are wrong. Rejects when it cannot be kept. */
  onBlock(block: number, chunks: Uint8Array[], bytes: number): Promise<boolean>
  /** The download cannot go on, whatever the sources do. */
  onFault(error: unknown): void
  /** The last source has gone. */
  onIdle(): void
  /** The list of sources has changed. */
  onChange(): void
}

interface Entry {
  peer: PeerKey
  session: BlockSession | undefined
  ended: AbortController
  /** It gave something already. */
  heard: boolean
}

/** The peer does not serve what we ask for; nothing is wrong with it otherwise. */
class SourceRefused extends Error {
  readonly reason: string
  constructor({ reason }: Refused) {
    super(reason)
    this.reason = reason
  }
}

export class SourcePool {
  readonly #cid: string
  readonly #ports: PoolPorts
  readonly #entries = new Map<PeerKey, Entry>()
  readonly #retryAt = new Map<PeerKey, number>()
  /** Those who went before there was a swarm, with why. */
  readonly #early = new Map<PeerKey, { state: string; banned: boolean }>()
  readonly #fetches = new Map<string, AbortController>()
  readonly #running = new Set<Promise<void>>()
  #plan: { swarm: Swarm; blocks: number; size: number | null } | undefined
  #honest = 0
  #liars = 0
  #closed = false

  constructor(cid: string, ports: PoolPorts) {
    this.#cid = cid
    this.#ports = ports
  }

  /** Sources that gave something and are still there. */
  get count(): number {
    let count = 0
    for (const entry of this.#entries.values()) if (entry.heard) count++
    return count
  }

  get sawOnlyLiars(): boolean {
    return this.#liars > 0 && this.#honest === 0
  }

  /** Tries a peer as a source, if it is not one and may be one. */
  join(peer: PeerKey): boolean {
    if (peer === this.#ports.self) return false
    const open = (entry: Entry) =>
      this.#ports.client.open(peer, {
        signal: entry.ended.signal,
        onAlive: () => this.#plan?.swarm.onBytes(peer, 0, this.#now())
      })
    return this.#join(peer, open)
  }

  joinLocal(file: ServedFile): boolean {
    return this.#join(this.#ports.self, async () => localSession(file))
  }

  /** From now on blocks are asked for. `size`: bytes of the file; null while unknown, for a file of one block. */
  begin(swarm: Swarm, blocks: number, size: number | null): void {
    this.#plan = { swarm, blocks, size }
    for (const [peer, { state, banned }] of this.#early) {
      if (banned) swarm.ban(peer, state.replace(/^banned: /, ''))
    }
    this.#early.clear()
  }

  /** Does what the swarm wants done now. */
  pump(): void {
    if (this.#plan === undefined || this.#closed) return
    const { swarm } = this.#plan
    for (const action of swarm.tick(this.#now())) {
      const entry = this.#entries.get(action.peer)
      if (action.kind === 'drop') {
        if (entry !== undefined) this.#forget(entry)
      } else if (action.kind === 'cancel') {
        for (const block of action.blocks) this.#fetches.get(`${action.peer} ${block}`)?.abort()
      } else if (entry?.session !== undefined) {
        for (const block of action.blocks) this.#track(this.#fetch(entry, entry.session, block))
      } else {
        swarm.removeSource(action.peer, 'closed', this.#now())
      }
    }
  }

  views(): SourceView[] {
    const present = this.#plan?.swarm.sources(this.#now()) ?? []
    const listed = new Set(present.map(({ peer }) => peer))
    const opening = [...this.#entries.values()]
      .filter(({ peer }) => !listed.has(peer))
      .map(({ peer }) => ({ peer, bytes: 0, rate: 0, state: 'waiting' }))
    const early = [...this.#early]
      .filter(([peer]) => !listed.has(peer) && !this.#entries.has(peer))
      .map(([peer, { state }]) => ({ peer, bytes: 0, rate: 0, state }))
    return [...present, ...opening, ...early]
  }

  /** Hangs up on all. Resolves when no block is being fetched or written any more. */
  async close(): Promise<void> {
    this.#closed = true
    for (const entry of [...this.#entries.values()]) this.#forget(entry)
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #now(): number {
    return this.#ports.clock.now()
  }

  #track(work: Promise<void>): void {
    this.#running.add(work)
    void work.finally(() => this.#running.delete(work))
  }

  #join(peer: PeerKey, open: (entry: Entry) => Promise<BlockSession>): boolean {
    if (this.#closed || this.#entries.has(peer) || this.#entries.size >= MAX_SESSIONS) return false
    if (this.#plan?.swarm.isBanned(peer) || this.#early.get(peer)?.banned) return false
    if ((this.#retryAt.get(peer) ?? 0) > this.#now()) return false
    const entry: Entry = { peer, session: undefined, ended: new AbortController(), heard: false }
    this.#entries.set(peer, entry)
    this.#track(
      this.#run(entry, open).catch(error => {
        this.#leave(entry, error)
      })
    )
    return true
  }

  async #run(entry: Entry, open: (entry: Entry) => Promise<BlockSession>): Promise<void> {
    const { signal } = entry.ended
    const session = await open(entry)
    entry.session = session
    if (signal.aborted) return void (await session.close())
    await this.#getManifest(entry, session)
    const askedAt = performance.now()
    let have = await this.#getHave(session, signal)
    const { swarm, blocks } = this.#plan!
    if (swarm.addSource(entry.peer, have, this.#now()) !== 'added') throw new SourceRefused(tooMany)
    entry.heard = true
    this.#ports.onChange()
    if (blocks > 1) swarm.onRoundTrip(entry.peer, performance.now() - askedAt)
    this.pump()
    while (have !== 'all') {
      await wait(HAVE_EVERY_MS, undefined, { signal })
      have = await this.#getHave(session, signal)
      swarm.onHave(entry.peer, have, this.#now())
      this.pump()
    }
  }

  async #getManifest(entry: Entry, session: BlockSession): Promise<void> {
    if (this.#plan !== undefined) return
    const verifier = new ManifestVerifier(this.#cid)
    if (!verifier.done) {
      const onNode = (bytes: Uint8Array): void => {
        const isFirst = verifier.size === null
        verifier.add(bytes)
        entry.heard = true
        if (isFirst && verifier.size !== null) this.#ports.onSize(verifier.size)
      }
      const answer = await session.manifest(this.#cid, onNode, { signal: entry.ended.signal })
      if (answer.kind === 'refused') throw new SourceRefused(answer)
      if (!verifier.done) throw new SourceError({ code: 'protocol', reason: 'short-manifest' })
    }
    await this.#ports.onManifest(verifier)
  }

  /** A file of one block is either there or not, so it is not asked about. */
  async #getHave(session: BlockSession, signal: AbortSignal): Promise<Have> {
    const { blocks, size } = this.#plan!
    if (blocks === 1) return 'all'
    const have = new Bitset(blocks)
    for (let first = 0; first < blocks; first += HAVE_WINDOW_BLOCKS) {
      const answer = await session.have(this.#cid, first, { signal })
      if (answer.kind === 'refused') throw new SourceRefused(answer)
      if (answer.total !== size) throw new SourceError({ code: 'protocol', reason: 'wrong-size' })
      const count = Math.min(HAVE_WINDOW_BLOCKS, blocks - first)
      if (answer.bits.length < Math.ceil(count / 8)) {
        throw new SourceError({ code: 'protocol', reason: 'wrong-length' })
      }
      for (let i = 0; i < count; i++)
        if (((answer.bits[i >> 3] as number) >> (i & 7)) & 1) have.add(first + i)
    }
    return have.count === blocks ? 'all' : have
  }

  async #fetch(entry: Entry, session: BlockSession, block: number): Promise<void> {
    const { swarm, size } = this.#plan!
    const { peer } = entry
    const cancelled = new AbortController()
    const key = `${peer} ${block}`
    this.#fetches.set(key, cancelled)
    try {
      const answer = await session.block(this.#cid, block, {
        length: size === null ? undefined : blockLength(size, block),
        signal: AbortSignal.any([cancelled.signal, entry.ended.signal]),
        onBytes: bytes => swarm.onBytes(peer, bytes, this.#now())
      })
      if (answer.kind === 'refused') {
        swarm.onRefused(peer, [block], answer.reason, answer.position, this.#now())
        this.#ports.onChange()
      } else {
        swarm.onReceived(peer, block, this.#now())
        this.pump()
        await this.#keep(peer, block, answer.chunks, answer.bytes)
      }
    } catch (error) {
      if (!cancelled.signal.aborted) this.#leave(entry, error)
    } finally {
      if (this.#fetches.get(key) === cancelled) this.#fetches.delete(key)
    }
    this.pump()
  }

  async #keep(peer: PeerKey, block: number, chunks: Uint8Array[], bytes: number): Promise<void> {
    const { swarm } = this.#plan!
    try {
      if (await this.#ports.onBlock(block, chunks, bytes)) {
        swarm.onBlock(peer, block, bytes, this.#now())
        this.#honest++
      } else {
        if (!swarm.isBanned(peer)) this.#liars++
        swarm.onBadBlock(peer, block, this.#now())
      }
    } catch (error) {
      swarm.onLost(peer, block, this.#now())
      this.#ports.onFault(error)
    }
  }

  /** A source failed: it is gone, and banned when it broke the rules or lied about an inner node. */
  #leave(entry: Entry, error: unknown): void {
    if (this.#entries.get(entry.peer) !== entry) return
    this.#forget(entry)
    if (error instanceof ContentError && !isSendersFault(error)) {
      this.#ports.onFault(new NodeError({ code: 'bad-content', message: error.message }, { cause: error }))
      return
    }
    const reason = reasonOf(error)
    const banned =
      error instanceof ContentError || (error instanceof SourceError && error.fault.code === 'protocol')
    if (banned) this.#liars++
    const swarm = this.#plan?.swarm
    if (swarm === undefined) {
      bounded(this.#early, entry.peer, { state: `${banned ? 'banned' : 'left'}: ${reason}`, banned })
    } else if (banned) swarm.ban(entry.peer, reason)
    else swarm.removeSource(entry.peer, reason, this.#now())
    this.pump()
  }

  #forget(entry: Entry): void {
    if (this.#entries.get(entry.peer) !== entry) return
    this.#entries.delete(entry.peer)
    bounded(this.#retryAt, entry.peer, this.#now() + RETRY_MS)
    entry.ended.abort(new SourceError({ code: 'closed', reason: 'dropped' }))
    if (entry.session !== undefined) this.#track(entry.session.close())
    if (this.#closed) return
    if (this.count === 0) this.#ports.onIdle()
    this.#ports.onChange()
  }
}

const tooMany: Refused = { kind: 'refused', reason: 'busy' }

function reasonOf(error: unknown): string {
  if (error instanceof SourceRefused) return error.reason
  if (error instanceof ContentError) return error.fault.code
  if (!(error instanceof SourceError)) return 'failed'
  return error.fault.code === 'protocol' ? error.fault.reason : error.fault.code
}

function bounded<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > MAX_REMEMBERED) map.delete(map.keys().next().value as K)
}
