/**
 * Work on many things, some at a time.
 */

/**
 * Calls `work` for every item, `count` at a time. After one that throws none begins any more, and those under way are
 * waited for.
 *
 * @throws what the first one threw
 */
export async function eachOf<T>(
  items: readonly T[],
  count: number,
  work: (item: T) => Promise<void>
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  let failure: { error: unknown } | undefined
  const next = async (): Promise<void> => {
    for (const item of iterator) {
      if (failure !== undefined) return
      try {
        await work(item)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(count, items.length) }, next))
  if (failure !== undefined) throw failure.error
}
