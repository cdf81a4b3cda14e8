/**
 * What a source says of a file before it gives any of it, checked as it comes.
 */
import { Bitset } from '../base/bitset.ts'
import { ManifestVerifier } from '../content/index.ts'
import { type Have, SourceError } from '../swarm/index.ts'
import { HAVE_WINDOW_BLOCKS } from '../wire/limits.ts'
import type { BlockSession, Refused } from './download-ports.ts'

/** The peer does not serve what we ask for; nothing is wrong with it otherwise. */
export class SourceRefused extends Error {
  readonly reason: string
  constructor({ reason }: Pick<Refused, 'reason'>) {
    super(reason)
    this.reason = reason
  }
}

/**
 * All inner nodes of a file.
 *
 * @param onNode - told of each node that was right
 * @throws ContentError, SourceError, SourceRefused
 */
export async function askManifest(
  session: BlockSession,
  cid: string,
  onNode: (verifier: ManifestVerifier) => void,
  signal: AbortSignal
): Promise<ManifestVerifier> {
  const verifier = new ManifestVerifier(cid)
  if (verifier.done) return verifier
  const take = (bytes: Uint8Array): void => {
    verifier.add(bytes)
    onNode(verifier)
  }
  const answer = await session.manifest(cid, take, { signal })
  if (answer.kind === 'refused') throw new SourceRefused(answer)
  if (!verifier.done) throw new SourceError({ code: 'protocol', reason: 'short-manifest' })
  return verifier
}

/**
 * Which blocks it has. A file of one block is either there or not, so it is not asked about.
 *
 * @throws SourceError, SourceRefused
 */
export async function askHave(
  session: BlockSession,
  cid: string,
  { blocks, size }: { blocks: number; size: number | null },
  signal: AbortSignal
): Promise<Have> {
  if (blocks === 1) return 'all'
  const have = new Bitset(blocks)
  for (let first = 0; first < blocks; first += HAVE_WINDOW_BLOCKS) {
    const answer = await session.have(cid, first, { signal })
    if (answer.kind === 'refused') throw new SourceRefused(answer)
    if (answer.total !== size) throw new SourceError({ code: 'protocol', reason: 'wrong-size' })
    const count = Math.min(HAVE_WINDOW_BLOCKS, blocks - first)
    if (answer.bits.length < Math.ceil(count / 8)) {
      throw new SourceError({ code: 'protocol', reason: 'wrong-length' })
    }
    for (let i = 0; i < count; i++) if (((answer.bits[i >> 3] as number) >> (i & 7)) & 1) have.add(first + i)
  }
  return have.count === blocks ? 'all' : have
}
