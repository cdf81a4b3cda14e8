/**
 * Processes that are told what to do, and answer, over their channel.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** Lets a process end by itself, so that a profiler in it can write what it saw. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || !child.connected) return
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}

/** What it says next. */
export async function message<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController()
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`a process ended with ${code}`)
  })
  exit.catch(() => undefined)
  try {
    return (await Promise.race([once(child, 'message'), exit]))[0] as T
  } finally {
    ended.abort()
  }
}
