/**
 * The HTTP API as an application that is not listening yet; tests call it as it is.
 */
import swagger from '@fastify/swagger'
import fastify from 'fastify'
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  validatorCompiler,
  type ZodTypeProvider
} from 'fastify-type-provider-zod'
import type { NodeApi } from '../../node/api.ts'
import { Answers } from './answers.ts'
import { HEARTBEAT_MS, MAX_BODY_BYTES, MAX_PARAM_LENGTH, REQUEST_TIMEOUT_MS } from './constants.ts'
import { errorBody, HttpError, STATUS_BY_CODE } from './errors.ts'
import { checkSite, checkToken, contentTicket, hasContentTicket } from './guard.ts'
import { type Api, addRoutes, CONTENT_ROUTE } from './routes.ts'

export interface ApiOptions {
  node: NodeApi
  /** What callers must show; see `newToken`. */
  token: string
  /** Name or address that the server is told to listen on. Loopback is always allowed as Host. */
  host?: string
  heartbeatMs?: number
  /** Hears of errors that are bugs of ours. */
  onError?: (error: unknown) => void
}

const API_PATH = '/api/v1'
const OPEN_PATHS = new Set(['/healthz', '/readyz'])

/** Builds the API. `close()` ends its streams. */
export function buildApi({ node, token, host, heartbeatMs = HEARTBEAT_MS, onError }: ApiOptions): Api {
  const closing = new AbortController()
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    // HEAD of a stream would run it for nobody.
    exposeHeadRoutes: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH }
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  // What the node says is typed already; parsing a list of 100,000 entries once more would hold up everything else.
  app.setSerializerCompiler(() => data => JSON.stringify(data))

  app.addHook('onRequest', async request => {
    checkSite(request, host)
    const path = request.routeOptions.url ?? ''
    if (OPEN_PATHS.has(path)) return
    if (path === `${API_PATH}${CONTENT_ROUTE}` && hasContentTicket(request, token)) return
    checkToken(request, token)
  })
  app.addHook('onSend', async (_, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    // A connection kept alive would keep a closing server waiting.
    if (closing.signal.aborted) reply.header('connection', 'close')
  })
  app.setNotFoundHandler(request => {
    throw new HttpError('not-found', `there is no ${request.method} ${request.url}`)
  })
  app.setErrorHandler((error, request, reply) => {
    const body = errorBody(error, request)
    if (body.code === 'unexpected') onError?.(error)
    if (body.code === 'not-authorised') reply.header('www-authenticate', 'Bearer')
    return reply.code(STATUS_BY_CODE[body.code]).send(body)
  })

  app.addHook('preClose', async () => closing.abort())

  app.get('/healthz', () => ({ ok: true }))
  app.get('/readyz', () => {
    try {
      node.status()
    } catch (cause) {
      throw new HttpError('stopping', 'the node does not stand', { cause })
    }
    return { ready: true }
  })
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'p2pnode', description: 'Local control of a node', version: '1' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }]
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject
  })
  const contentPath = (target: string): string =>
    `${API_PATH}/content/${encodeURIComponent(target)}?ticket=${contentTicket(token, target)}`
  app.register(
    async scope => addRoutes(scope as Api, node, new Answers(closing.signal, heartbeatMs), contentPath),
    { prefix: API_PATH }
  )
  return app
}
