/**
 * What the HTTP API is asked, once: validation, the types of the routes, and OpenAPI come from here.
 *
 * Every shape must be that of `node/api.ts`; `satisfies` and a type test hold them together. A field that a caller
 * fills carries an example, which its error message repeats.
 */
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import type { AggregateRequest, GetRequest, SearchRequest } from '../../node/api.ts'
import { MAX_PATH_BYTES, MAX_QUERY_REACH, MAX_QUERY_TEXT_BYTES, MAX_QUESTION_MS } from '../../wire/limits.ts'
import { operationSchema } from './answer-schemas.ts'
import {
  MAX_AUDIENCE,
  MAX_BODY_BYTES,
  MAX_GET_MS,
  MAX_PARAM_LENGTH,
  MAX_PATTERNS,
  MAX_SEARCH_LIMIT,
  MAX_SEARCH_MS
} from './constants.ts'

const EXAMPLE_CID = 'bafkreidgvpkjawlxz6sffxzwgooowe5yt7i6wsyg236mfoks77nywkptdq'
const EXAMPLE_PEER = '12D3KooWSahP5pFRCEfaziPEba7urXGeif6T1y8jmodzdFUvzBHj'

const absolutePath = z.string().min(1).max(MAX_PARAM_LENGTH).refine(isAbsolute, 'must be an absolute path')
const peerName = z.string().min(1).max(MAX_PARAM_LENGTH)
const hops = { min: 1, max: MAX_QUERY_REACH }

export const searchQuerySchema = z.object({
  text: z
    .string()
    .min(1)
    .refine(text => Buffer.byteLength(text) <= MAX_QUERY_TEXT_BYTES, {
      error: `must be at most ${MAX_QUERY_TEXT_BYTES} bytes of UTF-8`
    })
    .meta({
      description: 'words, "a phrase", -not, mime:, ext:, size:, newer:',
      examples: ['summer -winter ext:jpg']
    }),
  ttl: z.coerce
    .number()
    .int()
    .min(hops.min)
    .max(hops.max)
    .optional()
    .meta({ description: 'hops of the flood', examples: [4] }),
  strategy: z
    .enum(['auto', 'flood', 'index'])
    .optional()
    .meta({ examples: ['auto'] }),
  wide: z
    .stringbool()
    .optional()
    .meta({ description: 'flood even when there are results', examples: ['true'] }),
  trace: z
    .stringbool()
    .optional()
    .meta({ description: 'have every node that a flood comes to report itself', examples: ['true'] }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_SEARCH_LIMIT)
    .optional()
    .meta({ description: 'distinct cids after which the search ends', examples: [50] }),
  timeoutMs: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_SEARCH_MS)
    .optional()
    .meta({ examples: [10_000] })
}) satisfies z.ZodType<SearchRequest>

export const getBodySchema = z.object({
  target: z
    .string()
    .min(1)
    .max(MAX_PARAM_LENGTH)
    .meta({ description: 'a cid, a p2p: link, or a row of the last search', examples: [EXAMPLE_CID] }),
  output: absolutePath.optional().meta({ examples: ['/home/ana/summer.jpg'] }),
  onExists: z
    .enum(['rename', 'skip', 'overwrite', 'fail'])
    .optional()
    .meta({ examples: ['rename'] }),
  sequential: z
    .boolean()
    .optional()
    .meta({ examples: [true] }),
  only: z
    .array(z.string().min(1).max(MAX_PATH_BYTES))
    .min(1)
    .max(MAX_PATTERNS)
    .optional()
    .meta({ description: 'patterns of what is wanted of a folder', examples: [['*.jpg']] }),
  timeoutMs: z
    .number()
    .int()
    .min(1)
    .max(MAX_GET_MS)
    .optional()
    .meta({ description: 'how long to look for a source', examples: [30_000] })
}) satisfies z.ZodType<GetRequest>

export const contentParamsSchema = z.object({ cid: getBodySchema.shape.target })
export const contentQuerySchema = z.object({
  timeoutMs: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_GET_MS)
    .optional()
    .meta({ description: 'how long to wait for a source', examples: [30_000] }),
  ticket: z.string().optional().meta({ description: 'of this content, instead of the token' })
})
/** A row of the last search is soon another one: no ticket is for that. */
export const ticketParamsSchema = z.object({
  cid: getBodySchema.shape.target
    .regex(/\D/, 'must be a cid or a link')
    .meta({ description: 'a cid or a p2p: link', examples: [EXAMPLE_CID] })
})
export const contentPathSchema = z.object({ path: z.string() })

export const shareBodySchema = z.object({
  path: absolutePath.meta({ description: 'a folder or file of this machine', examples: ['/home/ana/music'] }),
  to: z
    .union([z.enum(['all', 'lan']), z.array(peerName).min(1).max(MAX_AUDIENCE)])
    .optional()
    .meta({ description: 'who may see and fetch it', examples: ['all'] })
})

export const previewBodySchema = shareBodySchema.pick({ path: true })

export const linkQuerySchema = z.object({
  target: z
    .string()
    .min(1)
    .max(MAX_PARAM_LENGTH)
    .meta({ description: 'a cid, or the absolute path of something shared', examples: [EXAMPLE_CID] })
})

export const wantBodySchema = z.object({
  text: searchQuerySchema.shape.text,
  get: z
    .boolean()
    .optional()
    .meta({ description: 'fetch what matches', examples: [true] })
})

const valueName = z
  .string()
  .min(1)
  .max(MAX_PARAM_LENGTH)
  .optional()
  .meta({ description: 'what the values are called; `value` without it', examples: ['temperature'] })
/** Text, because a number of JSON would lose digits. */
const decimals = z
  .array(z.string().max(MAX_BODY_BYTES))
  .min(1)
  .meta({ description: 'decimals, as text', examples: [['12', '-3.5']] })

export const valuesQuerySchema = z.object({ name: valueName })
export const addValuesBodySchema = z.object({ name: valueName, values: decimals })
export const removeValuesBodySchema = z.object({
  name: valueName,
  values: z
    .union([z.literal('all'), decimals])
    .meta({ description: 'each of them once, or all', examples: [['12']] })
})

export const aggregateQuerySchema = z.object({
  op: operationSchema.meta({ examples: ['sum'] }),
  name: valueName,
  audit: z
    .stringbool()
    .optional()
    .meta({ description: 'tell what each node holds', examples: ['true'] }),
  timeoutMs: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_QUESTION_MS)
    .optional()
    .meta({ examples: [10_000] })
}) satisfies z.ZodType<AggregateRequest>

export const scanBodySchema = z
  .object({ id: peerName.optional().meta({ description: 'one share; all without it', examples: ['s1'] }) })
  .nullish()

export const connectBodySchema = z.object({
  address: z
    .string()
    .min(1)
    .max(MAX_PARAM_LENGTH)
    .meta({ description: 'a multiaddr', examples: [`/ip4/192.168.1.5/tcp/4801/p2p/${EXAMPLE_PEER}`] })
})

export const idParamsSchema = z.object({
  id: z
    .string()
    .min(1)
    .meta({ examples: ['s1'] })
})
export const peerParamsSchema = z.object({
  peer: peerName.meta({ description: 'PeerId, or nick~7f3k', examples: [EXAMPLE_PEER] })
})
export const eventsQuerySchema = z.object({
  since: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'replays the events after this id, like Last-Event-ID', examples: [17] })
})
