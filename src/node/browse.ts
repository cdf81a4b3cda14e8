/**
 * Everything that one peer offers, straight from that peer, verified against its signed head.
 */
import type { Clock, PeerKey } from '../base/ports.ts'
import type { CatalogLinks, HeadOpener } from '../catalog/index.ts'
import type { Entry } from '../wire/entry.ts'
import { comparePageKeys, decodePage, pageHash, pageKey, pagesRoot } from '../wire/page.ts'
import { NodeError } from './errors.ts'

/** Pages of one request: the first entries come soon, and who stops reading has asked for little. */
const PAGES_PER_REQUEST = 8
/** Times that a peer can change what was not read yet. */
const MAX_LISTS = 20

export interface BrowseInit {
  links: CatalogLinks
  opener: HeadOpener
  clock: Clock
}

/**
 * Entries of `peer` in page order. What changes meanwhile is listed as it was or as it is when its place in the order comes.
 *
 * @throws NodeError `unreachable` when it does not answer, `bad-content` when what it says does not fit its head
 */
export async function* browse(peer: PeerKey, init: BrowseInit, signal: AbortSignal): AsyncGenerator<Entry> {
  const request = init.links.request.bind(init.links)
  const read = new Set<string>()
  let last: Uint8Array | undefined
  for (let lists = 1; ; lists++) {
    const list = await pageListOf(peer, request, signal)
    if (list === undefined) return
    await check(peer, list, init)
    // Pages are in the order of their entries: what comes behind the last one that was read is new.
    const hashes = list.hashes.slice(list.hashes.findLastIndex(hash => read.has(hash)) + 1)
    for await (const page of pagesOf(peer, hashes, request, signal)) {
      for (const entry of entriesOf(peer, page)) {
        const key = pageKey(entry)
        if (last !== undefined && comparePageKeys(key, last) <= 0) continue
        last = key
        yield entry
      }
      read.add(pageHash(page))
    }
    if (hashes.every(hash => read.has(hash))) return
    // It keeps old pages for a minute only, which is not enough for a slow reader of a large list.
    if (lists === MAX_LISTS)
      throw new NodeError({ code: 'bad-content', message: `${peer} did not send all pages: try again` })
  }
}

async function check(
  peer: PeerKey,
  list: { envelope: Uint8Array; hashes: string[] },
  { opener, clock }: BrowseInit
): Promise<void> {
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

/** Pages in the order of `hashes`; ends early when the peer has one no more. */
async function* pagesOf(
  peer: PeerKey,
  hashes: string[],
  request: CatalogLinks['request'],
  signal: AbortSignal
): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < hashes.length; i += PAGES_PER_REQUEST) {
    const wanted = hashes.slice(i, i + PAGES_PER_REQUEST)
    const answers = request(peer, { type: 'get-pages', provider: peer, hashes: wanted }, signal)[
      Symbol.asyncIterator
    ]()
    try {
      for (const hash of wanted) {
        const { value, done } = await answers.next().catch(error => {
          throw unreachable(peer, signal, error)
        })
        if (done === true || value.type !== 'page' || pageHash(value.bytes) !== hash) return
        yield value.bytes
      }
    } finally {
      await answers.return?.()
    }
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
