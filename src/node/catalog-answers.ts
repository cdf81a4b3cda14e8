/**
 * Answers to those who pull pages from this node, its own and those it knows of others.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { Counters } from '../base/counters.ts'
import type { Clock, PeerKey } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'
import { TokenBucket } from '../base/token-bucket.ts'
import type { KnownCatalogue, OwnCatalogue } from '../catalog/index.ts'
import type { CatalogMessage } from '../wire/catalog-message.ts'
import { HASH_BYTES } from '../wire/limits.ts'

/** What one peer can pull: at once the catalogue of a small network, then a little, delayed and never punished. */
export const PULL_RATE = { burst: 8 * 1024 * 1024, perSecond: 64 * 1024 }
/** Peers with a bucket of their own; the one silent longest makes room and starts afresh. */
const MAX_PULLERS = 512

export interface CatalogAnswersInit {
  self: PeerKey
  own: OwnCatalogue
  known: KnownCatalogue
  clock: Clock
}

export class CatalogAnswers {
  readonly #init: CatalogAnswersInit
  /** In order of last use. */
  readonly #buckets = new Map<PeerKey, TokenBucket>()
  readonly counts = new Counters<'page-lists' | 'pages' | 'page-bytes' | 'unknown' | 'unexpected'>()

  constructor(init: CatalogAnswersInit) {
    this.#init = init
  }

  /** Answers to one request, each when its asker may have it. */
  async *answer(from: PeerKey, request: CatalogMessage, signal: AbortSignal): AsyncGenerator<CatalogMessage> {
    switch (request.type) {
      case 'get-page-list':
        yield await this.#pageList(from, request.provider, signal)
        break
      case 'get-pages':
        for (const hash of new Set(request.hashes)) {
          const bytes = this.#pageBytes(request.provider, hash)
          if (bytes == null) continue
          await this.#pay(from, bytes.length, signal)
          this.counts.add('pages')
          this.counts.add('page-bytes', bytes.length)
          yield { type: 'page', bytes }
        }
        yield { type: 'end' }
        break
      default:
        this.counts.add('unexpected')
        yield { type: 'unknown' }
    }
  }

  async #pageList(from: PeerKey, provider: PeerKey, signal: AbortSignal): Promise<CatalogMessage> {
    const { self, own, known } = this.#init
    const list = provider === self ? own.pageList() : known.pageList(provider)
    if (list == null) {
      this.counts.add('unknown')
      return { type: 'unknown' }
    }
    await this.#pay(from, list.envelope.length + list.hashes.length * HASH_BYTES, signal)
    this.counts.add('page-lists')
    return { type: 'page-list', ...list }
  }

  #pageBytes(provider: PeerKey, hash: string): Uint8Array | undefined {
    const { self, own, known } = this.#init
    return provider === self ? own.pageBytes(hash) : known.pageBytes(provider, hash)
  }

  async #pay(from: PeerKey, bytes: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#init
    const bucket = this.#buckets.get(from) ?? new TokenBucket(PULL_RATE, clock.now())
    putLast(this.#buckets, from, bucket, MAX_PULLERS)
    while (!bucket.take(bytes, clock.now())) {
      await sleep(Math.max(1, bucket.waitMs(bytes, clock.now())), undefined, { signal, ref: false })
    }
  }
}
