import assert from 'node:assert/strict'
import { ReceivedMemory } from '../../../../src/adapters/libp2p/received-memory.ts'
import { MAX_IN_FLIGHT_BLOCKS } from '../../../../src/swarm/constants.ts'
import { BLOCK_BYTES } from '../../../../src/wire/limits.ts'

describe('ReceivedMemory', () => {
  it('uses memory again that was given back, and no other', () => {
    const memory = new ReceivedMemory()
    const [first, second] = [memory.lend(BLOCK_BYTES), memory.lend(BLOCK_BYTES)]
    assert.notEqual(first?.bytes.buffer, second?.bytes.buffer)
    first?.giveBack()
    first?.giveBack()
    const [third, fourth] = [memory.lend(BLOCK_BYTES - 1), memory.lend(BLOCK_BYTES)]
    assert.equal(third?.bytes.buffer, first?.bytes.buffer)
    assert.equal(third?.bytes.length, BLOCK_BYTES - 1)
    assert.notEqual(fourth?.bytes.buffer, first?.bytes.buffer)
  })

  it('lends nothing for a small block, nor for more than a block', () => {
    const memory = new ReceivedMemory()
    assert.equal(memory.lend(BLOCK_BYTES / 2 - 1), undefined)
    assert.equal(memory.lend(BLOCK_BYTES + 1), undefined)
  })

  it('keeps as many as a download has in hand, and frees the others at once', () => {
    const memory = new ReceivedMemory()
    const lent = Array.from({ length: MAX_IN_FLIGHT_BLOCKS + 6 }, () => memory.lend(BLOCK_BYTES))
    const buffers = new Set(lent.map(each => each?.bytes.buffer))
    for (const each of [...lent, ...lent]) each?.giveBack()
    assert.equal([...buffers].filter(buffer => buffer?.byteLength === 0).length, 6)
    const again = lent.map(() => memory.lend(BLOCK_BYTES)?.bytes.buffer)
    assert.equal(again.filter(buffer => buffers.has(buffer as ArrayBuffer)).length, MAX_IN_FLIGHT_BLOCKS)
  })

  it('frees what it keeps when nothing is being received, and not what is lent', () => {
    const memory = new ReceivedMemory()
    const [first, second] = [memory.lend(BLOCK_BYTES), memory.lend(BLOCK_BYTES)]
    first?.giveBack()
    memory.clear()
    assert.equal(first?.bytes.buffer.byteLength, 0)
    assert.equal(second?.bytes.buffer.byteLength, BLOCK_BYTES)
    second?.giveBack()
    assert.equal(second?.bytes.buffer.byteLength, 0)
  })
})
