/**
 * Questions of this node to the whole network, and answers to those of others: drives the engine with real time.
 */

import {
  type AggregateDrop,
  type EchoAction,
  EchoEngine,
  figureOf,
  type StrikeReason
} from '../aggregate/index.ts'
import { Counters } from '../base/counters.ts'
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'
import {
  type AggregateMessage,
  bytesToSign,
  type Contribution,
  type Figure
} from '../wire/aggregate-message.ts'
import { MAX_QUESTION_NAMES } from '../wire/limits.ts'
import { type Answered, aggregateAnswer, type CheckedAggregate, checkAggregate } from './aggregate-answer.ts'
import type { AggregateAnswer, AggregateRequest } from './api.ts'
import { NodeError } from './errors.ts'
import type { NeighbourView } from './searches.ts'

/** Questions of ours at the same time. */
export const MAX_RUNNING_QUESTIONS = 64
/** For so long a complete answer is given again to the same question, ms. */
export const REMEMBER_ANSWER_MS = 10_000
/** Names whose answers are remembered. */
const MAX_REMEMBERED = 256
/** How often deadlines are looked at while something waits for one, ms. */
const TICK_MS = 25

/** Neighbours, and messages to and from them. */
export interface AggregateLinks {
  neighbours(): NeighbourView[]
  /** False: the link is gone or has no room. */
  send(peer: PeerKey, message: AggregateMessage): boolean
  strike(peer: PeerKey, reason: StrikeReason): void
  onMessage(handler: (peer: PeerKey, message: AggregateMessage) => void): void
  /** What the peer was sent and has not answered, it will not answer. */
  onBroken(handler: (peer: PeerKey) => void): void
  onJoin(handler: (peer: PeerKey) => void): void
  onLeave(handler: (peer: PeerKey) => void): void
}

/** Signatures of statements. */
export interface StatementSeal {
  sign(bytes: Uint8Array): Uint8Array
  /** Never rejects. */
  verify(peer: PeerKey, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>
}

export interface AggregatesOptions {
  self: PeerKey
  /** Undefined: this node takes no part. */
  links: AggregateLinks | undefined
  seal: StatementSeal
  /** What this node holds under a name; facts about itself included. */
  figure(name: string): Figure
  clock: Clock
  random: Random
  /** Calls `task` every `ms` until the returned function is called. */
  every?: (ms: number, task: () => void) => () => void
}

/** A question that is out, or about to go: for each name, who waits for it. */
interface Running {
  readonly timeoutMs: number
  readonly askedAt: number
  /** How often this node's values had changed by then. */
  readonly changes: number
  readonly names: Map<string, PromiseWithResolvers<Answered>>
}

export class Aggregates {
  readonly #options: AggregatesOptions
  readonly #engine: EchoEngine<PeerKey>
  readonly #counts = new Counters()
  /** By the id of the question. */
  readonly #running = new Map<string, Running>()
  /** Questions that go out when all who ask at the same moment have done so. */
  #gathering: Running[] = []
  readonly #remembered = new Map<string, Answered>()
  #changes = 0
  #rttMs: (peer: PeerKey) => number | null = () => null
  #stopTicking: (() => void) | undefined
  #ended = new AbortController()

  constructor(options: AggregatesOptions) {
    this.#options = options
    const { self, seal, random, clock } = options
    const facts = {
      self,
      keyOf: (peer: PeerKey) => peer,
      rttMs: (peer: PeerKey) => this.#rttMs(peer),
      figures: (names: readonly string[]) => names.map(name => options.figure(name)),
      sign: (bytes: Uint8Array) => seal.sign(bytes),
      random
    }
    this.#engine = new EchoEngine(facts, clock.now())
  }

