/**
 * The crashes of test/network/transfer-crash.spec.ts with a file of 1 GiB, at full speed but for the slow line.
 */

import { getterDies, sourceDies, sourceLies } from '../network/transfer-crash.ts'
import { perTest } from '../support/per-test.ts'

const SIZE = 1024 * 1024 * 1024
/** Slow enough that a kill finds the part of the file that it is meant for. */
const BYTES_PER_SECOND = 128 * 1024 * 1024

describe('a transfer of 1 GiB between processes', () => {
  const test = perTest()

  it('goes on from the other source when one is killed in the middle', () => sourceDies(test, SIZE))

  it('bans a source whose blocks are wrong, names it, and ends with the right file', () =>
    sourceLies(test, SIZE))

  it('resumes by itself after each of three kill -9, and fetches at most 16 MiB again', async () => {
    const losses = await getterDies(test, SIZE, BYTES_PER_SECOND)
    console.log(`      fetched again: ${losses.map(loss => `${(loss / 1048576).toFixed(1)} MiB`).join(', ')}`)
  })
})
