/**
 * Waits for something to become true in a network of real nodes.
 */
const POLL_MS = 20

/**
 * Calls `check` until it does not throw and does not answer false.
 *
 * @returns the answer of `check`
 * @throws what `check` threw last, with the time that was given
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: { within: number; what?: string }
): Promise<T> {
  const end = performance.now() + options.within
  for (;;) {
    let failure: unknown
    try {
      const answer = await check()
      if (answer !== false) return answer
      failure = new Error('it stayed false')
    } catch (err) {
      failure = err
    }
    if (performance.now() > end) {
      const message = `${options.what ?? 'condition'} not met within ${options.within} ms: ${(failure as Error).message}`
      throw new Error(message, { cause: failure })
    }
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}
