/**
 * The disk as downloads see it.
 */
import { stat } from 'node:fs/promises'
import type { PartFiles } from '../../node/download-ports.ts'
import { diskError, isMissing } from './disk-error.ts'
import { deletePart, openPartFile, partPath } from './part-file.ts'
import { safeName } from './safe-name.ts'

export const diskPartFiles: PartFiles = {
  open: options => openPartFile(options),
  remove: ({ id, target }) => deletePart(partPath(target, id)),
  safeName: name => safeName(name),
  async stat(path) {
    try {
      const facts = await stat(path)
      return { size: facts.size, mtimeMs: facts.mtimeMs, isFolder: facts.isDirectory() }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw diskError(error, 'read', path)
    }
  }
}
