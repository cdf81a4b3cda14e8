/**
 * The sources of one download: opens sessions with peers, gets the manifest from the first that has it, and carries
 * out what the swarm decides.
 */

import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, PeerKey } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'
import { blockLength, ContentError, isSendersFault, type ManifestVerifier } from '../content/index.ts'
import { type ServedFile, SourceError, type SourceView, type Swarm } from '../swarm/index.ts'
import { BLOCK_BYTES } from '../wire/limits.ts'
import type { DownloadSource } from './api.ts'
import type { DownloadLimit } from './download-limit.ts'
import type { BlockClient, BlockSession } from './download-ports.ts'
import { NodeError } from './errors.ts'
import { localSession } from './local-session.ts'
import { askHave, askManifest, SourceRefused } from './source-answers.ts'
import { SourceRetries } from './source-retries.ts'

/** Sessions of one download, those included that are just being opened. */
const MAX_SESSIONS = 32
/** How often a partial source is asked what it has got since, ms; for the first time sooner. */
const HAVE_EVERY_MS = 5_000
const FIRST_HAVE_MS = 1_000
/** How often a source is asked who else has the file, in turns of the above; a short download never asks. */
const SOURCES_EVERY_TURNS = 6
/** So many sources are enough: nobody is asked for more. */
const ENOUGH_SOURCES = 8
/** Peers remembered as left or banned before the download began. The oldest goes. */
const MAX_REMEMBERED = 256
/** One for all: of a thousand small files a stack each would show. */
const DROPPED = new SourceError({ code: 'closed', reason: 'dropped' })

export interface PoolPorts {
  client: BlockClient
  clock: Clock
  self: PeerKey
  limit?: DownloadLimit | undefined
  /** Who lied in earlier runs. */
  banned: readonly DownloadSource[]
  /** A source says where another is that has the file. */
  introduce?(peer: PeerKey, addresses: string[]): Promise<void>
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
  /** Blocks that are being fetched from it. */
  fetches: Map<number, AbortController>
  /** It gave something already. */
  heard: boolean
}

export class SourcePool {
  readonly #cid: string
  readonly #ports: PoolPorts
  readonly #entries = new Map<PeerKey, Entry>()
  readonly #retries = new SourceRetries()
  /** Those who went before there was a swarm, with why. */
  readonly #early = new Map<PeerKey, { state: string; banned: boolean }>()
  readonly #running = new Set<Promise<void>>()
  #plan: { swarm: Swarm; blocks: number; size: number | null } | undefined
  #honest = 0
  #liars = 0
  #closed = false

