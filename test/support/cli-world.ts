/**
 * A world for commands: no process, and everything they print is kept.
 */
import { Readable } from 'node:stream'
import type { World } from '../../src/cli/world.ts'

export interface KeptWorld extends World {
  /** What was printed so far. */
  printed: { out: string; err: string }
}

export function aWorld(given: Partial<World> = {}): KeptWorld {
  const printed = { out: '', err: '' }
  const screen = (of: 'out' | 'err') => ({
    write: (text: string | Uint8Array, done?: () => void) => {
      printed[of] += typeof text === 'string' ? text : Buffer.from(text).toString('latin1')
      done?.()
    }
  })
  return {
    env: {},
    cwd: '/here',
    platform: 'linux',
    home: '/home/ana',
    stdout: screen('out'),
    stderr: screen('err'),
    stdin: Readable.from([]),
    signal: new AbortController().signal,
    ...given,
    printed
  }
}
