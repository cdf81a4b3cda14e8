/**
 * Engines joined by links in virtual time. Messages of one link keep their order; latencies are given or seeded.
 */
import { hash } from 'node:crypto'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import type { Random } from '../../../src/base/ports.ts'
import { seededRandom } from '../../../src/base/random.ts'
import { type Ask, type SearchAction, SearchEngine } from '../../../src/search/index.ts'
import {
  encodeSearchMessage,
  type FloodReport,
  type SearchMessage,
  type WireHit
} from '../../../src/wire/search-message.ts'

export type Edge = readonly [number, number]

export interface NetworkOptions {
  nodes: number
  edges: readonly Edge[]
  seed?: number
  /** One way, ms. Without it every link takes 10. */
  latency?: (a: number, b: number) => number
  /** Nodes that have something to answer; the number of hits of each. */
  sharers?: ReadonlyMap<number, number>
}

export interface Sent {
  at: number
  from: number
  to: number
  message: SearchMessage
}

interface Delivery extends Sent {
  order: number
}

export const line = (nodes: number): Edge[] =>
  Array.from({ length: nodes - 1 }, (_, i) => [i, i + 1] as const)
export const ring = (nodes: number): Edge[] => [...line(nodes), [nodes - 1, 0]]
export const star = (nodes: number): Edge[] =>
  Array.from({ length: nodes - 1 }, (_, i) => [0, i + 1] as const)

/** A random tree with `extra` further links. */
export function randomGraph(nodes: number, extra: number, random: Random): Edge[] {
  const edges: Edge[] = []
  for (let i = 1; i < nodes; i++) edges.push([Math.floor(random.next() * i), i])
  while (edges.length < nodes - 1 + extra) {
    const a = Math.floor(random.next() * nodes)
    const b = Math.floor(random.next() * nodes)
    if (a !== b && !edges.some(([x, y]) => (x === a && y === b) || (x === b && y === a))) edges.push([a, b])
  }
  return edges
}

export const sizeOf = (message: SearchMessage): number => encodeSearchMessage(message).length + 1

/** Hit `i` of `node`. */
export function hitOf(node: number, i = 0): WireHit {
  const name = `file ${node} ${i}.txt`
  return {
    entry: {
      cid: CID.createV1(0x55, sha256(name)).toString(),
      name,
      path: `share/${name}`,
      size: i,
      mime: 'text/plain',
      modified: 0
    },
    providers: [{ peer: peerId(node), nickname: `n${node}`, how: 'own' }]
  }
}

/** Looks like a PeerId to the codec: base58 of a sha2-256 multihash. */
export function peerId(node: number): string {
  return base58btc.encode(sha256(`node ${node}`).bytes).slice(1)
}

function sha256(text: string): Digest.Digest<0x12, number> {
  return Digest.create(0x12, hash('sha256', text, 'buffer'))
}

export class VirtualNetwork {
  now = 0
  readonly engines: SearchEngine<number>[]
  readonly sent: Sent[] = []
  readonly actions: Array<{ node: number; at: number; action: SearchAction<number> }> = []
  readonly answered = new Map<number, number>()
  readonly #options: NetworkOptions
  readonly #queue: Delivery[] = []
  readonly #down = new Set<string>()
  #order = 0

  constructor(options: NetworkOptions) {
    this.#options = options
    this.engines = Array.from(
      { length: options.nodes },
      (_, node) =>
        new SearchEngine<number>(
          {
            answer: (_text, _ownOnly, limit) => {
              this.answered.set(node, (this.answered.get(node) ?? 0) + 1)
              const count = Math.min(limit, options.sharers?.get(node) ?? 0)
              return Array.from({ length: count }, (_, i) => hitOf(node, i))
            },
            sizeOf,
            random: seededRandom((options.seed ?? 1) * 1_000 + node)
          },
          0
        )
    )
    for (const [a, b] of options.edges) {
      this.engine(a).addNeighbour(b, 0)
      this.engine(b).addNeighbour(a, 0)
    }
  }

