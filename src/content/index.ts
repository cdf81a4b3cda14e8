/**
 * Content: bytes -> blocks -> cid, in IPFS profile unixfs-v1-2025. Pure.
 */
export { type CidFacts, type Codec, cidText, parseCid, sha256, sha256OfPieces } from './cid.ts'
export { blockCount, blockLength, MAX_FILE_BYTES } from './dag-shape.ts'
export { buildDirectory, buildInSteps, type Directory, type DirectoryEntry } from './directory.ts'
export { type DirectoryLink, isDirectoryNode } from './directory-node.ts'
export { DirectoryVerifier } from './directory-verifier.ts'
export { ContentError, type ContentFault, isFolderFault, isSendersFault, type NodeFlaw } from './errors.ts'
export { fileSizeOf } from './inner-node.ts'
export { formatLink, isLink, type Link, MAX_LINK_ADDRESSES, parseLink } from './link.ts'
export {
  buildManifest,
  fileDagSize,
  innerNodesInSteps,
  type Manifest,
  verifyBlock,
  verifyBlockDigest
} from './manifest.ts'
export { ManifestVerifier } from './manifest-verifier.ts'