  async start(_signal?: AbortSignal): Promise<void> {
    this.#ended = new AbortController()
    const { links } = this.#options
    if (links === undefined) return
    this.#rttMs = peer => links.neighbours().find(neighbour => neighbour.peer === peer)?.rttMs ?? null
    for (const { peer } of links.neighbours()) this.#engine.addNeighbour(peer, this.#now())
    links.onJoin(peer => this.#engine.addNeighbour(peer, this.#now()))
    links.onLeave(peer => this.#perform(this.#engine.removeNeighbour(peer, this.#now())))
    links.onBroken(peer => this.#perform(this.#engine.onBroken(peer)))
    links.onMessage((peer, message) => {
      this.#counts.add(`received-${message.type}`)
      this.#perform(this.#engine.onMessage(peer, message, this.#now()))
    })
  }

  /** Ends what this node has asked; those who wait for it get an error. */
  async stop(): Promise<void> {
    const stopping = new Error('the node is stopping')
    this.#ended.abort(stopping)
    for (const { names } of [...this.#running.values(), ...this.#gathering]) {
      for (const { reject } of names.values()) reject(stopping)
    }
    this.#running.clear()
    this.#gathering = []
    this.#stopTicking?.()
    this.#stopTicking = undefined
  }

  /** Messages sent and received, and what was dropped, by reason. */
  stats(): Record<string, number> {
    const drops: Partial<Record<AggregateDrop, number>> = this.#engine.drops.toJSON()
    return { ...this.#counts.toJSON(), ...drops }
  }

  /** What this node holds has changed: an answer that it has remembered is wrong by now. */
  forget(): void {
    this.#changes++
    this.#remembered.clear()
  }

  /**
   * Asks every node that can be reached. Who asks the same at the same time gets the same answer, and who asks it again
   * within REMEMBER_ANSWER_MS as well, when it was complete.
   *
   * @throws NodeError `bad-input`, or `conflict` when this node takes no part or has asked too much
   */
  async aggregate(request: AggregateRequest, { signal }: { signal: AbortSignal }): Promise<AggregateAnswer> {
    const asked = checkAggregate(request)
    signal.throwIfAborted()
    this.#ended.signal.throwIfAborted()
    if (this.#options.links === undefined) {
      const message =
        'this node takes no part in questions to the network: it was started with --aggregate off'
      throw new NodeError({ code: 'conflict', message })
    }
    const answered = this.#recall(asked.name) ?? (await abortable(this.#ask(asked), signal))
    return aggregateAnswer(asked, answered, this.#now())
  }

  #recall(name: string): Answered | undefined {
    const answered = this.#remembered.get(name)
    if (answered === undefined) return undefined
    const age = this.#now() - answered.at
    if (age >= 0 && age < REMEMBER_ANSWER_MS) {
      this.#counts.add('answered-from-memory')
      return answered
    }
    this.#remembered.delete(name)
    return undefined
  }

  /** Joins a question that is out already, or one that is about to go. */
  #ask({ name, timeoutMs }: CheckedAggregate): Promise<Answered> {
    const all = [...this.#running.values(), ...this.#gathering]
    const same = all.find(
      running =>
        running.timeoutMs === timeoutMs && running.changes === this.#changes && running.names.has(name)
    )
    const known = same?.names.get(name)
    if (known !== undefined) return known.promise
    const waiting = Promise.withResolvers<Answered>()
    // Everybody who waits for it may be gone when it fails.
    waiting.promise.catch(() => undefined)
    this.#gather(timeoutMs).names.set(name, waiting)
    return waiting.promise
  }

  #gather(timeoutMs: number): Running {
    const open = this.#gathering.find(
      running =>
        running.timeoutMs === timeoutMs &&
        running.changes === this.#changes &&
        running.names.size < MAX_QUESTION_NAMES
    )
    if (open !== undefined) return open
    const running: Running = { timeoutMs, askedAt: this.#now(), changes: this.#changes, names: new Map() }
    if (this.#gathering.length === 0) queueMicrotask(() => this.#flush())
    this.#gathering.push(running)
    return running
  }

  #flush(): void {
    for (const running of this.#gathering.splice(0)) {
      const refusal = this.#refusal()
      if (refusal === undefined) this.#begin(running)
      else for (const { reject } of running.names.values()) reject(refusal)
    }
  }

  #refusal(): NodeError | undefined {
    if (this.#running.size >= MAX_RUNNING_QUESTIONS) {
      const message = `${MAX_RUNNING_QUESTIONS} questions are out already: wait for one of them to end`
      return new NodeError({ code: 'conflict', message })
    }
    const waitMs = this.#engine.waitMs(this.#now())
    if (waitMs === 0) return undefined
    const message = `too many questions went to the neighbours, who take one a second: again in ${Math.ceil(waitMs / 1_000)} s`
    return new NodeError({ code: 'conflict', message })
  }

  #begin(running: Running): void {
    const { id, actions } = this.#engine.ask(
      { names: [...running.names.keys()], timeMs: running.timeoutMs },
      this.#now()
    )
    this.#counts.add('asked')
    this.#running.set(id, running)
    this.#perform(actions)
  }

  /** Carries out what the engine decided. */
  #perform(actions: readonly EchoAction<PeerKey>[]): void {
    for (const action of actions) {
      if (action.kind === 'send') this.#send(action.to, action.message)
      else if (action.kind === 'strike') this.#options.links?.strike(action.peer, action.reason)
      else if (action.kind === 'check') void this.#check(action)
      else this.#onAnswered(action)
    }
    this.#keepTicking()
  }

