/**
 * Every route under /api/v1, in one table. A handler asks one thing of the node and gives back what it says; refusals
 * are thrown. Where a stream is possible, the Accept header chooses.
 */

import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawServerDefault
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { NodeApi } from '../../node/api.ts'
import {
  aggregateSchema,
  checkSchema,
  contactSchema,
  downloadSchema,
  entrySchema,
  errorSchema,
  getEventSchema,
  linkSchema,
  nodeEventSchema,
  peerSchema,
  previewSchema,
  searchEventSchema,
  searchResultSchema,
  shareSchema,
  statsSchema,
  statusSchema,
  uploadSchema,
  valueSchema,
  wantSchema
} from './answer-schemas.ts'
import type { Answers } from './answers.ts'
import {
  asEntryEvents,
  asEvents,
  asNumbered,
  collectSearch,
  each,
  startDownload,
  wantsEvents
} from './answers.ts'
import { sendContent } from './content.ts'
import {
  addValuesBodySchema,
  aggregateQuerySchema,
  connectBodySchema,
  contentParamsSchema,
  contentPathSchema,
  contentQuerySchema,
  eventsQuerySchema,
  getBodySchema,
  idParamsSchema,
  linkQuerySchema,
  peerParamsSchema,
  previewBodySchema,
  removeValuesBodySchema,
  scanBodySchema,
  searchQuerySchema,
  shareBodySchema,
  ticketParamsSchema,
  valuesQuerySchema,
  wantBodySchema
} from './request-schemas.ts'

export type Api = FastifyInstance<
  RawServerDefault,
  FastifyRequest['raw'],
  FastifyReply['raw'],
  FastifyBaseLogger,
  ZodTypeProvider
>

/** The only one that a ticket opens. */
export const CONTENT_ROUTE = '/content/:cid'

const leavingSchema = z.object({ leaving: z.literal(true) })
const entryEventSchema = z.discriminatedUnion('type', [
  entrySchema.extend({ type: z.literal('entry') }),
  z.object({ type: z.literal('done'), entries: z.number() })
])
const checkList = z.object({ checks: z.array(checkSchema) })
const shareList = z.object({ shares: z.array(shareSchema) })
const entryList = z.object({ entries: z.array(entrySchema) })
const downloadList = z.object({ downloads: z.array(downloadSchema) })
const uploadList = z.object({ uploads: z.array(uploadSchema) })
const wantList = z.object({ wants: z.array(wantSchema) })
const valueList = z.object({ values: z.array(valueSchema) })
const peerList = z.object({ peers: z.array(peerSchema) })

const downloadAnswers = {
  summary: 'fetches a file: its progress as events, or 202 and the download goes on by itself',
  response: {
    200: { description: 'progress', content: { 'text/event-stream': { schema: getEventSchema } } },
    202: downloadSchema,
    default: errorSchema
  }
}

const contentAnswers = {
  summary: 'the bytes of a file, or a range of them; fetched from others where they are not here',
  response: {
    200: { description: 'all', content: { 'application/octet-stream': { schema: z.string() } } },
    206: { description: 'a range', content: { 'application/octet-stream': { schema: z.string() } } },
    default: errorSchema
  }
}

