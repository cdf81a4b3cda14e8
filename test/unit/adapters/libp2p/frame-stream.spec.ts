import assert from 'node:assert/strict'
import { frame, isMalformed, StreamError } from '../../../../src/adapters/libp2p/streams.ts'
import { eventually } from '../../../../src/testnet/index.ts'
import { closePairs, MAX_FRAME_BYTES, pair } from './stream-pair.ts'

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i % 251)
}

async function fault(promise: Promise<unknown>): Promise<StreamError['fault']> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof StreamError, String(error))
    return error.fault
  }
  throw new Error('it did not fail')
}

describe('FrameStream', () => {
  afterEach(closePairs)

  const sizes = [0, 1, 127, 128, 16_383, 16_384, MAX_FRAME_BYTES]
  for (const piece of [1, 2, 7, 100_000]) {
    it(`puts frames together that come in pieces of ${piece} bytes, with raw bytes between them`, async () => {
      const [far, near] = await pair()
      const raw = bytes(300)
      const all = Buffer.concat(sizes.flatMap(size => [frame(bytes(size)), raw]))
      // Only what is short in small pieces.
      const count = piece < 100_000 ? 2_000 : all.length
      for (let at = 0; at < count; at += piece) far.send(all.subarray(at, Math.min(count, at + piece)))
      far.send(all.subarray(count))
      for (const size of sizes) {
        assert.deepEqual(Buffer.from((await near.read()) as Uint8Array), Buffer.from(bytes(size)))
        assert.deepEqual(Buffer.concat(await near.readRaw(300)), Buffer.from(raw))
      }
      await far.close()
      assert.equal(await near.read(), undefined)
    })
  }

  it('reads many frames of one piece one by one', async () => {
    const [far, near] = await pair()
    far.send(Buffer.concat([1, 0, 3].map(size => frame(bytes(size)))))
    assert.deepEqual([(await near.read())?.length, (await near.read())?.length], [1, 0])
    assert.equal((await near.read())?.length, 3)
  })

  const lengths: Array<{ name: string; sent: number[] }> = [
    { name: 'never ends', sent: [0x80, 0x80, 0x80, 0x80, 0x80, 0x80] },
    { name: 'ends one byte too late', sent: [0x81, 0x80, 0x80, 0x80, 0x00] },
    { name: 'is one more than the limit', sent: [0x81, 0x80, 0x04] },
    { name: 'is the largest that four bytes can say', sent: [0xff, 0xff, 0xff, 0x7f] }
  ]
  for (const { name, sent } of lengths) {
    it(`refuses a frame whose length ${name}, before anything of it has come`, async () => {
      const [far, near] = await pair()
      for (const byte of sent) far.send(Uint8Array.of(byte))
      const error = await near.read().catch(error => error)
      assert.equal(error.fault?.code, 'frame-too-long')
      assert.ok(isMalformed(error))
    })
  }

  it('tells an end between two frames from one within', async () => {
    for (const cut of [[0x80], [5], [5, 1, 2]]) {
      const [far, near] = await pair()
      far.send(frame(bytes(2)))
      far.send(Uint8Array.from(cut))
      await far.close()
      assert.equal((await near.read())?.length, 2)
      assert.equal((await fault(near.read())).code, 'truncated')
    }
    const [far, near] = await pair()
    far.send(bytes(9))
    await far.close()
    assert.equal((await fault(near.readRaw(10))).code, 'truncated')
  })

  it('waits no longer for a length that does not go on than it may', async () => {
    const [far, near] = await pair()
    far.send(Uint8Array.of(0x80))
    assert.equal((await fault(near.read({ timeoutMs: 30 }))).code, 'timeout')
  })

  it('ends a write that waits for room when it is aborted, here or by the signal @slow', async () => {
    for (const how of ['abort', 'signal', 'reset'] as const) {
      const [far, near] = await pair()
      far.pause()
      const reason = new Error('enough')
      const ended = new AbortController()
      const writing = near.writeRaw([bytes(1 << 20)], { signal: ended.signal })
      writing.catch(() => undefined)
      await eventually(() => near.stream.writeBufferLength > 0, { within: 1_000 })
      const before = performance.now()
      if (how === 'abort') near.abort('enough')
      if (how === 'signal') ended.abort(reason)
      if (how === 'reset') far.abort(reason)
      if (how === 'signal') await assert.rejects(writing, reason)
      else assert.equal((await fault(writing)).code, 'reset')
      if (how !== 'signal') assert.equal(near.isOpen, false)
      // It looks by itself every 5 s; it is to hear of it at once.
      assert.ok(performance.now() - before < 2_000)
    }
  })

  it('ends a write whose peer takes nothing in time', async () => {
    const [far, near] = await pair()
    far.pause()
    assert.equal((await fault(near.writeRaw([bytes(1 << 20)], { timeoutMs: 30 }))).code, 'timeout')
  })

  it('writes nothing to a stream that it has closed', async () => {
    const [, near] = await pair()
    await near.close()
    assert.equal((await fault(near.write(bytes(1)))).code, 'closed')
    near.abort('again')
  })

  it('ends a read that waits when the stream is aborted', async () => {
    const [far, near] = await pair()
    const reading = near.read()
    reading.catch(() => undefined)
    far.abort(new Error('gone'))
    assert.equal((await fault(reading)).code, 'reset')
  })
})
