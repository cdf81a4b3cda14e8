/**
 * What a file must hold to be the record of a download.
 */
import { z } from 'zod'
import type { DownloadRecord } from '../../node/download-ports.ts'

const source = z.object({ peerId: z.string(), bytes: z.number(), rate: z.number(), state: z.string() })

const record = z.object({
  id: z.string(),
  cid: z.string(),
  name: z.string(),
  target: z.string(),
  path: z.string().nullable(),
  onExists: z.enum(['rename', 'skip', 'overwrite', 'fail']),
  isFolder: z.boolean().optional(),
  sequential: z.boolean(),
  forReaders: z.boolean().optional(),
  only: z.array(z.string()).optional(),
  size: z.number().nullable(),
  state: z.enum(['unfinished', 'paused', 'done', 'failed']),
  error: z.string().nullable(),
  bytesDone: z.number(),
  createdAt: z.number(),
  finishedAt: z.number().nullable(),
  mtimeMs: z.number().nullable(),
  sources: z.array(source)
})

/** @throws ZodError when something is missing or of another kind */
export function parseDownloadRecord(value: unknown): DownloadRecord {
  return record.parse(value)
}
