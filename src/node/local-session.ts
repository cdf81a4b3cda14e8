/**
 * A file that this node has itself, as a source of a download: what is shared here is copied and verified like
 * anything else.
 */

import { blockLength, ContentError } from '../content/index.ts'
import type { ServedFile } from '../swarm/index.ts'
import { BLOCK_BYTES } from '../wire/limits.ts'
import type { BlockAnswer, BlockSession, HaveAnswer } from './download-ports.ts'

export function localSession(file: ServedFile): BlockSession {
  const session: BlockSession = {
    async manifest(_root, onNode) {
      for (const node of await file.innerNodes()) onNode(node)
      return { kind: 'end' }
    },
    async have(_root, first): Promise<HaveAnswer> {
      const count = Math.min(file.blocks - first, 8 * BLOCK_BYTES)
      const bits = new Uint8Array(Math.ceil(count / 8))
      for (let i = 0; i < count; i++) {
        if (file.has(first + i)) bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7))
      }
      return { kind: 'have', bits, total: file.size }
    },
    async block(_root, block, { onBytes }): Promise<BlockAnswer> {
      try {
        const bytes = await file.read(block)
        onBytes?.(bytes.byteLength)
        if (bytes.byteLength !== blockLength(file.size, block)) return { kind: 'refused', reason: 'changed' }
        return { kind: 'block', chunks: [bytes], bytes: bytes.byteLength }
      } catch (error) {
        if (error instanceof ContentError) return { kind: 'refused', reason: 'changed' }
        throw error
      }
    },
    leaf: (root, _expected, options) => session.block(root, 0, options),
    async sources() {
      return []
    },
    async close() {}
  }
  return session
}
