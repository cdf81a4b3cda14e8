/**
 * Questions to the whole network, by echo: who asked first is the parent; all other neighbours are asked; when they have
 * answered, the parent gets the sum of it. A question that comes from a neighbour to whom we sent it is that neighbour's
 * answer: it is in the count by another way. So a question takes at most two messages a link, whatever the topology.
 * After Chang, "Echo Algorithms: Depth Parallel Operations on General Graphs" (1982).
 *
 * Pure. Facts and the time come in, actions go out. Rules: ../wire/SPEC.md, aggregates.
 */
import { Counters } from '../base/counters.ts'
import { SeenTable } from '../base/seen-table.ts'
import {
  type AggregateMessage,
  type Answer,
  bytesToSign,
  type Figure,
  type LinkFailure,
  type Question,
  questionId
} from '../wire/aggregate-message.ts'
import { MAX_QUESTION_HOPS, QUERY_ID_BYTES } from '../wire/limits.ts'
import type { AggregateDrop, Ask, EchoAction, EchoFacts, Outcome, StrikeReason } from './actions.ts'
import {
  LINK_SLACK_MS,
  MAX_OPEN_QUESTIONS,
  REMEMBER_LEAVER_MS,
  REMEMBERED_LEAVERS,
  SEEN_QUESTION_MS,
  SEEN_QUESTIONS,
  UNMEASURED_RTT_MS
} from './constants.ts'
import { FailedLinks } from './failed-links.ts'
import { addEach } from './figure.ts'
import { LinkRates } from './link-rates.ts'
import { type Reading, Tally } from './tally.ts'

type DeclinedReason = Extract<AggregateMessage, { type: 'declined' }>['reason']

/**
 *   open ──all have answered, or the time is over──▶ answered (remembered by id only)
 */
interface OpenQuestion<Peer> {
  readonly id: string
  readonly names: readonly string[]
  readonly nonce: Uint8Array
  /** Undefined: this node asks. */
  readonly parent: Peer | undefined
  /** Links that it made until here. */
  readonly hops: number
  /** When our answer leaves at last, ms. */
  readonly endsAt: number
  /** What this node holds. */
  readonly own: Figure[]
  /** Who was asked and has not answered. */
  readonly waiting: Set<Peer>
  /** Answers whose signatures are being checked. */
  readonly checking: Map<Peer, { answer: Answer; reading: Reading }>
  readonly tally: Tally
  readonly failed: FailedLinks
}

type Begun<Peer> = Omit<OpenQuestion<Peer>, 'own' | 'waiting' | 'checking' | 'tally' | 'failed'>

interface SeenQuestion<Peer> {
  /** This node takes part. Who had no room for the question may have it when it comes again from somebody else. */
  isOurs: boolean
  /** Neighbours that need no message about it: they sent it, or were sent it. */
  readonly told: Set<Peer>
}

/** @typeParam Peer - PeerKey in the daemon, a number where many engines run in one test */
export class EchoEngine<Peer extends string | number> {
  /** What was not carried on, by reason. */
  readonly drops = new Counters<AggregateDrop>()
  readonly #facts: EchoFacts<Peer>
  readonly #neighbours = new Map<Peer, LinkRates>()
  readonly #leavers: SeenTable<Peer, LinkRates>
  readonly #open = new Map<string, OpenQuestion<Peer>>()
  /** Every question that came or was asked here. */
  readonly #seen: SeenTable<string, SeenQuestion<Peer>>
  /** What the call in progress will return. */
  #actions: EchoAction<Peer>[] = []

  constructor(facts: EchoFacts<Peer>, now: number) {
    this.#facts = facts
    this.#leavers = new SeenTable({ lifetimeMs: REMEMBER_LEAVER_MS, capacity: REMEMBERED_LEAVERS }, now)
    this.#seen = new SeenTable({ lifetimeMs: SEEN_QUESTION_MS, capacity: SEEN_QUESTIONS }, now)
  }