  #send(to: PeerKey, message: AggregateMessage): void {
    if (this.#options.links?.send(to, message) === true) this.#counts.add(`sent-${message.type}`)
    else this.#perform(this.#engine.onSendFailed(to, message, this.#now()))
  }

  async #check({ id, from, contributions }: Extract<EchoAction<PeerKey>, { kind: 'check' }>): Promise<void> {
    const { seal } = this.#options
    const isRight = ({ peer, statement, signature }: Contribution): Promise<boolean> =>
      seal.verify(peer, bytesToSign(id, statement), signature)
    const verdicts = await Promise.all(contributions.map(isRight))
    if (this.#ended.signal.aborted) return
    this.#perform(this.#engine.onChecked(id, from, verdicts.every(Boolean)))
  }

  #onAnswered({ id, outcome }: Extract<EchoAction<PeerKey>, { kind: 'answered' }>): void {
    const running = this.#running.get(id)
    if (running === undefined) return
    this.#running.delete(id)
    const at = this.#now()
    const isComplete = outcome.failed.length + outcome.moreFailed === 0
    const isCurrent = running.changes === this.#changes
    let index = 0
    for (const [name, { resolve }] of running.names) {
      const answered = { outcome, index: index++, at, elapsedMs: at - running.askedAt }
      if (isComplete && isCurrent) this.#remember(name, answered)
      resolve(answered)
    }
  }

  #remember(name: string, answered: Answered): void {
    putLast(this.#remembered, name, answered, MAX_REMEMBERED)
  }

  /** One timer, and only while something waits for the time. */
  #keepTicking(): void {
    if (!this.#engine.hasDeadlines || this.#ended.signal.aborted) {
      this.#stopTicking?.()
      this.#stopTicking = undefined
      return
    }
    this.#stopTicking ??= (this.#options.every ?? every)(TICK_MS, () =>
      this.#perform(this.#engine.tick(this.#now()))
    )
  }

  #now(): number {
    return this.#options.clock.now()
  }
}

/** What every node has by itself, as one value under a name of its own; undefined for all other names. */
export function factFigure(name: string, totals: () => { files: number; bytes: number }): Figure | undefined {
  if (name === 'nodes') return whole(1)
  if (name === 'files') return whole(totals().files)
  if (name === 'bytes') return whole(totals().bytes)
  return undefined
}

function whole(number: number): Figure {
  return figureOf([{ unscaled: BigInt(number), scale: 0 }])
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function every(ms: number, task: () => void): () => void {
  const timer = setInterval(task, ms)
  return () => clearInterval(timer)
}
