/**
 * Who may talk to the API: holders of the token, and no web page but our own.
 *
 * A page of another site can send requests to loopback. Its Origin gives it away; and where it pretends to be us by
 * DNS rebinding, its Host does. Both are checked before the token, for the open routes, too.
 *
 * A player can send no header with what it plays. So a holder of the token can get a ticket, which stands in the address
 * and opens one content and nothing else: what leaks with an address is not worth more.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { TOKEN_BYTES } from './constants.ts'
import { HttpError } from './errors.ts'

/** A fresh token, base64url. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/** Compares in a time that tells nothing of where the two differ. */
export function sameToken(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

/**
 * Refuses what a foreign web page could send.
 *
 * @param boundHost - name or address that the server was told to listen on, if any
 * @throws HttpError `forbidden`
 */
export function checkSite(request: FastifyRequest, boundHost?: string): void {
  const host = request.headers.host ?? ''
  if (!isOurHost(host, request, boundHost)) {
    throw new HttpError('forbidden', `this node is not called ${JSON.stringify(host)}; use its own address`)
  }
  const { origin } = request.headers
  if (origin != null && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    throw new HttpError('forbidden', `pages of ${JSON.stringify(origin)} may not use this node`)
  }
}

/** Opens the content that `target` names, for as long as the token is right. */
export function contentTicket(token: string, target: string): string {
  return createHmac('sha256', token).update(`content ${target}`).digest('base64url')
}

/** Whether the request is for the one content that its ticket opens. */
export function hasContentTicket({ params, query }: FastifyRequest, token: string): boolean {
  const { cid } = params as { cid?: unknown }
  const { ticket } = query as { ticket?: unknown }
  return typeof cid === 'string' && typeof ticket === 'string' && sameToken(ticket, contentTicket(token, cid))
}

/** @throws HttpError `not-authorised` without the right bearer token */
export function checkToken(request: FastifyRequest, token: string): void {
  const given = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (given == null || !sameToken(given, token)) {
    throw new HttpError('not-authorised', 'send the token of api.json: Authorization: Bearer TOKEN')
  }
}

/**
 * Loopback names pass with any port: a forwarded port (ssh -L) is another one. A bound address passes with the port of
 * the socket. An address is safe where a name is not, because nobody can make a page's own address ours.
 */
function isOurHost(host: string, request: FastifyRequest, boundHost: string | undefined): boolean {
  const parsed = /^(\[[0-9a-f:.]+\]|[^:[\]/@]+)(?::(\d{1,5}))?$/i.exec(host)
  if (parsed == null) return false
  const name = (parsed[1] as string).toLowerCase().replace(/^\[|\]$/g, '')
  if (name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name)) return true
  const { localAddress, localPort } = request.socket
  if (Number(parsed[2] ?? 80) !== localPort) return false
  return name === boundHost?.toLowerCase() || name === localAddress?.replace(/^::ffff:/, '')
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