  /** When `tick` has something to do next, ms of the caller's clock; undefined: nothing is open. */
  get nextDeadline(): number | undefined {
    let next: number | undefined
    for (const { endsAt } of this.#open.values()) next = Math.min(next ?? endsAt, endsAt)
    return next
  }

  /** Whether `tick` will have something to do. */
  get hasDeadlines(): boolean {
    return this.#open.size > 0
  }

  /** How long a question of ours must wait until all neighbours may be asked, ms. */
  waitMs(now: number): number {
    let wait = 0
    for (const rates of this.#neighbours.values()) wait = Math.max(wait, rates.waitMs(now))
    return wait
  }

  addNeighbour(peer: Peer, now: number): void {
    if (!this.#neighbours.has(peer)) {
      this.#neighbours.set(peer, this.#leavers.get(peer) ?? new LinkRates(now))
    }
  }

  removeNeighbour(peer: Peer, now: number): EchoAction<Peer>[] {
    const rates = this.#neighbours.get(peer)
    if (rates === undefined) return []
    this.#neighbours.delete(peer)
    this.#leavers.set(peer, rates, now)
    for (const question of [...this.#open.values()]) {
      if (question.parent === peer) {
        // Nobody is left to tell. Our parent's other side names the link, so that it does not look complete.
        this.#open.delete(question.id)
        this.drops.add('parent-gone')
      }
    }
    return this.onBroken(peer)
  }

  /** What a neighbour was asked and has not answered, it will not answer. */
  onBroken(peer: Peer): EchoAction<Peer>[] {
    for (const question of [...this.#open.values()]) {
      const isAtWork = question.waiting.delete(peer) || question.checking.delete(peer)
      if (isAtWork) this.#fail(question, peer, 'gone')
      if (isAtWork) this.#settle(question)
    }
    return this.#take()
  }

  /** Asks everybody. `answered` comes when all have answered, at last when the time is over. */
  ask({ names, timeMs }: Ask, now: number): { id: string; actions: EchoAction<Peer>[] } {
    const nonce = this.#facts.random.bytes(QUERY_ID_BYTES)
    const id = questionId(nonce, names)
    const begun = { id, names, nonce, parent: undefined, hops: 0, endsAt: now + timeMs }
    this.#begin(begun, this.#remember(id, now), now)
    return { id, actions: this.#take() }
  }

  onMessage(from: Peer, message: AggregateMessage, now: number): EchoAction<Peer>[] {
    if (!this.#neighbours.has(from)) this.drops.add('not-neighbour')
    else if (message.type === 'question') this.#onQuestion(from, message, now)
    else if (message.type === 'answer') this.#onAnswer(from, message, now)
    else this.#onDeclined(from, message.id, message.reason, now)
    return this.#take()
  }

  /** The shell has looked at all signatures of a `check`. Without `areRight` at least one of them is not what it should be. */
  onChecked(id: string, from: Peer, areRight: boolean): EchoAction<Peer>[] {
    const question = this.#open.get(id)
    const checked = question?.checking.get(from)
    if (question === undefined || checked === undefined) {
      this.drops.add('late-answer')
      return this.#take()
    }
    question.checking.delete(from)
    if (areRight) this.#count(question, checked.answer, checked.reading)
    else this.#refuse(question, from, 'bad-signature')
    this.#settle(question)
    return this.#take()
  }

  /** The link could not take a message that an action told to send. */
  onSendFailed(to: Peer, message: AggregateMessage, now: number): EchoAction<Peer>[] {
    this.drops.add('send-failed')
    const question = message.type === 'question' ? this.#open.get(message.id) : undefined
    if (question?.waiting.delete(to)) {
      this.#neighbours.get(to)?.refund(now)
      this.#fail(question, to, 'gone')
      this.#settle(question)
    }
    return this.#take()
  }

  /** Answers what has no time left. */
  tick(now: number): EchoAction<Peer>[] {
    for (const question of [...this.#open.values()]) {
      if (now < question.endsAt) continue
      for (const peer of [...question.waiting, ...question.checking.keys()]) {
        this.#fail(question, peer, 'silent')
      }
      question.waiting.clear()
      question.checking.clear()
      this.#settle(question)
    }
    return this.#take()
  }

  #onQuestion(from: Peer, question: Question, now: number): void {
    const { id, names, nonce, hops, timeLeftMs } = question
    const seen = this.#seen.get(id) ?? this.#remember(id, now)
    if (seen.isOurs) {
      this.#onKnownQuestion(from, id, seen, now)
    } else if (seen.told.has(from)) {
      this.#dropUnwelcome(from, 'repeated', now)
    } else {
      seen.told.add(from)
      if (!this.#neighbours.get(from)?.receive(now)) {
        this.#dropUnwelcome(from, 'over-rate', now)
        this.#decline(from, id, 'over-rate')
      } else if (this.#open.size >= MAX_OPEN_QUESTIONS) {
        this.drops.add('busy')
        this.#decline(from, id, 'busy')
      } else {
        this.#begin({ id, names, nonce, parent: from, hops: hops + 1, endsAt: now + timeLeftMs }, seen, now)
      }
    }
  }

  /** From whom we asked it, it is the answer. To anybody else we say, once, that we are in the count already. */
  #onKnownQuestion(from: Peer, id: string, { told }: SeenQuestion<Peer>, now: number): void {
    const question = this.#open.get(id)
    if (question?.waiting.delete(from)) {
      this.#settle(question)
    } else if (told.has(from)) {
      this.#dropUnwelcome(from, 'repeated', now)
    } else {
      told.add(from)
      question?.failed.forgive(this.#facts.self, this.#facts.keyOf(from))
      this.#decline(from, id, 'counted')
    }
  }

  #remember(id: string, now: number): SeenQuestion<Peer> {
    const seen = { isOurs: false, told: new Set<Peer>() }
    this.#seen.set(id, seen, now)
    return seen
  }

  #begin(given: Begun<Peer>, seen: SeenQuestion<Peer>, now: number): void {
    seen.isOurs = true
    const question: OpenQuestion<Peer> = {
      ...given,
      own: this.#facts.figures(given.names),
      waiting: new Set(),
      checking: new Map(),
      tally: new Tally(this.#facts.self, given.names.length),
      failed: new FailedLinks()
    }
    this.#open.set(question.id, question)
    for (const [peer, rates] of this.#neighbours) {
      if (!seen.told.has(peer) && this.#askNeighbour(question, peer, rates, now)) seen.told.add(peer)
    }
    this.#settle(question)
  }

  /** Whether the neighbour was asked; else the link is noted as failed. */
  #askNeighbour(question: OpenQuestion<Peer>, peer: Peer, rates: LinkRates, now: number): boolean {
    const { id, names, nonce, hops, endsAt } = question
    const rttMs = this.#facts.rttMs(peer) ?? UNMEASURED_RTT_MS
    const timeLeftMs = Math.floor(endsAt - now - rttMs - LINK_SLACK_MS)
    if (hops >= MAX_QUESTION_HOPS) this.#fail(question, peer, 'too-far')
    else if (timeLeftMs < 1) this.#fail(question, peer, 'no-time')
    else if (!rates.send(now)) this.#fail(question, peer, 'unsent')
    else {
      question.waiting.add(peer)
      this.#send(peer, { type: 'question', id, nonce, names: [...names], hops, timeLeftMs })
      return true
    }
    return false
  }

  #onAnswer(from: Peer, answer: Answer, now: number): void {
    const question = this.#awaited(from, answer.id, now)
    if (question === undefined) return
    const reading = question.tally.read(this.#facts.keyOf(from), answer)
    if (reading === 'bad') {
      this.#refuse(question, from, 'bad-answer')
    } else if (reading === 'too-many') {
      // Not a strike: one of those behind it has lied, and each of them alone can be true.
      this.drops.add('too-many')
      this.#fail(question, from, 'bad')
    } else if (question.tally.reserve(reading) && reading.signed.length > 0) {
      question.checking.set(from, { answer, reading })
      this.#actions.push({ kind: 'check', id: answer.id, from, contributions: answer.contributions })
    } else {
      this.#count(question, answer, reading)
    }
    this.#settle(question)
  }

  #onDeclined(from: Peer, id: string, reason: DeclinedReason, now: number): void {
    const question = this.#awaited(from, id, now)
    if (question === undefined) return
    if (reason !== 'counted') this.#fail(question, from, 'declined')
    this.#settle(question)
  }

  /** The question that `from` may answer now; not any more after this. */
  #awaited(from: Peer, id: string, now: number): OpenQuestion<Peer> | undefined {
    const question = this.#open.get(id)
    if (question?.waiting.delete(from)) return question
    const seen = this.#seen.get(id)
    const reason =
      seen === undefined ? 'unknown-question' : seen.told.has(from) ? 'late-answer' : 'unasked-answer'
    this.#dropUnwelcome(from, reason, now)
    return undefined
  }

  #count({ tally, failed }: OpenQuestion<Peer>, answer: Answer, reading: Reading): void {
    const twice = tally.take(reading)
    if (twice > 0) this.drops.add('counted-twice', twice)
    for (const link of answer.failed) failed.add(link)
    failed.addMore(answer.moreFailed)
  }

  #refuse(question: OpenQuestion<Peer>, from: Peer, reason: 'bad-answer' | 'bad-signature'): void {
    this.drops.add(reason)
    this.#strike(from, reason)
    this.#fail(question, from, 'bad')
  }

  #fail({ failed }: OpenQuestion<Peer>, peer: Peer, reason: LinkFailure): void {
    const { self, keyOf } = this.#facts
    failed.add({ from: self, to: keyOf(peer), reason })
  }

