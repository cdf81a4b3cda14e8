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
  return {
    env: {},
    cwd: '/here',
    platform: 'linux',
    home: '/home/ana',
    stdout: { write: text => (printed.out += text) },
    stderr: { write: text => (printed.err += text) },
    stdin: Readable.from([]),
    signal: new AbortController().signal,
    ...given,
    printed
  }
}
