/**
 * What is wanted of a folder, as patterns.
 *
 * `*` and `?` stay inside a name, `**` goes through folders. A pattern without a slash means names at any depth. A folder
 * that matches is wanted with all in it.
 */
import { posix } from 'node:path'

/** Whether a path inside the folder is wanted; everything is without patterns. */
export function wantedBy(patterns: readonly string[] | undefined): (path: string) => boolean {
  if (patterns === undefined) return () => true
  const globs = patterns.map(pattern => {
    const glob = pattern.replace(/^\/|\/+$/g, '')
    return { glob, anywhere: !pattern.replace(/\/+$/, '').includes('/') }
  })
  return path =>
    ways(path).some(way =>
      globs.some(({ glob, anywhere }) => posix.matchesGlob(anywhere ? posix.basename(way) : way, glob))
    )
}

/** `a/b/c` lies in `a` and in `a/b`, and is itself. */
function ways(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'))
}
