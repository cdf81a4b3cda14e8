/**
 * Links to content, for people to send around: `p2p:<cid>?name=…&size=…&p=<address>…`.
 */
import { MAX_ADDRESS_BYTES, MAX_NAME_BYTES } from '../wire/limits.ts'
import { parseCid } from './cid.ts'
import { ContentError } from './errors.ts'

const SCHEME = 'p2p:'

/** Addresses of one link. More do not fit a QR code anyway. */
export const MAX_LINK_ADDRESSES = 16
/** Characters of a link: all its parts at their longest, each byte as `%xx`, stay below. */
const MAX_LINK_CHARS = 32 * 1024

export interface Link {
  cid: string
  /** Proposed name. From a stranger: not safe as a file name as it is. */
  name?: string
  /** Bytes, as the link claims. */
  size?: number
  /** Multiaddrs of peers that may have it. Not parsed here. */
  addresses: string[]
}

/** Whether `text` means to be a link. */
export function isLink(text: string): boolean {
  return text.slice(0, SCHEME.length).toLowerCase() === SCHEME
}

export function formatLink(link: Link): string {
  const parts: string[] = []
  if (link.name != null) parts.push(`name=${encode(link.name)}`)
  if (link.size != null) parts.push(`size=${link.size}`)
  for (const address of link.addresses) parts.push(`p=${encode(address)}`)
  return `${SCHEME}${link.cid}${parts.length > 0 ? '?' : ''}${parts.join('&')}`
}

/**
 * Parameters that are not known are ignored.
 *
 * @throws ContentError `bad-link`, or `bad-cid` when only the cid is wrong
 */
export function parseLink(text: string): Link {
  if (!isLink(text)) throw bad('it does not begin with p2p:')
  if (text.length > MAX_LINK_CHARS) throw bad(`longer than ${MAX_LINK_CHARS} characters`)
  const [cid = '', query = ''] = text.slice(SCHEME.length).split('?', 2)
  const link: Link = { cid: parseCid(cid).text, addresses: [] }
  for (const [key, value] of new URLSearchParams(query)) {
    if (key === 'name') link.name = checkLength(value, MAX_NAME_BYTES, 'name')
    else if (key === 'size') link.size = parseSize(value)
    else if (key === 'p') link.addresses.push(checkLength(value, MAX_ADDRESS_BYTES, 'address'))
  }
  if (link.addresses.length > MAX_LINK_ADDRESSES) throw bad(`more than ${MAX_LINK_ADDRESSES} addresses`)
  return link
}

/** As encodeURIComponent, but `/` and `:` stay legible: RFC 3986 allows both in a query. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%3A', ':')
}

function parseSize(value: string): number {
  const size = Number(value)
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(size))
    throw bad(`size ${JSON.stringify(value.slice(0, 40))}`)
  return size
}

function checkLength(value: string, maxBytes: number, what: string): string {
  if (value === '') throw bad(`empty ${what}`)
  if (Buffer.byteLength(value) > maxBytes) throw bad(`${what} longer than ${maxBytes} bytes`)
  return value
}

function bad(reason: string): ContentError {
  return new ContentError({ code: 'bad-link', reason })
}
