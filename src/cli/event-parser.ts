/**
 * Reading server-sent events (HTML Living Standard, section 9.2), as far as our own server writes them.
 */
import { CliError } from './errors.ts'

/** Longest event, characters. One entry with the longest path takes 10 KB. */
const MAX_EVENT_LENGTH = 4 * 1024 * 1024

/** The `data` of each event. Comments, names and ids are skipped. */
export async function* parseEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true })
    for (let end = rest.indexOf('\n\n'); end !== -1; end = rest.indexOf('\n\n')) {
      const data = dataOf(rest.slice(0, end))
      rest = rest.slice(end + 2)
      if (data !== undefined) yield data
    }
    if (rest.length > MAX_EVENT_LENGTH)
      throw new CliError('unexpected', 'the node sent an event without an end')
  }
}

function dataOf(event: string): string | undefined {
  const lines = event.split('\n').filter(line => line.startsWith('data:'))
  if (lines.length === 0) return undefined
  return lines.map(line => line.slice(5).replace(/^ /, '')).join('\n')
}