/** @param contentPath - path of a content, with its ticket */
export function addRoutes(
  app: Api,
  node: NodeApi,
  answers: Answers,
  contentPath: (target: string) => string
): void {
  // The node
  app.get('/status', { schema: gives('the node in short', statusSchema) }, () => node.status())
  app.get('/stats', { schema: gives('what was sent and dropped, and why', statsSchema) }, () => node.stats())
  app.get('/doctor', { schema: gives('what works and what does not', checkList) }, async (_, reply) => ({
    checks: await node.doctor({ signal: answers.signal(reply) })
  }))
  app.get(
    '/events',
    {
      schema: { querystring: eventsQuerySchema, ...streams('what happens, as it happens', nodeEventSchema) }
    },
    (request, reply) => {
      const signal = answers.signal(reply)
      const sinceId = request.query.since ?? lastEventId(request)
      return answers.events(reply, signal, asNumbered(node.events({ signal, sinceId })))
    }
  )
  app.post(
    '/leave',
    { schema: says(202, 'goodbye to the network, then stop', leavingSchema) },
    async (request, reply) => {
      // Leaving stops this server, too, so the answer has to be out before.
      reply.raw.once('close', () => node.leave().catch(error => request.log.error(error)))
      return reply.code(202).header('connection', 'close').send({ leaving: true })
    }
  )

  // Shares
  app.get('/shares', { schema: gives('what this node offers', shareList) }, () => ({ shares: node.shares() }))
  app.post(
    '/shares',
    { schema: { body: shareBodySchema, ...says(201, 'offers a folder or file', shareSchema) } },
    async (request, reply) => {
      const { path, to } = request.body
      return reply.code(201).send(await node.share(path, to === undefined ? {} : { to }))
    }
  )
  app.delete(
    '/shares/:id',
    {
      schema: {
        params: idParamsSchema,
        ...gives('no longer offers the share of this id or path', shareSchema)
      }
    },
    request => node.unshare(request.params.id)
  )
  app.post(
    '/shares/scan',
    {
      schema: { body: scanBodySchema, ...gives('looks for changes; answers when they are hashed', shareList) }
    },
    async (request, reply) => ({
      shares: await node.scan(request.body?.id, { signal: answers.signal(reply) })
    })
  )
  app.post(
    '/shares/preview',
    {
      schema: {
        body: previewBodySchema,
        ...streams('what sharing it would offer, and what not and why; offers nothing', previewSchema)
      }
    },
    (request, reply) => {
      const signal = answers.signal(reply)
      return answers.events(reply, signal, asEvents(node.previewShare(request.body.path, { signal })))
    }
  )
  app.post('/shares/pause', { schema: gives('hashes nothing until resumed', shareList) }, () => ({
    shares: node.pauseHashing()
  }))
  app.post('/shares/resume', { schema: gives('goes on hashing', shareList) }, () => ({
    shares: node.resumeHashing()
  }))
  app.get(
    '/link',
    { schema: { querystring: linkQuerySchema, ...gives('a link to something, for others', linkSchema) } },
    request => node.link(request.query.target)
  )
  app.get(
    '/entries',
    { schema: givesLong('files and folders that this node offers', entryList) },
    (_, reply) => answers.list(reply, 'entries', each(node.entries()))
  )

  // Search
  app.get(
    '/search',
    {
      schema: { querystring: searchQuerySchema, ...either('searches', searchResultSchema, searchEventSchema) }
    },
    async (request, reply) => {
      const signal = answers.signal(reply)
      const events = node.search(request.query, { signal })
      return wantsEvents(request)
        ? answers.events(reply, signal, asEvents(events))
        : await collectSearch(events)
    }
  )
  app.get(
    '/browse/:peer',
    { schema: { params: peerParamsSchema, ...either('what a peer offers', entryList, entryEventSchema) } },
    (request, reply) => {
      const signal = answers.signal(reply)
      const entries = node.browse(request.params.peer, { signal })
      if (wantsEvents(request)) return answers.events(reply, signal, asEntryEvents(entries))
      return answers.list(reply, 'entries', entries)
    }
  )

  app.get('/wants', { schema: gives('saved queries, and what matched them', wantList) }, () => ({
    wants: node.wants()
  }))
  app.post(
    '/wants',
    { schema: { body: wantBodySchema, ...says(201, 'saves a query', wantSchema) } },
    async (request, reply) => {
      const { text, get } = request.body
      return reply.code(201).send(await node.addWant(text, { get }))
    }
  )
  app.delete(
    '/wants/:id',
    { schema: { params: idParamsSchema, ...gives('forgets a saved query', wantSchema) } },
    request => node.removeWant(request.params.id)
  )

  // Transfers
  app.get('/downloads', { schema: gives('downloads, finished ones too', downloadList) }, () => ({
    downloads: node.downloads()
  }))
  app.post('/downloads', { schema: { body: getBodySchema, ...downloadAnswers } }, async (request, reply) => {
    if (!wantsEvents(request)) {
      const events = node.get(request.body, { signal: answers.closing })
      return reply.code(202).send(await startDownload(events))
    }
    const signal = answers.signal(reply)
    return answers.events(reply, signal, asEvents(node.get(request.body, { signal })))
  })
  app.post('/downloads/:id/pause', { schema: changes('pauses a download') }, request =>
    node.pause(request.params.id)
  )
  app.post('/downloads/:id/resume', { schema: changes('goes on with it') }, request =>
    node.resume(request.params.id)
  )
  app.delete('/downloads/:id', { schema: changes('ends it, or forgets a finished one') }, request =>
    node.cancel(request.params.id)
  )
  app.get('/uploads', { schema: gives('what others fetch from here', uploadList) }, () => ({
    uploads: node.uploads()
  }))

  app.route({
    method: ['GET', 'HEAD'],
    url: CONTENT_ROUTE,
    schema: { params: contentParamsSchema, querystring: contentQuerySchema, ...contentAnswers },
    handler: async (request, reply) => {
      const signal = answers.signal(reply)
      const wanted = { target: request.params.cid, timeoutMs: request.query.timeoutMs }
      const content = await node.openContent(wanted, { signal })
      // It aborts with the end of every answer, also of one that is never sent.
      signal.addEventListener('abort', () => content.close(), { once: true })
      if (signal.aborted) content.close()
      return await sendContent(request, reply, content)
    }
  })
  app.get(
    `${CONTENT_ROUTE}/ticket`,
    {
      schema: {
        params: ticketParamsSchema,
        ...gives('a path to the content that needs no token: for players', contentPathSchema)
      }
    },
    request => ({ path: contentPath(request.params.cid) })
  )

  // Values
  app.get(
    '/values',
    { schema: { querystring: valuesQuerySchema, ...gives('numbers that this node holds', valueList) } },
    request => ({ values: node.values(request.query.name) })
  )
  app.post(
    '/values',
    { schema: { body: addValuesBodySchema, ...says(201, 'adds values, all or none', valueList) } },
    async (request, reply) => {
      const { name, values } = request.body
      return reply.code(201).send({ values: await node.addValues(name, values) })
    }
  )
  app.delete(
    '/values',
    { schema: { body: removeValuesBodySchema, ...gives('removes values, all or none', valueList) } },
    async request => ({ values: await node.removeValues(request.body.name, request.body.values) })
  )
  app.get(
    '/aggregate',
    { schema: { querystring: aggregateQuerySchema, ...gives('asks the whole network', aggregateSchema) } },
    (request, reply) => node.aggregate(request.query, { signal: answers.signal(reply) })
  )

  // Peers
  app.get('/peers', { schema: gives('contacts with open connections', peerList) }, () => ({
    peers: node.peers()
  }))
  app.post(
    '/peers',
    { schema: { body: connectBodySchema, ...gives('connects to an address', contactSchema) } },
    (request, reply) => node.connect(request.body.address, { signal: answers.signal(reply) })
  )
  app.delete(
    '/peers/:peer',
    { schema: { params: peerParamsSchema, ...gives('closes the connections to a peer', contactSchema) } },
    request => node.disconnect(request.params.peer)
  )

  app.get('/openapi.json', { schema: { hide: true } as object }, () => app.swagger())
}

