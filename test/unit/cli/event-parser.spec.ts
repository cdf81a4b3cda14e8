import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseEvents } from '../../../src/cli/event-parser.ts'

describe('parseEvents', () => {
  it('reads events however the bytes were cut', async () => {
    const names = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(names, fc.integer({ min: 1, max: 9 }), async (names, size) => {
        const text = names
          .map((name, i) => `: hi\n\nid: ${i}\nevent: x\ndata: ${JSON.stringify({ name })}\n\n`)
          .join('')
        const bytes = new TextEncoder().encode(text)
        async function* chunks() {
          for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
        }
        const seen: string[] = []
        for await (const data of parseEvents(chunks())) seen.push(JSON.parse(data).name)
        assert.deepEqual(seen, names)
      }),
      { numRuns: 50 }
    )
  })
})
