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

/** Answers a GET or HEAD. The content is closed when the answer ends, however it ends. */
export function sendContent(request: FastifyRequest, reply: FastifyReply, content: Content): FastifyReply {
  const { cid, size } = content
  const etag = `"${cid}"`
  setHeaders(reply, content, etag)
  if (matches(request.headers['if-none-match'], etag)) return sendNothing(reply.code(304), content)
  const range = isRangeMeant(request, etag) ? parseRange(request.headers.range, size) : undefined
  if (range === 'unsatisfiable')
    return sendNothing(reply.code(416).header('content-range', `bytes */${size}`), content)
  const { start, end } = range ?? { start: 0, end: size }
  reply.code(range === undefined ? 200 : 206).header('content-length', end - start)
  if (range !== undefined) reply.header('content-range', `bytes ${start}-${end - 1}/${size}`)
  if (request.method === 'HEAD') return sendNothing(reply, content)
  return reply.send(Readable.from(bytesOf(content, { start, end }), { objectMode: false }))
}

function setHeaders(reply: FastifyReply, { name, mime }: Content, etag: string): void {
  const isShown = SHOWN.test(mime)
  const type = mime.startsWith('text/') ? `${mime}; charset=utf-8` : mime
  reply
    .header('content-type', type === '' ? 'application/octet-stream' : type)
    .header('content-disposition', `${isShown ? 'inline' : 'attachment'}; ${fileName(name)}`)
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('cross-origin-resource-policy', 'same-origin')
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, no-cache')
    .header('etag', etag)
}

function sendNothing(reply: FastifyReply, content: Content): FastifyReply {
  content.close()
  return reply.send()
}

async function* bytesOf(content: Content, range: ByteRange): AsyncGenerator<Uint8Array> {
  try {
    yield* content.read(range)
  } finally {
    content.close()
  }
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