// What a route says about itself in OpenAPI.

function says<Status extends number, S extends z.ZodType>(status: Status, summary: string, schema: S) {
  return { summary, response: { [status]: schema, default: errorSchema } as Record<Status, S> }
}

function gives<S extends z.ZodType>(summary: string, schema: S) {
  return says(200, summary, schema)
}

/** Like `gives`, for what is written bit by bit and so is not typed. */
function givesLong(summary: string, schema: z.ZodType) {
  const content = { 'application/json': { schema } }
  return { summary, response: { 200: { description: summary, content }, default: errorSchema } }
}

function streams(summary: string, event: z.ZodType) {
  const content = { 'text/event-stream': { schema: event } }
  return { summary, response: { 200: { description: summary, content }, default: errorSchema } }
}

function either(summary: string, json: z.ZodType, event: z.ZodType) {
  const content = { 'application/json': { schema: json }, 'text/event-stream': { schema: event } }
  return { summary, response: { 200: { description: summary, content }, default: errorSchema } }
}

function changes(summary: string) {
  return { params: idParamsSchema, ...gives(summary, downloadSchema) }
}

function lastEventId(request: FastifyRequest): number | undefined {
  const id = Number(request.headers['last-event-id'] ?? Number.NaN)
  return Number.isSafeInteger(id) && id >= 0 ? id : undefined
}
