/**
 * Everything that one peer offers, straight from that peer, verified against its signed head.
 */
import type { Clock, PeerKey } from '../base/ports.ts'
import type { CatalogLinks, HeadOpener } from '../catalog/index.ts'
import type { Entry } from '../wire/entry.ts'
import { decodePage, pageHash, pagesRoot } from '../wire/page.ts'
import { NodeError } from './errors.ts'

/** Pages of one request: the first entries come soon, and who stops reading has asked for little. */
const PAGES_PER_REQUEST = 8

export interface BrowseInit {
  links: CatalogLinks
  opener: HeadOpener
  clock: Clock
}

/**
 * Entries of `peer` in page order.
 *
 * @throws NodeError `unreachable` when it does not answer, `bad-content` when what it says does not fit its head
 */
export async function* browse(
  peer: PeerKey,
  { links, opener, clock }: BrowseInit,
  signal: AbortSignal
): AsyncGenerator<Entry> {
  const request = links.request.bind(links)
  const list = await pageListOf(peer, request, signal)
  if (list === undefined) return
  const opened = await opener.open(list.envelope, clock.now())
  if (opened.kind === 'bad' || opened.signed.head.provider !== peer) {
    throw new NodeError({ code: 'bad-content', message: `the head that ${peer} sent is not signed by it` })
  }
  if (Buffer.compare(pagesRoot(list.hashes), opened.signed.head.pagesRoot) !== 0) {
    throw new NodeError({
      code: 'bad-content',
      message: `the pages that ${peer} listed are not those of its head`
    })
  }
  for (let i = 0; i < list.hashes.length; i += PAGES_PER_REQUEST) {
    yield* pagesOf(peer, list.hashes.slice(i, i + PAGES_PER_REQUEST), request, signal)
  }
}

/** Undefined when the peer has said nothing yet, because it offers nothing. */
async function pageListOf(peer: PeerKey, request: CatalogLinks['request'], signal: AbortSignal) {
  try {
    for await (const answer of request(peer, { type: 'get-page-list', provider: peer }, signal)) {
      if (answer.type === 'page-list') return answer
      if (answer.type === 'unknown') return undefined
      break
    }
  } catch (error) {
    throw unreachable(peer, signal, error)
  }
  throw new NodeError({ code: 'unreachable', message: `${peer} did not say what it offers` })
}

async function* pagesOf(
  peer: PeerKey,
  hashes: string[],
  request: CatalogLinks['request'],
  signal: AbortSignal
): AsyncGenerator<Entry> {
  const missing = new Set(hashes)
  const answers = request(peer, { type: 'get-pages', provider: peer, hashes }, signal)[Symbol.asyncIterator]()
  try {
    while (missing.size > 0) {
      const { value, done } = await answers.next().catch(error => {
        throw unreachable(peer, signal, error)
      })
      if (done === true || value.type !== 'page') break
      if (!missing.delete(pageHash(value.bytes))) break
      yield* entriesOf(peer, value.bytes)
    }
  } finally {
    await answers.return?.()
  }
  if (missing.size > 0) {
    throw new NodeError({ code: 'bad-content', message: `${peer} did not send all pages: try again` })
  }
}

function entriesOf(peer: PeerKey, page: Uint8Array): Entry[] {
  try {
    return decodePage(page)
  } catch (cause) {
    throw new NodeError(
      { code: 'bad-content', message: `${peer} sent a page that cannot be read` },
      { cause }
    )
  }
}

/** An abort of ours goes on as it is. */
function unreachable(peer: PeerKey, signal: AbortSignal, cause: unknown): unknown {
  if (signal.aborted) return cause
  return new NodeError({ code: 'unreachable', message: `${peer} cannot be reached` }, { cause })
}
