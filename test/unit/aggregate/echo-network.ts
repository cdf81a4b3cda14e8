/**
 * Engines joined by links in virtual time. Messages go through the codec; those of one link keep
 * their order.
 */

import { type EchoAction, EchoEngine, figureOf, type Outcome } from '../../../src/aggregate/index.ts'
import { parseDecimal } from '../../../src/base/decimal.ts'
import { seededRandom } from '../../../src/base/random.ts'
import {
  type AggregateMessage,
  bytesToSign,
  decodeAggregateMessage,
  encodeAggregateMessage,
  type FailedLink
} from '../../../src/wire/aggregate-message.ts'
import { type Edge, peerId } from '../search/virtual-network.ts'

export interface EchoOptions {
  nodes: number
  edges: readonly Edge[]
  seed?: number
  /** One way, ms; may change from call to call. Without it every link takes 10. */
  latency?: (a: number, b: number) => number
  /** What the engines believe a round trip takes, ms. Default: twice `latency`. */
  rttMs?: (a: number, b: number) => number | null
  /** What a node holds under a name. Default: its own number. */
  values?: (node: number, name: string) => readonly string[]
  /** Changes a message on its way, or loses it. */
  tamper?: (from: number, to: number, message: AggregateMessage) => AggregateMessage | undefined
  /** Hands messages over as they are: for many nodes, whose PeerIds in base 58 would take most of the time. */
  withoutCodec?: boolean
  /** Time that the signatures of one answer take, ms. */
  checkMs?: number
}

export interface Sent {
  at: number
  from: number
  to: number
  message: AggregateMessage
}

interface Task {
  at: number
  order: number
  run: () => void
}

const DEFAULT_LATENCY_MS = 10

export class EchoNetwork {
  now = 0
  readonly engines: EchoEngine<number>[]
  /** PeerIds of the nodes. */
  readonly keys: string[]
  readonly sent: Sent[] = []
  readonly strikes: Array<{ node: number; peer: number; reason: string }> = []
  readonly #options: EchoOptions
  readonly #outcomes = new Map<string, Outcome & { at: number }>()
  readonly #tasks = new TaskHeap()
  readonly #deadlines: number[]
  readonly #lastAt = new Map<string, number>()
  readonly #down = new Set<string>()
  #order = 0

