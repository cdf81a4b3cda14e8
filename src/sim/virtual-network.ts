/**
 * Virtual time and the links between virtual nodes, for one query: what is sent arrives after the latency of its link, and
 * is counted. Nodes are made when something first comes to them.
 */
import type { SearchAction } from '../search/index.ts'
import type { SearchMessage } from '../wire/search-message.ts'
import { EventHeap } from './event-heap.ts'
import { searchMessageBytes } from './message-bytes.ts'
import type { World } from './world.ts'

export const MESSAGE_KINDS = ['query', 'hits', 'report', 'cancel', 'find', 'found', 'have', 'has'] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

/** What a query cost, over the whole network. */
export interface Costs {
  messages: Record<MessageKind, number>
  /** Of these messages, frames included. */
  bytes: number
  /** Connections that were made for it, and their bytes. */
  dials: number
  dialBytes: number
}

/** The part of an engine that the network drives. */
export interface NetworkNode {
  onMessage(from: number, message: SearchMessage, now: number): SearchAction<number>[]
  tick(now: number): SearchAction<number>[]
  readonly nextDeadline: number | undefined
}

export interface VirtualNetworkOptions {
  world: World
  /** Called once per node. Undefined: it takes everything and does nothing. */
  nodeAt: (node: number) => NetworkNode | undefined
  /** What a node's engine tells its shell, beside sending. */
  onNews: (node: number, action: Exclude<SearchAction<number>, { kind: 'send' }>) => void
}

interface Live {
  engine: NetworkNode | undefined
  /** When a tick of it is due; Infinity: none. */
  tickAt: number
}

export class VirtualNetwork {
  readonly costs: Costs = {
    messages: { query: 0, hits: 0, report: 0, cancel: 0, find: 0, found: 0, have: 0, has: 0 },
    bytes: 0,
    dials: 0,
    dialBytes: 0
  }
  now = 0
  readonly #options: VirtualNetworkOptions
  /** By number of the node. */
  readonly #live: Array<Live | undefined>
  #reached = 0
  readonly #heap = new EventHeap()
  /** By slot: a message with both ends, or something to do. */
  readonly #what: Array<SearchMessage | (() => void) | undefined> = []
  readonly #from: number[] = []
  readonly #to: number[] = []
  readonly #free: number[] = []

  constructor(options: VirtualNetworkOptions) {
    this.#options = options
    this.#live = new Array<Live | undefined>(options.world.options.nodes)
  }

  /** Nodes to which something came. */
  get nodesReached(): number {
    return this.#reached
  }

  /** Carries out what an engine decided. */
  perform(node: number, actions: readonly SearchAction<number>[]): void {
    for (const action of actions) {
      if (action.kind === 'send') this.#send(node, action.to, action.message)
      else this.#options.onNews(node, action)
    }
    this.#planTick(node, this.#liveAt(node))
  }

  /** Does something `ms` from now. */
  after(ms: number, task: () => void): void {
    this.#add(this.now + ms, task, 0, 0)
  }

  /** Counts a message that is not the engines'. */
  count(kind: MessageKind, bytes: number): void {
    this.costs.messages[kind]++
    this.costs.bytes += bytes
  }

  /** Until nothing is left to happen. */
  run(): void {
    for (;;) {
      const at = this.#heap.nextAt
      const slot = this.#heap.pop()
      if (slot === undefined) return
      this.now = at
      const what = this.#what[slot]
      this.#what[slot] = undefined
      this.#free.push(slot)
      if (typeof what === 'function') what()
      else if (what !== undefined) this.#deliver(this.#from[slot] as number, this.#to[slot] as number, what)
    }
  }

  #liveAt(node: number): Live {
    let live = this.#live[node]
    if (live === undefined) {
      live = { engine: this.#options.nodeAt(node), tickAt: Number.POSITIVE_INFINITY }
      this.#live[node] = live
      this.#reached++
    }
    return live
  }

  #send(from: number, to: number, message: SearchMessage): void {
    this.count(message.type as MessageKind, searchMessageBytes(message))
    this.#add(this.now + this.#options.world.latencyMs(from, to), message, from, to)
  }

  #deliver(from: number, to: number, message: SearchMessage): void {
    const { engine } = this.#liveAt(to)
    if (engine !== undefined) this.perform(to, engine.onMessage(from, message, this.now))
  }

  /** At most one tick waits for each node; one that comes too early asks for the next. */
  #planTick(node: number, live: Live): void {
    const due = live.engine?.nextDeadline
    if (due === undefined || live.tickAt <= due) return
    live.tickAt = due
    this.#add(
      due,
      () => {
        if (live.tickAt !== due) return
        live.tickAt = Number.POSITIVE_INFINITY
        this.perform(node, live.engine?.tick(this.now) ?? [])
      },
      node,
      node
    )
  }

  #add(at: number, what: SearchMessage | (() => void), from: number, to: number): void {
    const slot = this.#free.pop() ?? this.#what.length
    this.#what[slot] = what
    this.#from[slot] = from
    this.#to[slot] = to
    this.#heap.push(at, slot)
  }
}
