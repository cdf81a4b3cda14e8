/**
 * What a failed request is answered with: one table of statuses, one shape of body.
 */
import type { FastifyError, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { NodeError, type NodeFault } from '../../node/errors.ts'
import { MAX_SHOWN_VALUE } from './constants.ts'

type HttpFault = 'not-authorised' | 'forbidden' | 'too-large' | 'unsupported-type' | 'unexpected'
export type ErrorCode = NodeFault['code'] | HttpFault

/** Status of every error code. */
export const STATUS_BY_CODE: Readonly<Record<ErrorCode, number>> = {
  'bad-input': 400,
  'not-authorised': 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'unsupported-type': 415,
  unexpected: 500,
  'bad-content': 502,
  busy: 503,
  stopping: 503,
  'no-source': 504,
  unreachable: 504,
  disk: 507
}

const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'not-found',
  413: 'too-large',
  415: 'unsupported-type',
  503: 'stopping'
}

export interface ErrorBody {
  type: 'error'
  code: ErrorCode
  message: string
  field?: string
}

/** A request that the HTTP side refuses by itself. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * What the caller is told of `error`. A bug of ours is told as `unexpected` with its message only: the stack goes to
 * the log.
 */
export function errorBody(error: unknown, request?: FastifyRequest): ErrorBody {
  if (error instanceof NodeError) {
    const { fault } = error
    return { type: 'error', ...fault }
  }
  if (error instanceof HttpError) return { type: 'error', code: error.code, message: error.message }
  if (request != null && hasZodFastifySchemaValidationErrors(error)) return invalidInput(error, request)
  return { type: 'error', code: fastifyCode(error), message: messageOf(error) }
}

function fastifyCode(error: unknown): ErrorCode {
  const status = (error as FastifyError | undefined)?.statusCode ?? 500
  return CODE_BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'bad-input' : 'unexpected')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

interface Invalid {
  validation: { instancePath: string; message?: string }[]
  validationContext?: string
}

/** Names the field, the value that came and a right one. */
function invalidInput({ validation, validationContext }: Invalid, request: FastifyRequest): ErrorBody {
  const part = validationContext ?? 'body'
  const schema: unknown = (request.routeOptions.schema as Record<string, unknown> | undefined)?.[part]
  const came = part === 'querystring' ? request.query : part === 'params' ? request.params : request.body

  const field = validation[0]?.instancePath.split('/')[1] ?? ''
  const why = validation[0]?.message ?? 'wrong'
  if (field === '') return { type: 'error', code: 'bad-input', message: `the body of the request: ${why}` }
  const value = shown((came as Record<string, unknown> | null | undefined)?.[field])
  const example = exampleOf(schema, field)
  const right = example === undefined ? '' : `; a right one: ${JSON.stringify(example)}`
  return { type: 'error', code: 'bad-input', message: `${field}: ${why}, got ${value}${right}`, field }
}

function exampleOf(schema: unknown, field: string): unknown {
  const object = schema instanceof z.ZodOptional ? schema.unwrap() : schema
  const inner = object instanceof z.ZodNullable ? object.unwrap() : object
  if (!(inner instanceof z.ZodObject)) return undefined
  const shape: unknown = inner.shape[field]
  return shape instanceof z.ZodType ? (shape.meta()?.examples as unknown[] | undefined)?.[0] : undefined
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > MAX_SHOWN_VALUE ? `${text.slice(0, MAX_SHOWN_VALUE)}…` : text
}
