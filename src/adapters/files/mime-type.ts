/**
 * Media types by extension.
 */
import mime from 'mime'

/** RFC 2046, 4.5.1: what nothing better is known of. */
const UNKNOWN = 'application/octet-stream'

/** @param name - of a file, with or without folders */
export function mimeType(name: string): string {
  return mime.getType(name) ?? UNKNOWN
}
