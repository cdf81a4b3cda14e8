/**
 * One search in a virtual network: the node's own session and engines, driven in virtual time.
 */
import type { Random } from '../base/ports.ts'
import { seededRandom } from '../base/random.ts'
import { type ParsedQuery, parseQuery } from '../catalog/index.ts'
import {
  type Ask,
  type ConfirmAsk,
  DEFAULT_LIMIT,
  DEFAULT_TIMEOUT_MS,
  findingsOf,
  type Row,
  type SearchAction,
  SearchEngine,
  SearchLookup,
  SearchSession,
  type Step
} from '../search/index.ts'
import type { WireHit } from '../wire/search-message.ts'
import { mixed } from './chance.ts'
import { IndexStage } from './index-stage.ts'
import { Matches, queryText } from './matches.ts'
import { searchMessageBytes } from './message-bytes.ts'
import { Requests } from './requests.ts'
import type { Strategy } from './strategies.ts'
import { type Costs, type NetworkNode, VirtualNetwork } from './virtual-network.ts'
import type { SimQuery } from './workload.ts'
import { nicknameOf, type World } from './world.ts'

export interface QueryOutcome {
  query: SimQuery
  /** Rows as they were shown, last state. */
  rows: Row[]
  costs: Costs
  /** From the start to the first row that is true, and to the row of the target; null: there was none. */
  firstHitMs: number | null
  targetMs: number | null
  elapsedMs: number
  nodesReached: number
  truncated: boolean
}

/** The same as a node's shell has: how often deadlines are looked at. */
const TICK_MS = 25
/** `get_have` of a file of up to 1 MiB, and its answer, with their lengths. */
const HAVE_BYTES = 45
const HAS_BYTES = 17
/** When all searches begin; `newer:` is not used. */
const EPOCH = 1_700_000_000_000

export class QueryRun {
  readonly #world: World
  readonly #query: SimQuery
  readonly #strategy: Strategy
  readonly #matches: Matches
  readonly #parsed: ParsedQuery
  readonly #network: VirtualNetwork
  readonly #requests: Requests
  readonly #session: SearchSession
  readonly #engine: SearchEngine<number>
  readonly #rows = new Map<string, Row>()
  #indexStage: IndexStage | undefined
  #askId: string | undefined
  #firstHitMs: number | null = null
  #targetMs: number | null = null
  #elapsedMs = 0
  #truncated = false

