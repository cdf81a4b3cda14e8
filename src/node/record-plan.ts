/**
 * Which cids have a record in the DHT, and whose turn it is. Pure.
 */
import { parseCid } from '../content/index.ts'
import type { LinkedCid } from './linked-cids.ts'

/** Files that have a record, and how many of them because many peers fetch them. */
export const MAX_RECORD_FILES = 500
const MAX_ASKED_FILES = MAX_RECORD_FILES / 2
/** Shares and folders that have one. A guess: as many as files, so that all are said within 17 minutes. */
export const MAX_RECORD_FOLDERS = 500
/**
 * A record is said again after this time, ms. Peers keep it for 48 h, and some of them leave before; the interval is that of
 * https://github.com/libp2p/specs/tree/master/kad-dht#content-provider-advertisement-and-discovery
 */
export const SAY_AGAIN_MS = 22 * 60 * 60_000
/**
 * A folder is said when it has stayed the same for this time, ms: while something in it changes it has a new cid every few
 * seconds, and peers would keep them all for two days.
 */
export const SETTLE_MS = 10_000

/** Place of a record that was not tried in this run: before all others. */
const FIRST = Number.NEGATIVE_INFINITY

interface PlannedRecord {
  /** Not before, ms. */
  dueAt: number
  /** Of those that are due, the lowest is the next. */
  place: number
}

/**
 * What is to have a record, and what matters most first.
 *
 * @param linked - shares and folders
 * @param asked - own files that several peers have fetched, those of most peers first
 * @param newest - own files, the newest first
 */
export function chooseRecords(facts: {
  linked: readonly LinkedCid[]
  asked: readonly string[]
  newest: readonly string[]
}): LinkedCid[] {
  const linked = facts.linked.slice(0, MAX_RECORD_FOLDERS)
  const isLinked = new Set(linked.map(({ cid }) => cid))
  const asked = facts.asked.filter(cid => !isLinked.has(cid)).slice(0, MAX_ASKED_FILES)
  const newest = facts.newest.filter(cid => !isLinked.has(cid))
  const files = [...new Set([...asked, ...newest])].slice(0, MAX_RECORD_FILES)
  return [...linked, ...files.map(cid => ({ cid, isFolder: false }))]
}

export class RecordPlan {
  /** Those that matter most come first. */
  #records = new Map<string, PlannedRecord>()
  #hashes = new Set<string>()

  /**
   * @param chosen - those that matter most first
   * @returns cids with a record that are chosen no more
   */
  choose(chosen: readonly LinkedCid[], now: number): string[] {
    const before = this.#records
    this.#records = new Map()
    for (const { cid, isFolder } of chosen) {
      const dueAt = isFolder ? now + SETTLE_MS : now
      this.#records.set(cid, before.get(cid) ?? { dueAt, place: FIRST })
    }
    this.#hashes = new Set([...this.#records.keys()].map(hashOf))
    return [...before]
      .filter(([cid, { place }]) => place !== FIRST && !this.#records.has(cid))
      .map(([cid]) => cid)
  }

  /** A record says the hash of a cid alone: any cid with the hash will do. */
  isChosen(cid: string): boolean {
    return this.#hashes.has(hashOf(cid))
  }

  /** The cid whose turn it is; undefined when none is due. */
  next(now: number): string | undefined {
    let next: string | undefined
    let first = Number.POSITIVE_INFINITY
    for (const [cid, { dueAt, place }] of this.#records) {
      if (dueAt > now || place >= first) continue
      next = cid
      first = place
    }
    return next
  }

  onSaid(cid: string, now: number): void {
    this.#put(cid, now + SAY_AGAIN_MS)
  }

  /** The record may have reached some, or nobody: it is the turn of all others first. */
  onFailed(cid: string, now: number): void {
    this.#put(cid, now)
  }

  #put(cid: string, dueAt: number): void {
    if (this.#records.has(cid)) this.#records.set(cid, { dueAt, place: dueAt })
  }
}

function hashOf(cid: string): string {
  return Buffer.from(parseCid(cid).digest).toString('base64')
}
