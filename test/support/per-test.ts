/**
 * What a test opens and does not close itself.
 */

export interface PerTest {
  /** Closes it after the test, last opened first. */
  use<T extends AsyncDisposable>(resource: T): T
}

/**
 * Call it in `describe`. Unlike `await using` it also cleans up behind a test that ran out of time, whose function never
 * ends: a process left behind would keep the whole run from ending.
 */
export function perTest(): PerTest {
  let stack = new AsyncDisposableStack()
  afterEach(async () => {
    const used = stack
    stack = new AsyncDisposableStack()
    await used.disposeAsync()
  })
  return { use: resource => stack.use(resource) }
}
