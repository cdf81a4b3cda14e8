/**
 * Checks what somebody wants to search for, and fills in what they did not say.
 */
import { type ParsedQuery, parseQuery, QueryError } from '../catalog/index.ts'
import { DEFAULT_LIMIT, DEFAULT_TIMEOUT_MS, type SessionOptions } from '../search/index.ts'
import { MAX_QUERY_REACH } from '../wire/limits.ts'
import type { SearchRequest } from './api.ts'
import { NodeError } from './errors.ts'

/** Rows of one search: what a page can show. A guess. */
export const MAX_SEARCH_LIMIT = 1_000
export const MAX_SEARCH_TIMEOUT_MS = 10 * 60_000

const STRATEGIES = ['auto', 'flood', 'index'] as const

export interface CheckedSearch {
  query: ParsedQuery
  options: Omit<SessionOptions, 'self' | 'reputation'>
}

/** @throws NodeError `bad-input` that names the field, the value and one that would do */
export function checkSearch(request: SearchRequest, now: number): CheckedSearch {
  const strategy = request.strategy ?? 'auto'
  if (!STRATEGIES.includes(strategy)) {
    throw badInput('strategy', `strategy must be one of ${STRATEGIES.join(', ')}; got "${strategy}"`)
  }
  const query = checkText(request.text, now)
  return {
    query,
    options: {
      isByCid: query.cids.length > 0,
      text: request.text,
      strategy,
      wide: request.wide ?? false,
      trace: request.trace,
      ttl: whole('ttl', request.ttl, { from: 1, to: MAX_QUERY_REACH, usual: MAX_QUERY_REACH }),
      limit: whole('limit', request.limit, { from: 1, to: MAX_SEARCH_LIMIT, usual: DEFAULT_LIMIT }),
      timeoutMs: whole('timeoutMs', request.timeoutMs, {
        from: 1,
        to: MAX_SEARCH_TIMEOUT_MS,
        usual: DEFAULT_TIMEOUT_MS
      })
    }
  }
}

function checkText(text: string, now: number): ParsedQuery {
  if (typeof text !== 'string')
    throw badInput('text', 'text must be words to search for, such as: holiday ext:jpg')
  if (!text.isWellFormed())
    throw badInput('text', 'text must be Unicode: it has half a surrogate pair, which stands for no letter')
  try {
    return parseQuery(text, now)
  } catch (err) {
    if (!(err instanceof QueryError)) throw err
    throw badInput('text', err.message, err)
  }
}

function whole(
  field: string,
  value: number | undefined,
  range: { from: number; to: number; usual: number }
): number {
  const { from, to, usual } = range
  if (value === undefined) return usual
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw badInput(
    field,
    `${field} must be a whole number from ${from} to ${to}, such as ${usual}; got ${value}`
  )
}

function badInput(field: string, message: string, cause?: Error): NodeError {
  return new NodeError({ code: 'bad-input', field, message }, cause === undefined ? undefined : { cause })
}
