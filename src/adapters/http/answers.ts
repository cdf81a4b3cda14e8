/**
 * How the routes answer what does not fit one object: streams while the client listens, and collections of them.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Download, GetEvent, Hit, NumberedEvent, SearchEvent } from '../../node/api.ts'
import { confirmedFirst } from '../../node/hit-order.ts'
import type { Entry } from '../../wire/entry.ts'
import { begun, eventStream, listStream, type SentEvent } from './sse.ts'

export type SearchDone = Extract<SearchEvent, { type: 'done' }>

export interface SearchResult {
  hits: Hit[]
  done: SearchDone
}

/** Knows when to stop: at the end of the server, of the client, or of the thing itself. */
export class Answers {
  /** Aborts when the server closes. */
  readonly closing: AbortSignal
  readonly #heartbeatMs: number

  constructor(closing: AbortSignal, heartbeatMs: number) {
    this.closing = closing
    this.#heartbeatMs = heartbeatMs
  }

  /** Aborts when nobody waits for this answer any more. */
  signal(reply: FastifyReply): AbortSignal {
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    return AbortSignal.any([gone.signal, this.closing])
  }

  /** @throws what `events` throws at once; later errors become the last event */
  async events(
    reply: FastifyReply,
    signal: AbortSignal,
    events: AsyncIterable<SentEvent>
  ): Promise<FastifyReply> {
    const body = eventStream(await begun(events), { signal, heartbeatMs: this.#heartbeatMs })
    return reply
      .code(200)
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .header('connection', 'close')
      .send(body)
  }

  async list<T>(reply: FastifyReply, name: string, items: AsyncIterable<T>): Promise<FastifyReply> {
    const body = listStream(name, await begun(items))
    return reply.code(200).header('content-type', 'application/json; charset=utf-8').send(body)
  }
}

/** The same address answers with events or with one object, as the client prefers. */
export function wantsEvents(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/event-stream')
}

/** A search as one object: every hit once, as it was told last, those that somebody confirmed first. */
export async function collectSearch(events: AsyncIterable<SearchEvent>): Promise<SearchResult> {
  const hits = new Map<number, Hit>()
  for await (const event of events) {
    if (event.type === 'done') return { hits: confirmedFirst(hits.values()), done: event }
    const { type: _, ...hit } = event
    hits.set(hit.row, hit)
  }
  throw new Error('the search ended without saying so')
}

/**
 * The first news of a download that then goes on without a listener.
 *
 * @throws what stands in the way of starting it; what comes later is told by `Download.error`
 */
export async function startDownload(events: AsyncIterable<GetEvent>): Promise<Download> {
  const iterator = events[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done === true) throw new Error('the download ended without saying so')
  const { type: _, ...download } = first.value
  const drain = async () => {
    while ((await iterator.next()).done !== true);
  }
  // The list of downloads tells this error to whoever asks.
  drain().catch(() => undefined)
  return download
}

export async function* asEvents<T extends { type: string }>(
  events: AsyncIterable<T>
): AsyncGenerator<SentEvent> {
  for await (const data of events) yield { data }
}

/** Events of the node with ids for Last-Event-ID; `at` joins the fields of the event. */
export async function* asNumbered(events: AsyncIterable<NumberedEvent>): AsyncGenerator<SentEvent> {
  for await (const { id, at, event } of events) {
    const data = { ...event, at }
    yield { id, data }
  }
}

/** Entries as `entry` events, the number of them last. */
export async function* asEntryEvents(entries: AsyncIterable<Entry>): AsyncGenerator<SentEvent> {
  let count = 0
  for await (const entry of entries) {
    count++
    const data = { type: 'entry', ...entry }
    yield { data }
  }
  const done = { type: 'done', entries: count }
  yield { data: done }
}

export async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items
}
