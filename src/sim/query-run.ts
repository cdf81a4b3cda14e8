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
  type DecoyAsk,
  findingsOf,
  Reputation,
  type Row,
  type SearchAction,
  SearchEngine,
  SearchLookup,
  SearchSession,
  type StageReport,
  type Step
} from '../search/index.ts'
import { QUERY_BUDGET } from '../wire/limits.ts'
import type { WireHit } from '../wire/search-message.ts'
import { mixed } from './chance.ts'
import { type Decoy, Decoys } from './decoys.ts'
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
  /** What each stage cost, as the asker is told. */
  stages: StageReport[]
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
  readonly #decoys: Decoys
  /** Decoys to neighbours, by the id of their query. */
  readonly #decoysAsked = new Map<string, DecoyAsk>()
  /**
   * What the asker found out before: nothing, which is the worst case; but a gang does not stay unknown, since whoever is
   * asked alone betrays it.
   */
  readonly #reputation = new Reputation(0)
  #askId: string | undefined
  #firstHitMs: number | null = null
  #targetMs: number | null = null
  #elapsedMs = 0
  #truncated = false
  #stages: StageReport[] = []

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
    if (world.options.gang) this.#reputation.note('somebody met before', 'liar', 0)
    this.#decoys = new Decoys(world, query.asker, query.words)
    this.#engine = this.#engineOf(query.asker)
    this.#session = new SearchSession({
      self: world.names.peerOf(query.asker),
      text,
      ...strategy.session,
      wide: false,
      limit: DEFAULT_LIMIT,
      timeoutMs: DEFAULT_TIMEOUT_MS,
      reputation: this.#reputation
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
      truncated: this.#truncated,
      stages: this.#stages
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
    const findings = this.#lookupOf(asker, this.#matches).find(this.#parsed, ownOnly)
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
        this.#stages = event.stages
      } else {
        const { type: _, ...row } = event
        this.#show(row)
      }
    }
    for (const command of step.commands) {
      if (command.kind === 'cancel') this.#cancel()
      else if (command.kind === 'lookup') this.#lookUp()
      else if (command.kind === 'confirm') this.#confirm(command)
      else if (command.kind === 'decoy') this.#tryDeliverer(command)
      else this.#ask({ ...command.ask, again: command.isAgain ? this.#askId : undefined })
    }
  }

  #show(row: Row): void {
    this.#rows.set(row.cid, row)
    if (this.#firstHitMs === null && this.exists(row)) this.#firstHitMs = this.#network.now
    const isTarget = this.#query.target !== undefined && this.#matches.fileOf(row.cid) === this.#query.target
    if (isTarget) this.#targetMs ??= this.#network.now
  }

  #ask(ask: Omit<Ask<string>, 'exclude' | 'last'>): void {
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
      isLiar: peer => this.#reputation.isLiar(peer, this.#network.now),
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

  /** As a node does it: nobody remembers anything of an earlier search. */
  #tryDeliverer(ask: DecoyAsk): void {
    const session = this.#session
    const peer = this.#world.names.nodeOf(ask.peer)
    const decoy = peer === undefined ? undefined : this.#decoys.draw(peer, session.told, EPOCH)
    if (peer === undefined || decoy === undefined) {
      this.#do(session.onDecoyAnswered(ask, null, 0, this.#network.now))
    } else if (ask.stage === 'index') {
      this.#decoys.askServer(peer, decoy, this.#requests, {
        now: () => this.#network.now,
        onSent: bytes => session.onDecoySent(ask, bytes),
        onAnswered: (hits, bytes) => this.#do(session.onDecoyAnswered(ask, hits, bytes, this.#network.now))
      })
    } else {
      this.#askNeighbour(ask, peer, decoy)
    }
  }

  #askNeighbour(ask: DecoyAsk, peer: number, { text }: Decoy): void {
    const { asker } = this.#query
    const exclude = [...this.#world.graph.neighboursOf(asker)].filter(other => other !== peer)
    const flood = { text, ttl: 1, budget: QUERY_BUDGET, ownOnly: false, report: false, exclude }
    const { id, actions, bytes } = this.#engine.ask(flood, this.#network.now)
    this.#decoysAsked.set(id, ask)
    this.#session.onDecoySent(ask, bytes)
    this.#network.perform(asker, actions)
  }

  #cancel(): void {
    if (this.#askId === undefined) return
    this.#network.perform(this.#query.asker, this.#engine.cancel(this.#askId, this.#network.now))
  }

  #onNews(action: Exclude<SearchAction<number>, { kind: 'send' }>): void {
    const { now } = this.#network
    const decoy = action.kind === 'hits' ? this.#decoysAsked.get(action.id) : undefined
    if (decoy !== undefined && action.kind === 'hits') {
      this.#do(this.#session.onDecoyAnswered(decoy, action.hits.length, action.bytes, now))
    } else if (action.kind === 'ended') this.#do(this.#session.onEnded(action.report, now))
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
    const { words, matches } = this.#decoys.of(text) ?? { words: this.#query.words, matches: this.#matches }
    if (this.#world.characterOf(node) === 'spammer') return this.#inventions(node, words)
    const hasNothing = ownOnly ? matches.at(node).length === 0 : matches.files.length === 0
    return hasNothing ? [] : (this.#lookupOf(node, matches).answer(text, ownOnly, limit) ?? [])
  }

  #inventions(liar: number, words: readonly number[]): WireHit[] {
    const fakes = this.#world.fakesOf(liar, words)
    return fakes.map(({ entry, providers: [provider] }) => ({
      entry,
      providers: [{ ...provider, how: 'own' }]
    }))
  }

  #lookupOf(node: number, matches: Matches): SearchLookup {
    const { names, graph } = this.#world
    return new SearchLookup({
      self: names.peerOf(node),
      nickname: nicknameOf(node),
      nicknameOf: peer => nicknameOf(names.nodeOf(peer) ?? -1),
      store: matches.storeOf(node),
      livePeers: () => new Set(Array.from(graph.neighboursOf(node), peer => names.peerOf(peer))),
      clock: { now: () => EPOCH }
    })
  }
}
