/**
 * 256 MiB, so that it takes seconds; the same with 1 GiB is in test/long.
 */
import { perTest } from '../support/per-test.ts'
import { getterDies, sourceDies, sourceLies } from './transfer-crash.ts'

const SIZE = 256 * 1024 * 1024
/** Slow enough that a kill finds the part of the file that it is meant for. */
const BYTES_PER_SECOND = 64 * 1024 * 1024

describe('a transfer between processes', () => {
  const test = perTest()

  it('goes on from the other source when one is killed in the middle', () => sourceDies(test, SIZE)).timeout(
    120_000
  )

  it('bans a source whose blocks are wrong, names it, and ends with the right file', () =>
    sourceLies(test, SIZE)).timeout(120_000)

  it('resumes by itself after each of three kill -9, and fetches at most 16 MiB again', async () => {
    const losses = await getterDies(test, SIZE, BYTES_PER_SECOND)
    console.log(`      fetched again: ${losses.map(loss => `${(loss / 1048576).toFixed(1)} MiB`).join(', ')}`)
  }).timeout(180_000)
})
