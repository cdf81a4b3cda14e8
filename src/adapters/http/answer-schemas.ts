/**
 * The JSON that the HTTP API gives: the types of the routes, and OpenAPI come from here.
 *
 * Every shape must be that of `node/api.ts`; `satisfies` and a type test hold them together.
 */
import { z } from 'zod'
import type {
  AggregateAnswer,
  Download,
  GetEvent,
  Hit,
  LinkView,
  NamedValue,
  NodeEvent,
  Peer,
  Provider,
  SearchEvent,
  Share,
  SharePreview,
  StageReport,
  Stats,
  Status,
  Upload,
  Want
} from '../../node/api.ts'

export const errorSchema = z
  .object({
    type: z.literal('error'),
    code: z.string(),
    message: z.string(),
    field: z.string().optional()
  })
  .meta({ id: 'Error' })

export const statusSchema = z
  .object({
    peerId: z.string(),
    nickname: z.string(),
    version: z.string(),
    addresses: z.array(z.string()),
    data: z.string(),
    downloads: z.string(),
    startedAt: z.number(),
    peers: z.number(),
    neighbours: z.number(),
    shares: z.object({ count: z.number(), files: z.number(), bytes: z.number(), pending: z.number() }),
    catalogue: z.object({
      providers: z.number(),
      entries: z.number(),
      complete: z.boolean(),
      partial: z.number()
    }),
    dht: z.enum(['off', 'client', 'server']),
    reachability: z.enum(['lan', 'public']),
    rates: z.object({
      upload: z.number().nullable(),
      peerUpload: z.number().nullable(),
      download: z.number().nullable()
    }),
    warnings: z.array(z.string())
  })
  .meta({ id: 'Status' }) satisfies z.ZodType<Status>

export const statsSchema = z.record(z.string(), z.record(z.string(), z.number())) satisfies z.ZodType<Stats>

export const checkSchema = z
  .object({ name: z.string(), ok: z.boolean(), detail: z.string() })
  .meta({ id: 'DoctorCheck' })

export const peerSchema = z
  .object({
    peerId: z.string(),
    nickname: z.string().nullable(),
    address: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    neighbour: z.boolean(),
    path: z.enum(['lan', 'direct', 'mapped', 'punched', 'relayed']),
    rttMs: z.number().nullable(),
    since: z.number()
  })
  .meta({ id: 'Peer' }) satisfies z.ZodType<Peer>

export const contactSchema = z.object({ peerId: z.string(), address: z.string() }).meta({ id: 'Contact' })

