/**
 * What this node has written down in the DHT: "ask me for this cid". Only what people pass on as a link - whole shares and
 * folders - and files that are new or that many want; any other cid is found by a search.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Counters } from '../base/counters.ts'
import type { Clock, PeerKey } from '../base/ports.ts'
import type { Entry } from '../wire/entry.ts'
import { AskedFiles } from './asked-files.ts'
import type { LinkedCid } from './linked-cids.ts'
import { chooseRecords, MAX_RECORD_FILES, MAX_RECORD_FOLDERS, RecordPlan } from './record-plan.ts'
import { FOLDER_MIME } from './share-tracker.ts'

/** One record at a time, and pauses, ms: a record asks some twenty peers. */
const PAUSE_MS = 1_000
/** Pause after a choice among all that is shared, in times of what it took: a hundredth of a core at most. */
const CHOICE_PAUSE_FACTOR = 99
/** When nobody takes records, pauses grow up to this many. */
const MAX_PAUSES = 300
/** For one record. A start says all of them once more: the addresses in it may be others. */
const PROVIDE_TIMEOUT_MS = 30_000
/**
 * How often the records that the DHT would say again by itself are looked through, ms. It reads them every hour and says
 * what is over, one after the other; what was withdrawn while it waited for its turn is then there again.
 */
const SWEEP_MS = 30 * 60_000
/** Records withdrawn without a pause. */
const SWEEP_STEP = 50

/** Provider records of a DHT. */
export interface ContentRouting {
  /** It knows somebody who keeps records. */
  readonly isReady: boolean
  provide(cid: string, signal: AbortSignal): Promise<void>
  /** Says the record no more. Others keep it until it is over. Asks nobody. */
  withdraw(cid: string): Promise<void>
  /** Records that are said again, also those of earlier runs. Cids with their hashes: the codec may be another. */
  own(signal: AbortSignal): AsyncIterable<string>
  /** Peers with a record, whether they still have the cid or not. */
  find(cid: string, signal: AbortSignal): AsyncIterable<PeerKey>
}

export interface ProviderRecordsInit {
  routing: ContentRouting
  /** Own entries that fit a query, the latest first. */
  search(text: string, limit: number): readonly Entry[]
  /** Whether all may see a file of this node with the cid. */
  isOffered(cid: string): boolean
  /** Shares and folders that all may see, those that matter most first. */
  linked(limit: number): readonly LinkedCid[]
  /** Records are of use: the catalogues of a small network know who has what anyway. */
  isNeeded(): boolean
  clock: Clock
  /** Between records. Default: 1 s. */
  pauseMs?: number
  onError(error: unknown): void
}

export class ProviderRecords {
  readonly counts = new Counters<'provided' | 'withdrawn' | 'failed'>()
  readonly #init: ProviderRecordsInit
  readonly #pauseMs: number
  readonly #plan = new RecordPlan()
  readonly #asked = new AskedFiles()
  /** Entries came or went since the last choice. */
  #isStale = true
  #choiceAt = Number.NEGATIVE_INFINITY
  #sweepAt: number
  /** After failures, in pauses: how long to wait, and how much of it is left. */
  #failurePauses = 0
  #pausesLeft = 0
  #stopping = new AbortController()
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(init: ProviderRecordsInit) {
    this.#init = init
    this.#pauseMs = init.pauseMs ?? PAUSE_MS
    this.#sweepAt = performance.now() + SWEEP_MS
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), this.#pauseMs).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await this.#running
  }

  /** Own entries came or went. */
  changed(): void {
    this.#isStale = true
  }

  /** A peer began to fetch a file from this node. */
  onFetched(cid: string, peer: PeerKey): void {
    this.#asked.onAsked(cid, peer, this.#init.clock.now())
  }

  /** It is known which entries of an earlier run are gone: so are their records, with the next tick. */
  reconciled(): void {
    this.#isStale = true
    this.#choiceAt = Number.NEGATIVE_INFINITY
    this.#sweepAt = Number.NEGATIVE_INFINITY
  }

  #tick(): void {
    if (this.#running !== undefined) return
    this.#running = this.#work()
      .catch(error => {
        if (!this.#stopping.signal.aborted) this.#init.onError(error)
      })
      .finally(() => {
        this.#running = undefined
      })
  }

  async #work(): Promise<void> {
    const { routing, isNeeded, clock } = this.#init
    const now = performance.now()
    if (now >= this.#sweepAt) {
      this.#sweepAt = now + SWEEP_MS
      await this.#sweep()
      return
    }
    if (!routing.isReady || !isNeeded()) return
    if (this.#pausesLeft > 0) {
      this.#pausesLeft--
      return
    }
    const gone = this.#choose()
    const cid = this.#plan.next(clock.now())
    if (gone.length > 0) await this.#withdrawAll(gone)
    else if (cid !== undefined) await this.#provide(cid)
  }

  /** @returns cids with a record that are to have none */
  #choose(): string[] {
    const start = performance.now()
    if (!this.#isStale || start < this.#choiceAt) return []
    this.#isStale = false
    const gone = this.#plan.choose(this.#chosen(), this.#init.clock.now())
    const end = performance.now()
    this.#choiceAt = end + CHOICE_PAUSE_FACTOR * (end - start)
    return gone
  }

  #chosen(): LinkedCid[] {
    const { search, linked, isOffered, clock } = this.#init
    const shares = linked(MAX_RECORD_FOLDERS)
    // Shares are entries, too.
    const newest = search('size:>=0', MAX_RECORD_FILES + shares.length)
    return chooseRecords({
      linked: shares,
      asked: this.#asked.most(clock.now()).filter(isOffered),
      newest: newest.filter(({ mime }) => mime !== FOLDER_MIME).map(({ cid }) => cid)
    })
  }

  /** Withdraws records that are not chosen, whoever left them: an earlier run, a try that failed, the DHT itself. */
  async #sweep(): Promise<void> {
    // Peers may have fetched other files than before.
    this.#isStale = true
    await this.#withdrawAll(this.#choose())
    const { signal } = this.#stopping
    let withdrawn = 0
    for await (const cid of this.#init.routing.own(signal)) {
      if (this.#plan.isChosen(cid)) continue
      await this.#withdraw(cid)
      if (++withdrawn % SWEEP_STEP === 0) await sleep(this.#pauseMs, undefined, { signal, ref: false })
    }
  }

  async #withdrawAll(cids: readonly string[]): Promise<void> {
    for (const cid of cids) {
      if (this.#stopping.signal.aborted) return
      await this.#withdraw(cid)
    }
  }

  async #provide(cid: string): Promise<void> {
    const { routing, clock, onError } = this.#init
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(PROVIDE_TIMEOUT_MS)])
    try {
      await routing.provide(cid, signal)
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      this.#plan.onFailed(cid, clock.now())
      this.#failurePauses = Math.min(MAX_PAUSES, 2 * this.#failurePauses + 1)
      this.#pausesLeft = this.#failurePauses
      this.counts.add('failed')
      onError(error)
      return
    }
    this.#failurePauses = 0
    this.#plan.onSaid(cid, clock.now())
    this.counts.add('provided')
  }

  async #withdraw(cid: string): Promise<void> {
    await this.#init.routing.withdraw(cid)
    this.counts.add('withdrawn')
  }
}
