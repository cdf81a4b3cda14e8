/**
 * Which blocks of a download are verified, and what is remembered of that between runs.
 *
 * The flags are written after the data, without a sync: they are a hint for the next run, which hashes what they name.
 */
import { Bitset } from '../base/bitset.ts'
import { blockLength, type Manifest, sha256, verifyBlockDigest } from '../content/index.ts'
import { BLOCK_BYTES } from '../wire/limits.ts'
import type { DownloadStore, PartFile } from './download-ports.ts'

/** The flags of verified blocks are saved after so much time or so many bytes. A crash costs what is hashed again. */
const SAVE_FLAGS_MS = 500
const SAVE_FLAGS_BYTES = 8 * 1024 * 1024
/**
 * Blocks that were written after the flags were saved last are not lost: they mostly follow flagged ones, because a
 * source sends in the order of the file. So many blocks behind one that counts are looked at, flagged or not.
 */
const UNFLAGGED_BLOCKS = 4

export class VerifiedBlocks {
  readonly flags: Bitset
  readonly #save: (flags: Uint8Array) => Promise<void>
  readonly #onFault: (error: unknown) => void
  #unsaved = { bytes: 0, since: 0 }
  #saving: Promise<void> = Promise.resolve()

  constructor(flags: Bitset, save: (flags: Uint8Array) => Promise<void>, onFault: (error: unknown) => void) {
    this.flags = flags
    this.#save = save
    this.#onFault = onFault
  }

  get isComplete(): boolean {
    return this.flags.count === this.flags.size
  }

  /** A block is verified and written. */
  add(block: number, bytes: number, now: number): void {
    this.flags.add(block)
    if (this.#unsaved.bytes === 0) this.#unsaved.since = now
    this.#unsaved.bytes += bytes
    if (this.#unsaved.bytes >= SAVE_FLAGS_BYTES) void this.#saveFlags()
  }

  /** Call it now and then. */
  tick(now: number): void {
    if (this.#unsaved.bytes > 0 && now - this.#unsaved.since >= SAVE_FLAGS_MS) void this.#saveFlags()
  }

  /** Resolves when all is saved, or could not be. */
  async flush(): Promise<void> {
    await this.#saving
    if (this.#unsaved.bytes > 0) await this.#saveFlags()
  }

  /** After the data, and one at a time. */
  #saveFlags(): Promise<void> {
    this.#unsaved.bytes = 0
    if (this.flags.size < 2) return this.#saving
    this.#saving = this.#saving.then(() => this.#save(this.flags.toBytes())).catch(this.#onFault)
    return this.#saving
  }
}

/**
 * Reads again what an earlier run left: it counts only if it still has the right hash, because flags may be torn and
 * files changed.
 *
 * @param saved - as written by that run; flags that do not fit the file say nothing
 * @param onBlock - told of each block that is right
 */
export async function verifyAgain(
  part: PartFile,
  manifest: Manifest,
  saved: Uint8Array | undefined,
  onBlock: (bytes: number) => void,
  signal: AbortSignal
): Promise<Bitset> {
  const verified = new Bitset(manifest.blocks)
  if (saved?.length !== Math.ceil(manifest.blocks / 8)) return verified
  const flags = Bitset.fromBytes(saved, manifest.blocks)
  let last = Number.NEGATIVE_INFINITY
  for (let block = 0; block < manifest.blocks; block++) {
    signal.throwIfAborted()
    if (!flags.has(block) && block - last > UNFLAGGED_BLOCKS) continue
    const bytes = await part.read(block)
    if (!verifyBlockDigest(manifest, block, sha256(bytes), bytes.byteLength)) continue
    verified.add(block)
    last = block
    onBlock(bytes.byteLength)
  }
  return verified
}

/** Bytes of the flagged blocks of a file of `size` bytes. */
export function flaggedBytes(flags: Bitset, size: number): number {
  const last = flags.size - 1
  return flags.count * BLOCK_BYTES - (flags.has(last) ? BLOCK_BYTES - blockLength(size, last) : 0)
}

/** The manifest as an earlier run kept it: it proves itself by the cid. */
export async function keptManifest(
  store: Pick<DownloadStore, 'loadDigests'>,
  { id, cid, size }: { id: string; cid: string; size: number | null },
  build: (digests: Uint8Array, size: number) => Manifest
): Promise<Manifest | undefined> {
  if (size === null) return undefined
  try {
    const digests = await store.loadDigests(id)
    const manifest = digests === undefined ? undefined : build(digests, size)
    return manifest?.root === cid ? manifest : undefined
  } catch {
    // Damaged or unreadable: then it is fetched once more.
    return undefined
  }
}