  /** Answers when nobody is left to wait for. */
  #settle(question: OpenQuestion<Peer>): void {
    const { id, parent, waiting, checking, tally, failed, own } = question
    if (waiting.size > 0 || checking.size > 0 || !this.#open.delete(id)) return
    const links = failed.notLeadingTo(tally.counted)
    if (parent === undefined) {
      this.#actions.push({ kind: 'answered', id, outcome: this.#outcome(question) })
      return
    }
    const { self, sign } = this.#facts
    const ours = {
      peer: self,
      figures: own,
      sign: (statement: Uint8Array) => sign(bytesToSign(id, statement))
    }
    const counted = tally.answer(ours, links)
    this.#send(parent, { type: 'answer', id, ...counted, failed: links, moreFailed: failed.more })
  }

  #outcome({ tally, failed, own }: OpenQuestion<Peer>): Outcome {
    const contributions = [
      { peer: this.#facts.self, figures: own },
      ...tally.signed.map(({ peer, figures }) => ({ peer, figures }))
    ]
    const parts = contributions.map(({ figures }) => figures)
    if (tally.subtotal !== null) parts.push(tally.subtotal.figures)
    return {
      figures: parts.reduce(addEach),
      nodes: 1 + tally.nodes,
      trusted: tally.subtotal?.nodes ?? 0,
      contributions,
      failed: failed.notLeadingTo(tally.counted),
      moreFailed: failed.more
    }
  }

  #decline(to: Peer, id: string, reason: DeclinedReason): void {
    this.#send(to, { type: 'declined', id, reason })
  }

  #dropUnwelcome(from: Peer, reason: AggregateDrop, now: number): void {
    this.drops.add(reason)
    if (this.#neighbours.get(from)?.unwelcome(now)) this.#strike(from, 'flooding')
  }

  #strike(peer: Peer, reason: StrikeReason): void {
    this.#actions.push({ kind: 'strike', peer, reason })
  }

  #send(to: Peer, message: AggregateMessage): void {
    this.#actions.push({ kind: 'send', to, message })
  }

  #take(): EchoAction<Peer>[] {
    const actions = this.#actions
    this.#actions = []
    return actions
  }
}
