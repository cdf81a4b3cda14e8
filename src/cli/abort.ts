/** Resolves when `signal` aborts. */
export async function aborted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
  return undefined
}
