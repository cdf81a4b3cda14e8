/**
 * The bytes of a file over HTTP: whole or in part, while it may still be on its way here.
 *
 * What is sent was made by strangers, and comes from the origin of the API. So only what a browser cannot run is shown
 * by it; all else is offered as a download, and nothing of it may load or run anything.
 */
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Content } from '../../node/api.ts'
import { type ByteRange, parseRange } from './byte-range.ts'

/** Shown where they are; SVG can hold scripts, and PDF readers are a world of their own. */
const SHOWN = /^(video\/|audio\/|image\/(?!svg)|text\/plain$)/

/** A browser that shows a film by itself makes a page with a player for it, which has to load the film. */
const PLAYED = /^(video|audio)\//
const NOTHING = "sandbox; default-src 'none'"
const ITSELF = "sandbox allow-same-origin; default-src 'none'; media-src 'self'"

/**
 * Answers a GET or HEAD. The caller closes the content when the answer has ended.
 *
 * @throws what stands in the way of the first bytes; what comes later breaks the answer off
 */
export async function sendContent(
  request: FastifyRequest,
  reply: FastifyReply,
  content: Content
): Promise<FastifyReply> {
  const { cid, size } = content
  const etag = `"${cid}"`
  const isKnown = matches(request.headers['if-none-match'], etag)
  const range = isRangeMeant(request, etag) ? parseRange(request.headers.range, size) : undefined
  if (isKnown || range === 'unsatisfiable' || request.method === 'HEAD') {
    setHeaders(reply, content, etag)
    if (isKnown) return reply.code(304).send()
    if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${size}`).send()
    return reply.code(200).header('content-length', size).send()
  }
  const { start, end } = range ?? { start: 0, end: size }
  const body = await begunBytes(content, { start, end })
  setHeaders(reply, content, etag)
  if (range !== undefined) reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${size}`)
  return reply.header('content-length', end - start).send(Readable.from(body, { objectMode: false }))
}

function setHeaders(reply: FastifyReply, { name, mime }: Content, etag: string): void {
  const isShown = SHOWN.test(mime)
  const type = mime.startsWith('text/') ? `${mime}; charset=utf-8` : mime
  reply
    .header('content-type', type === '' ? 'application/octet-stream' : type)
    .header('content-disposition', `${isShown ? 'inline' : 'attachment'}; ${fileName(name)}`)
    .header('content-security-policy', PLAYED.test(mime) ? ITSELF : NOTHING)
    .header('cross-origin-resource-policy', 'same-origin')
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, no-cache')
    .header('etag', etag)
}

/** The bytes, the first of which are there. */
async function begunBytes(content: Content, range: ByteRange): Promise<AsyncGenerator<Uint8Array>> {
  const chunks = content.read(range)[Symbol.asyncIterator]()
  return bytesFrom(await chunks.next(), chunks)
}

async function* bytesFrom(
  first: IteratorResult<Uint8Array>,
  chunks: AsyncIterator<Uint8Array>
): AsyncGenerator<Uint8Array> {
  for (let step = first; step.done !== true; step = await chunks.next()) yield step.value
}

/** A part is only wanted of what the asker has the rest of: If-Range names that. */
function isRangeMeant({ headers, method }: FastifyRequest, etag: string): boolean {
  const condition = headers['if-range']
  return method === 'GET' && (condition === undefined || condition === etag)
}

function matches(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map(tag => tag.trim().replace(/^W\//, ''))
  return tags.includes('*') || tags.includes(etag)
}

/** RFC 6266: a plain name for old clients, and the right one. */
function fileName(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const exact = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    c => `%${c.charCodeAt(0).toString(16)}`
  )
  return `filename="${plain}"; filename*=UTF-8''${exact}`
}
