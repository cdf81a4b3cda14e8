import assert from 'node:assert/strict'
import { ReceivedMemory } from '../../../../src/adapters/libp2p/received-memory.ts'
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

  it('keeps eight blocks at most', () => {
    const memory = new ReceivedMemory()
    const lent = Array.from({ length: 20 }, () => memory.lend(BLOCK_BYTES))
    const buffers = new Set(lent.map(each => each?.bytes.buffer))
    for (const each of lent) each?.giveBack()
    const again = Array.from({ length: 20 }, () => memory.lend(BLOCK_BYTES)?.bytes.buffer)
    assert.equal(again.filter(buffer => buffers.has(buffer as ArrayBuffer)).length, 8)
  })
})
