import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { MultiaddrConnection, Stream, StreamMuxerFactory } from '@libp2p/interface'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import fc from 'fast-check'
import { FrameStream } from '../../../../src/adapters/libp2p/streams.ts'
import { sparingYamux } from '../../../../src/adapters/libp2p/window-updates.ts'

const KIB = 1024

/** A stream between two muxers; `answers` counts what the receiver's side sends. */
async function streamBetween(sender: StreamMuxerFactory, receiver: StreamMuxerFactory) {
  const [near, far] = multiaddrConnectionPair() as [MultiaddrConnection, MultiaddrConnection]
  let answers = 0
  const send = far.send.bind(far)
  far.send = data => {
    answers++
    return send(data)
  }
  const [client, server] = [sender.createStreamMuxer(near), receiver.createStreamMuxer(far)]
  const accepted = once(server as unknown as EventTarget, 'stream') as Promise<[CustomEvent<Stream>]>
  const from = new FrameStream((await client.createStream()) as Stream, { maxFrameBytes: 0 })
  const to = new FrameStream((await accepted)[0].detail, { maxFrameBytes: 0 })
  return {
    from,
    to,
    answers: () => answers,
    [Symbol.asyncDispose]: async () => {
      near.abort(new Error('the test is over'))
      far.abort(new Error('the test is over'))
    }
  }
}

describe('yamux with fewer window updates', () => {
  it('does not answer small messages one by one @slow', async () => {
    await using pair = await streamBetween(sparingYamux()(), sparingYamux()())
    const before = pair.answers()
    for (let i = 0; i < 1_000; i++) {
      await pair.from.writeRaw([new Uint8Array(100)])
      await pair.to.readRaw(100)
    }
    assert.ok(pair.answers() - before <= 10, `${pair.answers() - before} answers to 1,000 messages`)
  })

  for (const [name, other] of [
    ['its own kind', sparingYamux()()],
    ['the library', yamux()()]
  ] as const) {
    it(`carries messages of any size in any order, to and from ${name} @slow`, async () => {
      const sizes = fc.array(fc.integer({ min: 1, max: 300 * KIB }), { minLength: 1, maxLength: 12 })
      const carries = async (lengths: number[], sender: StreamMuxerFactory, receiver: StreamMuxerFactory) => {
        await using pair = await streamBetween(sender, receiver)
        const reading = (async () => {
          for (const length of lengths) await pair.to.readRaw(length, { timeoutMs: 2_000 })
        })()
        for (const length of lengths) await pair.from.writeRaw([new Uint8Array(length)], { timeoutMs: 2_000 })
        await reading
      }
      await fc.assert(
        fc.asyncProperty(sizes, async lengths => {
          await carries(lengths, sparingYamux()(), other)
          await carries(lengths, other, sparingYamux()())
        }),
        { numRuns: 20 }
      )
    })
  }
})
