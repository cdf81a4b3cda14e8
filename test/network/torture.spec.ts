import assert from 'node:assert/strict'
import { torture } from './torture.ts'
import { whyNoDisks } from './torture-disk.ts'

/** Runs at once: they mostly wait. */
const AT_ONCE = 5
const FIRST_SEEDS = [1, 6, 11, 16]

describe('a tortured transfer', function () {
  this.timeout(60_000)
  let whyNot: string | undefined

  before(async () => {
    whyNot = await whyNoDisks()
  })

  for (const first of FIRST_SEEDS) {
    const seeds = Array.from({ length: AT_ONCE }, (_, i) => first + i)
    it(`ends with the right file whatever happens to it (seeds ${first} to ${seeds.at(-1)})`, async () => {
      const runs = await Promise.allSettled(seeds.map(seed => torture(seed, whyNot === undefined)))
      const failures = runs.flatMap(run => (run.status === 'rejected' ? [String(run.reason)] : []))
      assert.deepEqual(failures, [])
    })
  }

  it('also met full disks and read-only ones', function () {
    if (whyNot === undefined) return
    ;(this.test as { title: string }).title += ` [skipped: ${whyNot}]`
    this.skip()
  })
})
