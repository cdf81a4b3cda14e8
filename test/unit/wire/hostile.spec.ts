import assert from 'node:assert/strict'
import fc from 'fast-check'
import { WireError } from '../../../src/wire/errors.ts'
import { type AnyCodec, CODECS } from './codecs.ts'

describe('codecs', () => {
  for (const codec of CODECS) {
    it(`give back ${codec.name} as it was`, () => {
      fc.assert(
        fc.property(codec.any, message => {
          assert.deepEqual(codec.decode(codec.encode(message)), message)
        })
      )
    })

    it(`read ${codec.name} out of a larger buffer and keep nothing of it`, () => {
      fc.assert(
        fc.property(codec.any, message => {
          const encoded = codec.encode(message)
          const buffer = Buffer.concat([Buffer.alloc(3, 0xff), encoded, Buffer.alloc(3, 0xff)])
          const decoded = codec.decode(buffer.subarray(3, 3 + encoded.length))
          buffer.fill(0)
          assert.deepEqual(decoded, message)
        }),
        { numRuns: 30 }
      )
    })

    it(`throw nothing but WireError for random bytes in place of ${codec.name}`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), bytes => decodesOrRefuses(codec, bytes)),
        { numRuns: 1_000 }
      )
    })

    it(`throw nothing but WireError for a damaged form of ${codec.name}`, () => {
      fc.assert(
        fc.property(codec.any, damages, (message, list) => {
          decodesOrRefuses(codec, list.reduce(damage, codec.encode(message)))
        }),
        { numRuns: 1_000 }
      )
    })

    it(`refuse groups nested without end in place of ${codec.name}`, () => {
      const groups = new Uint8Array(2_000_000).fill(0xfb)
      for (const length of [1, 1_000, 60_000, 250_000, 2_000_000]) {
        assert.throws(() => codec.decode(groups.subarray(0, length)), WireError)
        assert.throws(() => codec.decode(groups.slice(0, length).fill(0x7b)), WireError)
      }
    })
  }
})

/** What is accepted is good enough to be sent on, and then says the same. */
function decodesOrRefuses(codec: AnyCodec, bytes: Uint8Array): void {
  let message: unknown
  try {
    message = codec.decode(bytes)
  } catch (error) {
    assert.ok(error instanceof WireError, String(error))
    return
  }
  assert.deepEqual(codec.decode(codec.encode(message)), message)
}

type Damage = { kind: 'set' | 'insert' | 'cut' | 'repeat'; at: number; byte: number }

const damages = fc.array(
  fc.record({
    kind: fc.constantFrom<Damage['kind']>('set', 'insert', 'cut', 'repeat'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    byte: fc.nat({ max: 255 })
  }),
  { minLength: 1, maxLength: 3 }
)

function damage(bytes: Uint8Array, { kind, at, byte }: Damage): Uint8Array {
  const place = Math.floor(at * Math.max(0, bytes.length - 1))
  const [head, tail] = [bytes.subarray(0, place), bytes.subarray(place)]
  switch (kind) {
    case 'set':
      return Uint8Array.from([...head, byte, ...tail.subarray(1)])
    case 'insert':
      return Uint8Array.from([...head, byte, ...tail])
    case 'cut':
      return head
    case 'repeat':
      return Uint8Array.from([...bytes, ...tail])
  }
}
