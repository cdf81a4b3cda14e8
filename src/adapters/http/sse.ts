/**
 * Answers that come bit by bit: server-sent events, and long JSON lists.
 *
 * Both are pulled: nothing is asked of the node before the client has taken what was sent. Format of the events: HTML
 * Living Standard, section 9.2.
 */
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { FIRST_EVENT_MS } from './constants.ts'
import { errorBody } from './errors.ts'

/** One event: `data` is sent as JSON, its `type` is the event's name. */
export interface SentEvent {
  id?: number
  data: { type: string } & object
}

const CHUNK_BYTES = 64 * 1024
const ENTRIES_PER_CHUNK = 256

/**
 * A body of server-sent events. An error in `events` becomes the last event, of type `error`, unless `signal` aborted.
 *
 * @param heartbeatMs - pause after which a comment is sent
 */
export function eventStream(
  events: AsyncIterator<SentEvent>,
  { signal, heartbeatMs }: { signal: AbortSignal; heartbeatMs: number }
): Readable {
  async function* frames(): AsyncGenerator<string> {
    // Sends the headers on their way, however long the first event takes.
    yield ': p2pnode\n\n'
    try {
      for (let next = events.next(); ; ) {
        const step = await orSilence(next, heartbeatMs)
        if (step === 'silence') {
          yield ': still here\n\n'
          continue
        }
        if (step.done === true) return
        yield frame(step.value)
        next = events.next()
      }
    } catch (error) {
      if (!signal.aborted) yield frame({ data: errorBody(error) })
    } finally {
      await events.return?.()
    }
  }
  return Readable.from(frames(), { objectMode: false, highWaterMark: CHUNK_BYTES })
}

/** `{"<name>":[…]}`, written as the items come. An error ends the body in the middle, so that it is no JSON. */
export function listStream<T>(name: string, items: AsyncIterator<T>): Readable {
  async function* parts(): AsyncGenerator<string> {
    let text = `{${JSON.stringify(name)}:[`
    let count = 0
    try {
      for (let step = await items.next(); step.done !== true; step = await items.next()) {
        text += count++ === 0 ? JSON.stringify(step.value) : `,${JSON.stringify(step.value)}`
        if (count % ENTRIES_PER_CHUNK > 0) continue
        yield text
        text = ''
      }
    } finally {
      await items.return?.()
    }
    yield `${text}]}`
  }
  return Readable.from(parts(), { objectMode: false, highWaterMark: CHUNK_BYTES })
}

/**
 * Asks for the first item, and waits a moment for it, so that what is wrong from the start is thrown here: before a
 * status is sent.
 */
export async function begun<T>(items: AsyncIterable<T>): Promise<AsyncIterator<T>> {
  const iterator = items[Symbol.asyncIterator]()
  const first = iterator.next()
  await orSilence(first, FIRST_EVENT_MS)
  let pending: typeof first | undefined = first
  return {
    next: () => {
      const step = pending ?? iterator.next()
      pending = undefined
      return step
    },
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined }
  }
}

async function orSilence<T>(promise: Promise<T>, ms: number): Promise<T | 'silence'> {
  const timer = new AbortController()
  const silence = delay(ms, 'silence' as const, { signal: timer.signal, ref: false })
  // The timer's own abort is no error.
  silence.catch(() => undefined)
  try {
    return await Promise.race([promise, silence])
  } finally {
    timer.abort()
  }
}

function frame({ id, data }: SentEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
}
