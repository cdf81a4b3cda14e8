/**
 * Content: bytes -> blocks -> cid, in IPFS profile unixfs-v1-2025. Pure.
 */
export { type CidFacts, type Codec, cidText, parseCid, sha256 } from './cid.ts'
export { blockCount, blockLength, MAX_FILE_BYTES } from './dag-shape.ts'
export { ContentError, type ContentFault, isSendersFault, type NodeFlaw } from './errors.ts'
export { formatLink, isLink, type Link, MAX_LINK_ADDRESSES, parseLink } from './link.ts'
export { buildManifest, type Manifest, verifyBlock, verifyBlockDigest } from './manifest.ts'
export { ManifestVerifier } from './manifest-verifier.ts'
