/**
 * The version of this program, from its package.json.
 */
import { readFileSync } from 'node:fs'

export function packageVersion(): string {
  // Three folders up from src/adapters/system and from dist/adapters/system alike.
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
