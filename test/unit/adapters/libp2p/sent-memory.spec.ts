import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type AskedBlock, SentMemory } from '../../../../src/adapters/libp2p/sent-memory.ts'
import { BLOCK_BYTES, MAX_STREAM_BYTES } from '../../../../src/wire/limits.ts'

const ROOM = 64

/** One stream between a client that keeps the rules and a server, with what is under way in both directions. */
class Stream {
  readonly memory = new SentMemory(ROOM)
  /** Memory that was made. */
  readonly made = new Set<ArrayBufferLike>()
  /** Said by the client, not read yet. */
  readonly #said: Array<{ id: number; bytes: number } | { cancel: number }> = []
  /** To be answered, in order. */
  #due: AskedBlock[] = []
  /** Sent, not received: these bytes must stay as they are. */
  readonly #underWay: Array<{ id: number; buffer: ArrayBufferLike }> = []
  /** What the client waits for. */
  readonly #open = new Map<number, number>()
  #nextId = 1

  ask(bytes: number): void {
    const open = [...this.#open.values()].reduce((sum, each) => sum + each, 0)
    if (open + bytes > MAX_STREAM_BYTES || this.#open.size >= 16) return
    const id = this.#nextId++
    this.#open.set(id, bytes)
    this.#said.push({ id, bytes })
  }

  cancel(nth: number): void {
    const id = [...this.#open.keys()][nth % this.#open.size]
    if (id === undefined) return
    this.#open.delete(id)
    this.#said.push({ cancel: id })
  }

  /** The server reads what the client said next. */
  read(): void {
    const said = this.#said.shift()
    if (said === undefined) return
    if ('cancel' in said) {
      this.memory.cancel(said.cancel)
      this.#due = this.#due.filter(({ id }) => id !== said.cancel)
    } else this.#due.push(...this.memory.ask(said.id, [said.bytes]))
  }

  send(): void {
    const block = this.#due.shift()
    if (block === undefined) return
    const { buffer, length } = this.memory.memoryFor(block)
    assert.equal(length, ROOM + block.bytes)
    assert.ok(!this.#underWay.some(sent => sent.buffer === buffer), 'memory that is still under way')
    this.made.add(buffer)
    this.#underWay.push({ id: block.id, buffer })
  }

  receive(): void {
    const block = this.#underWay.shift()
    if (block !== undefined) this.#open.delete(block.id)
  }
}

describe('SentMemory', () => {
  it('serves a whole file out of a few MiB', () => {
    const stream = new Stream()
    for (let i = 0; i < 1_000; i++) {
      stream.ask(BLOCK_BYTES)
      stream.read()
      stream.send()
      if (i > 0) stream.receive()
    }
    assert.ok(stream.made.size <= 5, `${stream.made.size} blocks of memory`)
  })

  it('never lends memory whose bytes may be under way to a client that keeps the rules @slow', () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(BLOCK_BYTES, BLOCK_BYTES - 1, BLOCK_BYTES / 2, 700_000, 10, 0)
      },
      { weight: 1, arbitrary: fc.record({ cancel: fc.nat(20) }) },
      { weight: 12, arbitrary: fc.constantFrom('read' as const, 'send' as const, 'receive' as const) }
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: 'max' }), steps => {
        const stream = new Stream()
        for (const each of steps) {
          if (typeof each === 'number') stream.ask(each)
          else if (typeof each === 'string') stream[each]()
          else stream.cancel(each.cancel)
        }
      }),
      { numRuns: 500 }
    )
  })

  it('keeps no list of blocks that grows, however small they are', () => {
    const stream = new Stream()
    stream.ask(BLOCK_BYTES)
    stream.read()
    stream.send()
    stream.receive()
    for (let i = 0; i < 5_000; i++) {
      stream.ask(0)
      stream.read()
      stream.send()
      stream.receive()
    }
    for (let i = 0; i < 3; i++) {
      stream.ask(BLOCK_BYTES)
      stream.read()
      stream.send()
      stream.receive()
    }
    assert.ok(stream.made.size > 5_000, 'small ones are made anew')
  })
})