  constructor(cid: string, ports: PoolPorts) {
    this.#cid = cid
    this.#ports = ports
    for (const { peerId, state } of ports.banned)
      putLast(this.#early, peerId, { state, banned: true }, MAX_REMEMBERED)
    this.#liars = ports.banned.length
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
    const { swarm, blocks } = this.#plan
    for (const action of swarm.tick(this.#now(), this.#ports.limit?.mayAsk())) {
      const entry = this.#entries.get(action.peer)
      if (action.kind === 'drop') {
        if (entry !== undefined) this.#forget(entry, howItLeft(action.reason, blocks))
      } else if (action.kind === 'cancel') {
        for (const block of action.blocks) entry?.fetches.get(block)?.abort(DROPPED)
      } else if (entry?.session !== undefined) {
        for (const block of action.blocks) this.#track(this.#fetch(entry, entry.session, block))
      } else {
        swarm.removeSource(action.peer, 'closed', this.#now())
      }
    }
  }

  /** Tries those again that were of use, when it is time. */
  retry(): void {
    for (const peer of this.#retries.due(this.#now())) this.join(peer)
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
    if (!this.#retries.mayTry(peer, this.#now())) return false
    const entry: Entry = {
      peer,
      session: undefined,
      ended: new AbortController(),
      fetches: new Map(),
      heard: false
    }
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
    const plan = this.#plan!
    const { swarm, blocks } = plan
    let have = await askHave(session, this.#cid, plan, signal)
    if (swarm.addSource(entry.peer, have, this.#now()) !== 'added')
      throw new SourceRefused({ reason: 'busy' })
    entry.heard = true
    this.#ports.onChange()
    if (blocks > 1) swarm.onRoundTrip(entry.peer, performance.now() - askedAt)
    this.pump()
    if (blocks === 1) return
    for (let turn = 1; ; turn++) {
      await wait(turn === 1 ? FIRST_HAVE_MS : HAVE_EVERY_MS, undefined, { signal })
      if (turn % SOURCES_EVERY_TURNS === 1) await this.#askForOthers(session, signal)
      if (have === 'all') continue
      have = await askHave(session, this.#cid, plan, signal)
      swarm.onHave(entry.peer, have, this.#now())
      this.pump()
    }
  }

  async #getManifest(entry: Entry, session: BlockSession): Promise<void> {
    if (this.#plan !== undefined) return
    let isFirst = true
    const onNode = ({ size }: ManifestVerifier): void => {
      entry.heard = true
      if (isFirst && size !== null) this.#ports.onSize(size)
      isFirst = false
    }
    await this.#ports.onManifest(await askManifest(session, this.#cid, onNode, entry.ended.signal))
  }

  async #askForOthers(session: BlockSession, signal: AbortSignal): Promise<void> {
    const { introduce } = this.#ports
    if (introduce === undefined || this.#entries.size >= ENOUGH_SOURCES) return
    for (const { peer, addresses } of await session.sources(this.#cid, { signal })) {
      if (this.#entries.has(peer) || peer === this.#ports.self) continue
      // What a stranger says of a third may have no sense; then that one is not tried.
      const isKnown = await introduce(peer, addresses).then(
        () => true,
        () => false
      )
      if (isKnown) this.join(peer)
    }
  }

  async #fetch(entry: Entry, session: BlockSession, block: number): Promise<void> {
    const { swarm, size } = this.#plan!
    const { peer } = entry
    // Only for this block: what ends with the source ends when its session is closed.
    const cancelled = new AbortController()
    entry.fetches.set(block, cancelled)
    this.#ports.limit?.onAsked(size === null ? BLOCK_BYTES : blockLength(size, block))
    try {
      const answer = await session.block(this.#cid, block, {
        length: size === null ? undefined : blockLength(size, block),
        signal: cancelled.signal,
        onBytes: bytes => swarm.onBytes(peer, bytes, this.#now())
      })
      if (answer.kind === 'refused') {
        swarm.onRefused(peer, [block], answer.reason, answer.position, this.#now())
        this.#ports.onChange()
      } else {
        swarm.onReceived(peer, block, this.#now())
        this.pump()
        await this.#keep(peer, block, answer.chunks, answer.bytes)
        answer.release?.()
      }
    } catch (error) {
      if (!cancelled.signal.aborted) this.#leave(entry, error)
    } finally {
      if (entry.fetches.get(block) === cancelled) entry.fetches.delete(block)
    }
    this.pump()
  }

  async #keep(peer: PeerKey, block: number, chunks: Uint8Array[], bytes: number): Promise<void> {
    const { swarm } = this.#plan!
    try {
      if (await this.#ports.onBlock(block, chunks, bytes)) {
        swarm.onBlock(peer, block, bytes, this.#now())
        this.#retries.onBlock(peer)
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
    const isSilent = error instanceof SourceError && error.fault.code === 'timeout'
    this.#forget(entry, isSilent ? 'silent' : error instanceof SourceRefused ? 'refused' : 'closed')
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
      putLast(
        this.#early,
        entry.peer,
        { state: `${banned ? 'banned' : 'left'}: ${reason}`, banned },
        MAX_REMEMBERED
      )
    } else if (banned) swarm.ban(entry.peer, reason)
    else swarm.removeSource(entry.peer, reason, this.#now())
    this.pump()
  }

  #forget(entry: Entry, how: 'closed' | 'silent' | 'refused' = 'closed'): void {
    if (this.#entries.get(entry.peer) !== entry) return
    this.#entries.delete(entry.peer)
    const isUseful = entry.heard && how !== 'refused'
    this.#retries.onLeft(entry.peer, how === 'silent' ? 'silent' : 'closed', isUseful, this.#now())
    entry.ended.abort(DROPPED)
    if (entry.session !== undefined) this.#track(entry.session.close())
    if (this.#closed) return
    if (this.count === 0) this.#ports.onIdle()
    this.#ports.onChange()
  }
}

/** Whether the state of a source, as it is listed, says that it lied. */
export function isBan(state: string): boolean {
  return state.startsWith('banned')
}

/** Who was asked for the only block and did not have it gave nothing at all. */
function howItLeft(reason: string, blocks: number): 'silent' | 'refused' | 'closed' {
  if (reason === 'timeout') return 'silent'
  return reason === 'not-found' && blocks === 1 ? 'refused' : 'closed'
}

function reasonOf(error: unknown): string {
  if (error instanceof SourceRefused) return error.reason
  if (error instanceof ContentError) return error.fault.code
  if (!(error instanceof SourceError)) return 'failed'
  return error.fault.code === 'protocol' ? error.fault.reason : error.fault.code
}