  engine(node: number): SearchEngine<number> {
    return this.engines[node] as SearchEngine<number>
  }

  ask(node: number, ask: Partial<Ask<number>> = {}): string {
    const full = { text: 'file', ttl: 7, budget: 512, ownOnly: false, report: true, ...ask }
    const asked = this.engine(node).ask(full, this.now)
    this.apply(node, asked.actions)
    return asked.id
  }

  cancel(node: number, id: string): void {
    this.apply(node, this.engine(node).cancel(id, this.now))
  }

  /** The node's links break; what is under way is lost. */
  kill(node: number): void {
    for (const [a, b] of this.#options.edges) {
      if (a !== node && b !== node) continue
      this.#down.add(`${a} ${b}`).add(`${b} ${a}`)
      const other = a === node ? b : a
      this.apply(other, this.engine(other).removeNeighbour(node, this.now))
    }
  }

  /** From here on nothing comes out of the node, and nobody notices. */
  mute(node: number): void {
    for (const [a, b] of this.#options.edges) {
      if (a === node) this.#down.add(`${a} ${b}`)
      if (b === node) this.#down.add(`${b} ${a}`)
    }
  }

  /** Runs until `until` (virtual ms), or until nothing is left to happen. */
  run(until = Number.POSITIVE_INFINITY): void {
    for (;;) {
      const deadlines = this.engines.map(engine => engine.nextDeadline ?? Number.POSITIVE_INFINITY)
      const next = Math.min(this.#queue[0]?.at ?? Number.POSITIVE_INFINITY, ...deadlines)
      if (next === Number.POSITIVE_INFINITY || next > until) break
      this.now = next
      const delivery = this.#queue[0]
      if (delivery !== undefined && delivery.at <= next) {
        this.#queue.shift()
        this.#deliver(delivery)
      } else {
        this.engines.forEach((engine, node) => {
          this.apply(node, engine.tick(this.now))
        })
      }
    }
    if (until !== Number.POSITIVE_INFINITY) this.now = until
  }

  apply(node: number, actions: SearchAction<number>[]): void {
    for (const action of actions) {
      this.actions.push({ node, at: this.now, action })
      if (action.kind !== 'send') continue
      const { to, message } = action
      this.sent.push({ at: this.now, from: node, to, message })
      const latency = this.#options.latency?.(node, to) ?? 10
      this.#queue.push({ at: this.now + latency, from: node, to, message, order: this.#order++ })
      this.#queue.sort((a, b) => a.at - b.at || a.order - b.order)
    }
  }

  #deliver({ from, to, message }: Delivery): void {
    if (this.#down.has(`${from} ${to}`)) return
    this.apply(to, this.engine(to).onMessage(from, message, this.now))
  }

  messages(type: SearchMessage['type']): Sent[] {
    return this.sent.filter(({ message }) => message.type === type)
  }

  /** All messages sent so far, counted as the report should. */
  totals(): Pick<FloodReport, 'queries' | 'answers' | 'bytes'> {
    return {
      queries: this.messages('query').length,
      answers: this.messages('hits').length + this.messages('report').length,
      bytes: this.sent.reduce((sum, { message }) => sum + sizeOf(message), 0)
    }
  }

  /** The report with which the first query of `node` ended. */
  report(node: number): FloodReport | undefined {
    for (const { node: at, action } of this.actions) {
      if (at === node && action.kind === 'ended') return action.report
    }
    return undefined
  }

  hitsAt(node: number): WireHit[] {
    return this.actions.flatMap(({ node: at, action }) =>
      at === node && action.kind === 'hits' ? action.hits : []
    )
  }

  strikes(): SearchAction<number>[] {
    return this.actions.map(({ action }) => action).filter(({ kind }) => kind === 'strike')
  }
}