  constructor(options: EchoOptions) {
    this.#options = options
    this.keys = Array.from({ length: options.nodes }, (_, node) => peerId(node))
    this.#deadlines = Array(options.nodes).fill(Number.POSITIVE_INFINITY)
    this.engines = this.keys.map((self, node) => {
      const facts = {
        self,
        keyOf: (peer: number) => this.keys[peer] as string,
        rttMs: (peer: number) => this.#rttMs(node, peer),
        figures: (names: readonly string[]) => names.map(name => figureOf(this.#values(node, name))),
        sign: (bytes: Uint8Array) => signature(self, bytes),
        random: seededRandom((options.seed ?? 1) * 1_000_003 + node)
      }
      return new EchoEngine<number>(facts, 0)
    })
    for (const [a, b] of options.edges) this.join(a, b)
  }

  engine(node: number): EchoEngine<number> {
    return this.engines[node] as EchoEngine<number>
  }

  join(a: number, b: number): void {
    this.engine(a).addNeighbour(b, this.now)
    this.engine(b).addNeighbour(a, this.now)
  }

  /** Asks without running; `answer` gives what came of it. */
  ask(node: number, names: readonly string[] = ['value'], timeMs = 10_000): string {
    const { id, actions } = this.engine(node).ask({ names, timeMs }, this.now)
    this.apply(node, actions)
    return id
  }

  answer(id: string): (Outcome & { at: number }) | undefined {
    return this.#outcomes.get(id)
  }

  /** Asks, runs until nothing is left to happen, and gives the answer. */
  asked(node: number, names?: readonly string[], timeMs?: number): Outcome & { at: number } {
    const id = this.ask(node, names, timeMs)
    this.run()
    const outcome = this.answer(id)
    if (outcome === undefined) throw new Error(`the question of ${node} has no answer`)
    return outcome
  }

  /** Runs `task` at a time to come. */
  at(ms: number, task: () => void): void {
    this.#tasks.push({ at: ms, order: this.#order++, run: task })
  }

  /** The link breaks; what is under way on it is lost, and both sides notice. */
  cut(a: number, b: number): void {
    this.#down.add(`${a} ${b}`).add(`${b} ${a}`)
    this.apply(a, this.engine(a).removeNeighbour(b, this.now))
    this.apply(b, this.engine(b).removeNeighbour(a, this.now))
  }

  kill(node: number): void {
    for (const [a, b] of this.#options.edges) if (a === node || b === node) this.cut(a, b)
  }

  /** From here on nothing comes out of the node, and nobody notices. */
  mute(node: number): void {
    for (const [a, b] of this.#options.edges) {
      if (a === node) this.#down.add(`${a} ${b}`)
      if (b === node) this.#down.add(`${b} ${a}`)
    }
  }

  /** A message as if `from` had sent it now. */
  inject(from: number, to: number, message: AggregateMessage): void {
    this.apply(to, this.engine(to).onMessage(from, message, this.now))
  }

  run(until = Number.POSITIVE_INFINITY): void {
    for (;;) {
      const task = this.#tasks.peek()
      const next = task?.at ?? Number.POSITIVE_INFINITY
      if (task === undefined || next > until) break
      this.#tasks.pop()
      this.now = Math.max(this.now, next)
      task.run()
    }
    if (until !== Number.POSITIVE_INFINITY) this.now = until
  }

  apply(node: number, actions: EchoAction<number>[]): void {
    for (const action of actions) {
      if (action.kind === 'send') this.#send(node, action.to, action.message)
      else if (action.kind === 'answered') this.#outcomes.set(action.id, { ...action.outcome, at: this.now })
      else if (action.kind === 'strike') this.strikes.push({ node, peer: action.peer, reason: action.reason })
      else {
        const { id, from, contributions } = action
        const areRight = contributions.every(({ peer, statement, signature: given }) =>
          Buffer.from(given).equals(signature(peer, bytesToSign(id, statement)))
        )
        this.at(this.now + (this.#options.checkMs ?? 0), () =>
          this.apply(node, this.engine(node).onChecked(id, from, areRight))
        )
      }
    }
    this.#watch(node)
  }

  /** Messages that went over the busiest link. */
  get mostPerLink(): number {
    const counts = new Map<string, number>()
    for (const { from, to } of this.sent) {
      const link = from < to ? `${from} ${to}` : `${to} ${from}`
      counts.set(link, (counts.get(link) ?? 0) + 1)
    }
    return Math.max(0, ...counts.values())
  }

  /** Numbers of the nodes that failed links lead from and to. */
  failures({ failed }: { failed: readonly FailedLink[] }): Array<[from: number, to: number, reason: string]> {
    return failed
      .map(({ from, to, reason }): [number, number, string] => [
        this.keys.indexOf(from),
        this.keys.indexOf(to),
        reason
      ])
      .sort(([a, b], [c, d]) => a - c || b - d)
  }

  #values(node: number, name: string) {
    return (this.#options.values?.(node, name) ?? [`${node}`]).map(text => parseDecimal(text))
  }

  #latency(a: number, b: number): number {
    return this.#options.latency?.(a, b) ?? DEFAULT_LATENCY_MS
  }

  #rttMs(a: number, b: number): number | null {
    return this.#options.rttMs === undefined ? 2 * this.#latency(a, b) : this.#options.rttMs(a, b)
  }

  #send(from: number, to: number, original: AggregateMessage): void {
    const message = this.#options.tamper === undefined ? original : this.#options.tamper(from, to, original)
    if (message === undefined) return
    this.sent.push({ at: this.now, from, to, message })
    const link = `${from} ${to}`
    const at = Math.max(this.now + this.#latency(from, to), this.#lastAt.get(link) ?? 0)
    this.#lastAt.set(link, at)
    const bytes = this.#options.withoutCodec === true ? undefined : encodeAggregateMessage(message)
    this.at(at, () => {
      if (this.#down.has(link)) return
      const received = bytes === undefined ? message : decodeAggregateMessage(bytes)
      this.apply(to, this.engine(to).onMessage(from, received, this.now))
    })
  }

  /** Wakes the engine when its next deadline comes. */
  #watch(node: number): void {
    const next = this.engine(node).nextDeadline
    if (next === undefined || next >= (this.#deadlines[node] as number)) return
    this.#deadlines[node] = next
    this.at(next, () => {
      this.#deadlines[node] = Number.POSITIVE_INFINITY
      this.apply(node, this.engine(node).tick(this.now))
    })
  }
}

/** As good as a signature where nobody breaks the rules on purpose, and a thousand times as quick. */
export function signature(peer: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let state = 0x811c9dc5
  for (let i = 0; i < peer.length; i++) state = Math.imul(state ^ peer.charCodeAt(i), 0x01000193)
  for (const byte of bytes) state = Math.imul(state ^ byte, 0x01000193)
  const signed = new Uint8Array(64)
  new DataView(signed.buffer).setInt32(0, state)
  return signed
}

class TaskHeap {
  readonly #tasks: Task[] = []

  peek(): Task | undefined {
    return this.#tasks[0]
  }

  push(task: Task): void {
    const tasks = this.#tasks
    let i = tasks.push(task) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!isBefore(task, tasks[parent] as Task)) break
      tasks[i] = tasks[parent] as Task
      i = parent
    }
    tasks[i] = task
  }

  pop(): void {
    const tasks = this.#tasks
    const last = tasks.pop()
    if (last === undefined || tasks.length === 0) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= tasks.length) break
      if (child + 1 < tasks.length && isBefore(tasks[child + 1] as Task, tasks[child] as Task)) child++
      if (!isBefore(tasks[child] as Task, last)) break
      tasks[i] = tasks[child] as Task
      i = child
    }
    tasks[i] = last
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
