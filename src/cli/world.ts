/**
 * Everything a command sees of the process it runs in; tests hand in their own.
 */
import { homedir } from 'node:os'

export interface Screen {
  /** @param done - called when it has gone out, or cannot */
  write(text: string | Uint8Array, done?: (error?: Error | null) => void): unknown
  isTTY?: boolean
  columns?: number
  rows?: number
}

export interface World {
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  platform: NodeJS.Platform
  home: string
  stdout: Screen
  stderr: Screen
  /** Only the console reads it. */
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean }
  /** Aborts when the user wants the command to end. */
  signal: AbortSignal
}

export function processWorld(signal: AbortSignal): World {
  const { env, platform, stdout, stderr } = process
  return {
    env,
    cwd: process.cwd(),
    platform,
    home: homedir(),
    stdout,
    stderr,
    // Looking at it opens it, which no other command needs.
    get stdin() {
      return process.stdin
    },
    signal
  }
}