export const shareSchema = z
  .object({
    id: z.string(),
    path: z.string(),
    name: z.string(),
    cid: z.string().nullable(),
    files: z.number(),
    bytes: z.number(),
    hashed: z.number(),
    pending: z.number(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
    moreErrors: z.number(),
    state: z.enum(['scanning', 'ready', 'paused']),
    progress: z
      .object({
        bytesDone: z.number(),
        filesPerS: z.number(),
        bytesPerS: z.number(),
        etaS: z.number().nullable()
      })
      .nullable()
  })
  .meta({ id: 'Share' }) satisfies z.ZodType<Share>

export const entrySchema = z
  .object({
    cid: z.string(),
    name: z.string(),
    path: z.string(),
    size: z.number(),
    mime: z.string(),
    modified: z.number()
  })
  .meta({ id: 'Entry' })

const stageSchema = z.enum(['catalogue', 'neighbours', 'index', 'flood'])

const providerSchema = z
  .object({
    peerId: z.string(),
    nickname: z.string(),
    how: z.enum(['own', 'known', 'index']),
    confirmed: z.boolean(),
    denied: z.literal(true).optional()
  })
  .meta({ id: 'Provider' }) satisfies z.ZodType<Provider>

export const hitSchema = z
  .object({
    row: z.number(),
    cid: z.string(),
    name: z.string(),
    path: z.string(),
    size: z.number(),
    mime: z.string(),
    providers: z.array(providerSchema),
    stage: stageSchema,
    elapsedMs: z.number()
  })
  .meta({ id: 'Hit' }) satisfies z.ZodType<Hit>

const HIT_DROPS = [
  'unasked-hits',
  'hit-limit',
  'cancelled',
  'late',
  'not-matching',
  'own',
  'repeated',
  'row-full',
  'limit',
  'per-deliverer',
  'liar',
  'denied'
] as const
const COPY_DROPS = ['no-budget', 'send-rate', 'send-failed', 'no-report'] as const

const stageReportSchema = z
  .object({
    stage: stageSchema,
    messages: z.number(),
    bytes: z.number(),
    hits: z.number(),
    elapsedMs: z.number(),
    decoys: z.number().optional(),
    nodes: z.number().optional(),
    duplicates: z.number().optional(),
    truncated: z.literal(true).optional(),
    peersByHop: z.array(z.number()).optional(),
    peersUntold: z.number().optional(),
    droppedHits: z.partialRecord(z.enum(HIT_DROPS), z.number()).optional(),
    droppedCopies: z.partialRecord(z.enum(COPY_DROPS), z.number()).optional(),
    visits: z
      .array(
        z.object({
          peer: z.string(),
          from: z.string(),
          hops: z.number(),
          hits: z.number(),
          again: z.boolean()
        })
      )
      .optional()
  })
  .meta({ id: 'StageReport' }) satisfies z.ZodType<StageReport>

const searchDoneSchema = z
  .object({
    type: z.literal('done'),
    hits: z.number(),
    truncated: z.boolean(),
    stages: z.array(stageReportSchema),
    elapsedMs: z.number()
  })
  .meta({ id: 'SearchDone' })

export const searchEventSchema = z.discriminatedUnion('type', [
  hitSchema.extend({ type: z.literal('hit') }),
  hitSchema.extend({ type: z.literal('hit-updated') }),
  searchDoneSchema
]) satisfies z.ZodType<SearchEvent>

export const searchResultSchema = z
  .object({ hits: z.array(hitSchema), done: searchDoneSchema })
  .meta({ id: 'SearchResult' })

export const downloadSchema = z
  .object({
    id: z.string(),
    cid: z.string(),
    name: z.string(),
    size: z.number().nullable(),
    bytesDone: z.number(),
    state: z.enum(['queued', 'finding', 'downloading', 'verifying', 'paused', 'done', 'failed']),
    rate: z.number(),
    etaS: z.number().nullable(),
    sources: z.array(
      z.object({
        peerId: z.string(),
        bytes: z.number(),
        rate: z.number(),
        state: z.string(),
        position: z.number().optional()
      })
    ),
    path: z.string(),
    error: z.string().nullable()
  })
  .meta({ id: 'Download' }) satisfies z.ZodType<Download>

export const getEventSchema = z.discriminatedUnion('type', [
  downloadSchema.extend({ type: z.literal('progress') }),
  downloadSchema.extend({ type: z.literal('done') })
]) satisfies z.ZodType<GetEvent>

export const uploadSchema = z
  .object({
    peerId: z.string(),
    cid: z.string(),
    name: z.string(),
    bytes: z.number(),
    rate: z.number(),
    state: z.enum(['sending', 'waiting']),
    position: z.number().nullable()
  })
  .meta({ id: 'Upload' }) satisfies z.ZodType<Upload>

const wantMatchSchema = z
  .object({
    cid: z.string(),
    name: z.string(),
    path: z.string(),
    size: z.number(),
    mime: z.string(),
    peerId: z.string(),
    at: z.number()
  })
  .meta({ id: 'WantMatch' })

export const wantSchema = z
  .object({
    id: z.string(),
    text: z.string(),
    get: z.boolean(),
    createdAt: z.number(),
    count: z.number(),
    matches: z.array(wantMatchSchema)
  })
  .meta({ id: 'Want' }) satisfies z.ZodType<Want>

export const linkSchema = z
  .object({
    link: z.string(),
    cid: z.string(),
    name: z.string().nullable(),
    size: z.number().nullable(),
    addresses: z.array(z.string())
  })
  .meta({ id: 'Link' }) satisfies z.ZodType<LinkView>

export const previewSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('file'), path: z.string(), size: z.number() }),
  z.object({ type: z.literal('ignored'), path: z.string(), reason: z.string() }),
  z.object({ type: z.literal('refused'), path: z.string(), message: z.string() }),
  z.object({
    type: z.literal('done'),
    files: z.number(),
    bytes: z.number(),
    ignored: z.number(),
    refused: z.number()
  })
]) satisfies z.ZodType<SharePreview>

export const valueSchema = z
  .object({ name: z.string(), value: z.string() })
  .meta({ id: 'Value' }) satisfies z.ZodType<NamedValue>

export const operationSchema = z.enum(['sum', 'count', 'mean', 'min', 'max'])

export const aggregateSchema = z
  .object({
    op: operationSchema,
    name: z.string(),
    value: z.string().nullable(),
    exact: z.boolean(),
    nodes: z.number(),
    trusted: z.number(),
    missing: z.array(z.string()),
    complete: z.boolean(),
    failedLinks: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        reason: z.enum(['silent', 'gone', 'declined', 'bad', 'unsent', 'too-far', 'no-time'])
      })
    ),
    moreFailedLinks: z.number(),
    elapsedMs: z.number(),
    ageMs: z.number(),
    contributions: z
      .array(z.object({ peerId: z.string(), values: z.number(), value: z.string().nullable() }))
      .optional()
  })
  .meta({ id: 'Aggregate' }) satisfies z.ZodType<AggregateAnswer>

export const nodeEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('peer:connected'), peerId: z.string(), address: z.string() }),
  z.object({ type: z.literal('peer:disconnected'), peerId: z.string() }),
  z.object({ type: z.literal('neighbour:joined'), peerId: z.string(), nickname: z.string() }),
  z.object({ type: z.literal('neighbour:left'), peerId: z.string() }),
  z.object({ type: z.literal('share:added'), share: shareSchema }),
  z.object({ type: z.literal('share:updated'), share: shareSchema }),
  z.object({ type: z.literal('share:removed'), id: z.string() }),
  z.object({ type: z.literal('catalogue:changed'), provider: z.string(), entries: z.number() }),
  z.object({ type: z.literal('search:started'), text: z.string() }),
  z.object({ type: z.literal('search:ended'), text: z.string(), hits: z.number() }),
  z.object({ type: z.literal('download:updated'), download: downloadSchema }),
  z.object({ type: z.literal('want:matched'), id: z.string(), text: z.string(), match: wantMatchSchema }),
  z.object({ type: z.literal('node:leaving') })
]) satisfies z.ZodType<NodeEvent>
