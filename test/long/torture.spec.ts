/**
 * The torture of test/network/torture.spec.ts, ten times as long, with other seeds, and with sources that are killed.
 */
import { torture } from '../network/torture.ts'
import { whyNoDisks } from '../network/torture-disk.ts'
import { KINDS_WITH_PROCESSES } from '../network/torture-plan.ts'

const FIRST_SEED = 1_000
const RUNS = 200

describe('200 tortured transfers', () => {
  it('end with the right file, or fail clearly and can be taken up again', async () => {
    const whyNot = await whyNoDisks()
    if (whyNot !== undefined) console.log(`      without full and read-only disks: ${whyNot}`)
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++)
      await torture(seed, whyNot === undefined, KINDS_WITH_PROCESSES)
  })
})
