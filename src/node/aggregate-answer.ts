/**
 * Checks what somebody asks the network, and puts what came back into the words of the API.
 */
import { OPERATIONS, type Outcome, resultOf } from '../aggregate/index.ts'
import { type Decimal, formatDecimal } from '../base/decimal.ts'
import type { Figure } from '../wire/aggregate-message.ts'
import { MAX_QUESTION_MS } from '../wire/limits.ts'
import type { AggregateAnswer, AggregateOperation, AggregateRequest } from './api.ts'
import { NodeError } from './errors.ts'
import { checkName, DEFAULT_VALUE_NAME } from './values.ts'

/** Time for an answer when nothing else is asked for. 64 links of 100 ms take as long. */
export const DEFAULT_QUESTION_MS = 10_000

export interface CheckedAggregate {
  op: AggregateOperation
  name: string
  audit: boolean
  timeoutMs: number
}

/** What the network said about one name. */
export interface Answered {
  outcome: Outcome
  /** Place of the name in the question. */
  index: number
  /** When it was all there, ms. */
  at: number
  /** How long it took, ms. */
  elapsedMs: number
}

/** @throws NodeError `bad-input` that names the field, the value and one that would do */
export function checkAggregate(request: AggregateRequest): CheckedAggregate {
  const { op, audit = false, timeoutMs = DEFAULT_QUESTION_MS } = request
  if (!OPERATIONS.includes(op)) {
    throw badInput('op', `op must be one of ${OPERATIONS.join(', ')}; got "${op}"`)
  }
  const name = checkName(request.name ?? DEFAULT_VALUE_NAME)
  if (op === 'count' && (name === 'files' || name === 'bytes')) {
    throw badInput(
      'name',
      `${name} is one number of each node: "sum ${name}" adds them up, "count nodes" counts the nodes`
    )
  }
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_QUESTION_MS) {
    const message = `timeoutMs must be a whole number from 1 to ${MAX_QUESTION_MS}, such as ${DEFAULT_QUESTION_MS}; got ${timeoutMs}`
    throw badInput('timeoutMs', message)
  }
  return { op, name, audit, timeoutMs }
}

export function aggregateAnswer(asked: CheckedAggregate, answered: Answered, now: number): AggregateAnswer {
  const { op, name } = asked
  const { outcome, index, at, elapsedMs } = answered
  const { failed, moreFailed } = outcome
  const { value, exact } = resultOf(op, outcome.figures[index] as Figure)
  const answer: AggregateAnswer = {
    op,
    name,
    value: text(value),
    exact,
    nodes: outcome.nodes,
    trusted: outcome.trusted,
    missing: [...new Set(failed.map(({ to }) => to))],
    complete: failed.length + moreFailed === 0,
    failedLinks: failed.map(({ from, to, reason }) => ({ from, to, reason })),
    moreFailedLinks: moreFailed,
    elapsedMs: Math.round(elapsedMs),
    ageMs: Math.max(0, Math.round(now - at))
  }
  if (asked.audit) {
    answer.contributions = outcome.contributions
      .map(({ peer, figures }) => {
        const figure = figures[index] as Figure
        return { peerId: peer, values: figure.values, value: text(resultOf(op, figure).value) }
      })
      .sort((a, b) => (a.peerId < b.peerId ? -1 : 1))
  }
  return answer
}

function text(value: Decimal | null): string | null {
  return value === null ? null : formatDecimal(value)
}

function badInput(field: string, message: string): NodeError {
  return new NodeError({ code: 'bad-input', field, message })
}