  constructor(world: World, query: SimQuery, strategy: Strategy) {
    this.#world = world
    this.#query = query
    this.#strategy = strategy
    this.#matches = new Matches(world, query.words)
    const text = queryText(query.words)
    this.#parsed = parseQuery(text, EPOCH)
    this.#network = new VirtualNetwork({
      world,
      nodeAt: node => this.#nodeAt(node),
      onNews: (node, action) => {
        if (node === query.asker) this.#onNews(action)
      }
    })
    this.#requests = new Requests(world, this.#network, query.asker)
    this.#engine = this.#engineOf(query.asker)
    this.#session = new SearchSession({
      self: world.names.peerOf(query.asker),
      text,
      ...strategy.session,
      wide: false,
      limit: DEFAULT_LIMIT,
      timeoutMs: DEFAULT_TIMEOUT_MS
    })
  }

  run(): QueryOutcome {
    this.#begin()
    this.#network.run()
    this.#world.clear()
    return {
      query: this.#query,
      rows: [...this.#rows.values()].sort((a, b) => a.row - b.row),
      costs: this.#network.costs,
      firstHitMs: this.#firstHitMs,
      targetMs: this.#targetMs,
      elapsedMs: this.#elapsedMs,
      nodesReached: this.#network.nodesReached,
      truncated: this.#truncated
    }
  }

  /** Whether a row is of a file that there is, and that somebody honest has. */
  exists(row: Row): boolean {
    const file = this.#matches.fileOf(row.cid)
    return file !== undefined && this.#world.library.holdersOf(file).some(node => this.#world.isHonest(node))
  }

  #begin(): void {
    const { asker } = this.#query
    const neighbours = [...this.#world.graph.neighboursOf(asker)]
    const slowestRttMs = Math.max(0, ...neighbours.map(peer => 2 * this.#world.latencyMs(asker, peer)))
    const { strategy } = this.#strategy.session
    const ownOnly = strategy === 'flood'
    const findings = this.#lookupOf(asker).find(this.#parsed, ownOnly)
    const hasIndex = !ownOnly && (strategy === 'index' || IndexStage.isUsed(this.#world, asker))
    const facts = { findings, neighbours: neighbours.length, slowestRttMs, hasIndex, canConfirm: true }
    this.#do(this.#session.start(facts, this.#network.now))
    this.#tickLater()
  }

  #tickLater(): void {
    if (this.#session.isDone) return
    this.#network.after(TICK_MS, () => {
      this.#do(this.#session.tick(this.#network.now))
      this.#indexStage?.tick()
      this.#tickLater()
    })
  }

  #do(step: Step): void {
    for (const event of step.events) {
      if (event.type === 'done') {
        this.#elapsedMs = event.elapsedMs
        this.#truncated = event.truncated
      } else {
        const { type: _, ...row } = event
        this.#show(row)
      }
    }
    for (const command of step.commands) {
      if (command.kind === 'cancel') this.#cancel()
      else if (command.kind === 'lookup') this.#lookUp()
      else if (command.kind === 'confirm') this.#confirm(command)
      else this.#ask({ ...command.ask, again: command.isAgain ? this.#askId : undefined })
    }
  }

  #show(row: Row): void {
    this.#rows.set(row.cid, row)
    if (this.#firstHitMs === null && this.exists(row)) this.#firstHitMs = this.#network.now
    const isTarget = this.#query.target !== undefined && this.#matches.fileOf(row.cid) === this.#query.target
    if (isTarget) this.#targetMs ??= this.#network.now
  }

  #ask(ask: Omit<Ask<string>, 'exclude'>): void {
    const budget = ask.ownOnly ? (this.#strategy.limits?.classicBudget ?? ask.budget) : ask.budget
    const asked = this.#engine.ask({ ...ask, budget }, this.#network.now)
    this.#askId = asked.id
    this.#session.onAsked(asked)
    this.#network.perform(this.#query.asker, asked.actions)
  }

  #lookUp(): void {
    const session = this.#session
    this.#indexStage = new IndexStage({
      world: this.#world,
      network: this.#network,
      requests: this.#requests,
      asker: this.#query.asker,
      words: this.#query.words,
      query: this.#parsed,
      matches: this.#matches,
      hasEnough: () => session.hasEnough,
      isOver: () => session.isClosing,
      onSent: bytes => session.onIndexAsked(bytes),
      onHits: (findings, bytes) => this.#do(session.onIndexHits(findings, bytes, this.#network.now)),
      onDone: holders => this.#do(session.onIndexEnded(holders, this.#network.now))
    })
    this.#indexStage.tick()
  }

  /** Asks a provider whether it has what it is said to have. A spammer says so of its own inventions. */
  #confirm(ask: ConfirmAsk): void {
    const provider = this.#world.names.nodeOf(ask.peer)
    if (provider === undefined) return
    this.#requests.send('have', provider, HAVE_BYTES, () => {
      const character = this.#world.characterOf(provider)
      if (character === 'dropper') return
      const has =
        character === 'spammer' ||
        this.#world.library.holdersOf(this.#matches.fileOf(ask.cid) ?? -1).includes(provider)
      this.#requests.answer('has', provider, HAS_BYTES, () =>
        this.#do(this.#session.onConfirmed(ask, has, this.#network.now))
      )
    })
  }

  #cancel(): void {
    if (this.#askId === undefined) return
    this.#network.perform(this.#query.asker, this.#engine.cancel(this.#askId, this.#network.now))
  }

  #onNews(action: Exclude<SearchAction<number>, { kind: 'send' }>): void {
    const { now } = this.#network
    if (action.kind === 'ended') this.#do(this.#session.onEnded(action.report, now))
    else if (action.kind === 'hits') {
      const { findings } = findingsOf(action.hits, {
        self: this.#world.names.peerOf(this.#query.asker),
        query: this.#parsed,
        from: this.#world.names.peerOf(action.from),
        nicknameOf: () => undefined
      })
      this.#do(this.#session.onHits(findings, action.bytes, now))
    }
  }

  #nodeAt(node: number): NetworkNode | undefined {
    if (node === this.#query.asker) return this.#engine
    return this.#world.characterOf(node) === 'dropper' ? undefined : this.#engineOf(node)
  }

  #engineOf(node: number): SearchEngine<number> {
    const { limits } = this.#strategy
    const engine = new SearchEngine<number>(
      {
        answer: (text, ownOnly, limit) => this.#answer(node, text, ownOnly, limit),
        sizeOf: searchMessageBytes,
        random: this.#randomOf(node),
        ...(limits && { limits })
      },
      this.#network.now
    )
    for (const peer of this.#world.graph.neighboursOf(node)) engine.addNeighbour(peer, this.#network.now)
    return engine
  }

  #randomOf(node: number): Random {
    let random: Random | undefined
    const source = (): Random => {
      random ??= seededRandom(mixed(this.#world.saltedSeed('engines'), node, this.#query.asker))
      return random
    }
    return { next: () => source().next(), bytes: length => source().bytes(length) }
  }

  #answer(node: number, text: string, ownOnly: boolean, limit: number): WireHit[] {
    if (this.#world.characterOf(node) === 'spammer') return this.#inventions(node)
    const hasNothing = ownOnly ? this.#matches.at(node).length === 0 : this.#matches.files.length === 0
    return hasNothing ? [] : (this.#lookupOf(node).answer(text, ownOnly, limit) ?? [])
  }

  #inventions(liar: number): WireHit[] {
    const fakes = this.#world.fakesOf(liar, this.#query.words)
    return fakes.map(({ entry, providers: [provider] }) => ({
      entry,
      providers: [{ ...provider, how: 'own' }]
    }))
  }

  #lookupOf(node: number): SearchLookup {
    const { names, graph } = this.#world
    return new SearchLookup({
      self: names.peerOf(node),
      nickname: nicknameOf(node),
      nicknameOf: peer => nicknameOf(names.nodeOf(peer) ?? -1),
      store: this.#matches.storeOf(node),
      livePeers: () => new Set(Array.from(graph.neighboursOf(node), peer => names.peerOf(peer))),
      clock: { now: () => EPOCH }
    })
  }
}
