/**
 * Content ids: sha2-256 of a raw leaf or of a dag-pb node, written as CIDv1 in base32.
 */
import { createHash, hash } from 'node:crypto'
import * as dagPb from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as multihash from 'multiformats/hashes/digest'
import { base32Decode, base32Encode } from '../wire/base32.ts'
import { HASH_BYTES } from '../wire/limits.ts'
import { ContentError } from './errors.ts'

/** Code of sha2-256 in the multicodec table. */
const SHA2_256 = 0x12

/** Version, codec, hash and length of the hash, each in one byte; then the digest, all in base32 behind a `b`. */
const USUAL_PREFIX_BYTES = 4
const USUAL_CHARS = 59

/** Text of a cid: 59 characters in base32; 66 octets of hexadecimal and more for other bases. */
const MAX_CID_CHARS = 128

export type Codec = 'raw' | 'dag-pb'

const CODES: Readonly<Record<Codec, number>> = { raw: raw.code, 'dag-pb': dagPb.code }

/** What a cid says. `text` is its one form that is used everywhere: CIDv1, base32. */
export interface CidFacts {
  text: string
  /** `raw`: a file of one block. `dag-pb`: an inner node, of a longer file or of a folder. */
  codec: Codec
  digest: Uint8Array
}

/** sha2-256. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}

/** sha2-256 of what came in pieces. */
export function sha256OfPieces(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces
  if (only !== undefined && pieces.length === 1) return sha256(only)
  const all = createHash('sha256')
  for (const piece of pieces) all.update(piece)
  return all.digest()
}

export function toCid(codec: Codec, digest: Uint8Array): CID {
  return CID.createV1(CODES[codec], multihash.create(SHA2_256, digest))
}

/** The text of a cid. Without the library's objects: a folder has a cid for each of its files. */
export function cidText(codec: Codec, digest: Uint8Array): string {
  const bytes = new Uint8Array(USUAL_PREFIX_BYTES + digest.length)
  bytes.set([1, CODES[codec], SHA2_256, digest.length])
  bytes.set(digest, USUAL_PREFIX_BYTES)
  return base32Encode(bytes)
}

/**
 * Reads a cid in base32, base36 or base58btc. A CIDv0 (`Qm…`) names a dag-pb node by the same hash and is taken
 * for the CIDv1 of it.
 *
 * @throws ContentError `bad-cid` for anything but sha2-256 of a raw leaf or dag-pb node
 */
export function parseCid(text: string): CidFacts {
  const bad = (reason: string): ContentError =>
    new ContentError({ code: 'bad-cid', text: text.slice(0, MAX_CID_CHARS), reason })
  const usual = parseUsual(text)
  if (usual !== undefined) return usual
  if (text.length > MAX_CID_CHARS) throw bad(`longer than ${MAX_CID_CHARS} characters`)
  let cid: CID
  try {
    cid = CID.parse(text)
  } catch (cause) {
    throw new ContentError({ code: 'bad-cid', text, reason: 'expected one like bafkrei…' }, { cause })
  }
  const facts = readCid(cid)
  if (facts == null) throw bad('expected sha2-256 of a raw leaf (bafkrei…) or of a dag-pb node (bafybei…)')
  return facts
}

/** The one form that is used everywhere, read as it is written. */
function parseUsual(text: string): CidFacts | undefined {
  if (text.length !== USUAL_CHARS) return undefined
  const bytes = base32Decode(text)
  if (bytes?.[0] !== 1 || bytes[2] !== SHA2_256 || bytes[3] !== HASH_BYTES) return undefined
  const codec = bytes[1] === CODES.raw ? 'raw' : bytes[1] === CODES['dag-pb'] ? 'dag-pb' : undefined
  return codec && { text, codec, digest: bytes.subarray(USUAL_PREFIX_BYTES) }
}

/** Facts of a cid, or undefined when it is of a kind that this node does not know. */
export function readCid(cid: CID): CidFacts | undefined {
  const codec = cid.code === raw.code ? 'raw' : cid.code === dagPb.code ? 'dag-pb' : undefined
  if (codec == null || cid.multihash.code !== SHA2_256 || cid.multihash.digest.length !== HASH_BYTES)
    return undefined
  const digest = cid.multihash.digest
  return { text: cidText(codec, digest), codec, digest }
}
