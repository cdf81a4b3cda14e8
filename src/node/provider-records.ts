/**
 * What this node has written down in the DHT: "ask me for this cid". Only what people pass on as a link - whole shares and
 * folders - and the newest files; any other cid is found by a search.
 */
import { Counters } from '../base/counters.ts'
import type { PeerKey } from '../base/ports.ts'
import type { Entry, EntryKey } from '../wire/entry.ts'
import { FOLDER_MIME } from './share-tracker.ts'

/** Files and folders that have a record. */
const MAX_FILES = 500
const MAX_FOLDERS = 500
/** One record at a time, and pauses, ms: a record asks some twenty peers. */
const PAUSE_MS = 1_000
/** For one record. The DHT says records again by itself; a start says them once more. */
const PROVIDE_TIMEOUT_MS = 30_000

/** Provider records of a DHT. */
export interface ContentRouting {
  /** It knows somebody who keeps records. */
  readonly isReady: boolean
  provide(cid: string, signal: AbortSignal): Promise<void>
  /** Says the record no more. Others keep it until it is over. */
  withdraw(cid: string): Promise<void>
  /** Peers with a record, whether they still have the cid or not. */
  find(cid: string, signal: AbortSignal): AsyncIterable<PeerKey>
}

export interface ProviderRecordsInit {
  routing: ContentRouting
  /** Own entries that fit a query, the latest first. */
  search(text: string, limit: number): readonly Entry[]
  /** Records are of use: the catalogues of a small network know who has what anyway. */
  isNeeded(): boolean
  /** Between records. Default: 1 s. */
  pauseMs?: number
  onError(error: unknown): void
}

export class ProviderRecords {
  readonly counts = new Counters<'provided' | 'withdrawn' | 'failed'>()
  readonly #init: ProviderRecordsInit
  /** What was said in this run. */
  readonly #provided = new Set<string>()
  #isStale = true
  #queue: string[] = []
  #stopping: AbortController | undefined
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(init: ProviderRecordsInit) {
    this.#init = init
  }

  start(): void {
    this.#stopping = new AbortController()
    this.#timer = setInterval(() => this.#tick(), this.#init.pauseMs ?? PAUSE_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping?.abort()
    await this.#running
  }

  /** Own entries came or went. */
  changed(removed: readonly EntryKey[]): void {
    this.#isStale = true
    for (const { cid } of removed) if (this.#provided.delete(cid)) void this.#withdraw(cid)
  }

  #tick(): void {
    const { routing, isNeeded } = this.#init
    if (this.#running !== undefined || !routing.isReady || !isNeeded()) return
    if (this.#isStale) this.#choose()
    const cid = this.#queue.shift()
    if (cid === undefined) return
    this.#running = this.#provide(cid).finally(() => {
      this.#running = undefined
    })
  }

  #choose(): void {
    this.#isStale = false
    const { search } = this.#init
    const folders = search(`mime:${FOLDER_MIME}`, MAX_FOLDERS)
    const files = search('size:>=0', MAX_FILES)
    const chosen = [...folders, ...files].map(({ cid }) => cid)
    const wanted = new Set(chosen)
    for (const cid of this.#provided) {
      if (wanted.has(cid)) continue
      this.#provided.delete(cid)
      void this.#withdraw(cid)
    }
    this.#queue = [...wanted].filter(cid => !this.#provided.has(cid))
  }

  async #provide(cid: string): Promise<void> {
    const { routing, onError } = this.#init
    const signal = AbortSignal.any([
      (this.#stopping as AbortController).signal,
      AbortSignal.timeout(PROVIDE_TIMEOUT_MS)
    ])
    try {
      await routing.provide(cid, signal)
      this.#provided.add(cid)
      this.counts.add('provided')
    } catch (error) {
      if (this.#stopping?.signal.aborted === true) return
      this.counts.add('failed')
      this.#queue.push(cid)
      onError(error)
    }
  }

  async #withdraw(cid: string): Promise<void> {
    try {
      await this.#init.routing.withdraw(cid)
      this.counts.add('withdrawn')
    } catch (error) {
      this.#init.onError(error)
    }
  }
}
