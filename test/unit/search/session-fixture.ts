/**
 * A search in virtual time, and what it is told and tells.
 */
import {
  type Finding,
  Reputation,
  SearchSession,
  type SessionOptions,
  type Step
} from '../../../src/search/index.ts'

export const SELF = 'me'

export function finding(
  cid: string,
  from = 'ann',
  given: { confirmed?: boolean; provider?: string } = {}
): Finding {
  const entry = {
    cid,
    name: `${cid}.txt`,
    path: `share/${cid}.txt`,
    size: 1,
    mime: 'text/plain',
    modified: 0
  }
  const peerId = given.provider ?? from
  const how = peerId === SELF ? ('own' as const) : ('known' as const)
  const confirmed = given.confirmed ?? peerId === SELF
  return { entry, providers: [{ peerId, nickname: peerId, how, confirmed }], deliverer: from }
}

export const some = (count: number, from: string): Finding[] =>
  Array.from({ length: count }, (_, i) => finding(`${from}-${i}`, from))

/** Deliverers that were tried a moment ago, and are believed. What becomes of the others: vouching.spec.ts. */
const TRIED = ['ann', 'bob', 'teller', 'holder', 'a', 'b', 'c', 'd', 'e']

export function session(given: Partial<SessionOptions> = {}): SearchSession {
  const reputation = new Reputation(0)
  for (const peer of TRIED) reputation.note(peer, 'passed', 0)
  const usual = {
    reputation,
    text: 'x',
    strategy: 'auto' as const,
    ttl: 7,
    wide: false,
    limit: 50,
    timeoutMs: 10_000
  }
  return new SearchSession({ self: SELF, ...usual, ...given })
}

export const facts = (findings: Finding[] = [], neighbours = 3, slowestRttMs: number | null = 10) => ({
  findings,
  neighbours,
  slowestRttMs,
  hasIndex: false
})

export function asks(
  step: Step
): Array<{ ttl: number; budget: number; report: boolean; ownOnly: boolean; isAgain: boolean }> {
  return step.commands.flatMap(command => {
    if (command.kind !== 'ask') return []
    const { ttl, budget, report, ownOnly } = command.ask
    return [{ ttl, budget, report, ownOnly, isAgain: command.isAgain }]
  })
}

export function done(step: Step) {
  const last = step.events.at(-1)
  return last?.type === 'done' ? last : undefined
}

export const report = { nodes: 5, queries: 7, answers: 9, bytes: 800, duplicates: 2, truncated: false }
