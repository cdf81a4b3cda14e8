/**
 * Where things are by default, and what a relative path means: the caller's folder, never the node's.
 */
import { join, resolve } from 'node:path'

export interface Home {
  env: Readonly<Record<string, string | undefined>>
  platform: NodeJS.Platform
  /** The user's home folder. */
  home: string
}

/** Key, database, downloads in progress, `api.json`. */
export function defaultDataFolder({ env, platform, home }: Home): string {
  // An empty or relative XDG_DATA_HOME is to be ignored (XDG Base Directory Specification 0.8).
  if (env.XDG_DATA_HOME?.startsWith('/')) return join(env.XDG_DATA_HOME, 'p2pnode')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'p2pnode')
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'p2pnode')
  return join(home, '.local', 'share', 'p2pnode')
}

export function defaultDownloadsFolder({ home }: Home): string {
  return join(home, 'Downloads', 'p2pnode')
}

/** Absolute, and still with its trailing slash: `get -o music/` puts the result into the folder. */
export function resolveOutput(cwd: string, path: string): string {
  const absolute = resolve(cwd, path)
  return /[/\\]$/.test(path) && !absolute.endsWith('/') ? `${absolute}/` : absolute
}
