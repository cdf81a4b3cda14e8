/**
 * Waits for something that real nodes will bring about, and no longer than it takes.
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 10

/** Resolves with the ms it took until `check` neither threw nor gave false; rejects with its last failure. */
export async function eventually(
  check: () => unknown,
  { within, what = 'it' }: { within: number; what?: string }
): Promise<number> {
  const start = performance.now()
  for (;;) {
    try {
      assert.notEqual(await check(), false, `${what} did not happen within ${within} ms`)
      return performance.now() - start
    } catch (error) {
      if (performance.now() - start > within) throw error
    }
    await sleep(LOOK_EVERY_MS)
  }
}
