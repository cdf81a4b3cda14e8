/**
 * The want list: want add, want ls, want rm.
 */
import type { Command } from 'commander'
import type { Want } from '../../node/api.ts'
import { queryText } from '../argv.ts'
import type { Context, Runner } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { peerName } from '../render/peer-name.ts'
import { safe } from '../render/safe-text.ts'
import { table } from '../render/table.ts'
import { formatBytes } from '../render/units.ts'

/** Matches shown for each want. */
const SHOWN = 3

export function addWantCommands(program: Command, run: Runner): void {
  const want = program.command('want').description('saved queries, matched as others announce')
  want
    .command('add <words...>')
    .description('save a query; words and filters are those of search')
    .option('--get', 'fetch what matches, each file once')
    .action(run(add))
  want.command('ls').description('list saved queries and what matched').action(run(list))
  want.command('rm <id>').description('forget a saved query').action(run(remove))
}

async function add({ client, out }: Context, words: string[], flags: { get?: boolean }) {
  const body = { text: queryText(words), ...(flags.get === true ? { get: true } : {}) }
  const want = await (await client()).ask<Want>('POST', '/wants', { body })
  out.result(want, () => wantLines([want]))
  return EXIT.done
}

async function list({ client, out }: Context) {
  const all = await (await client()).ask<{ wants: Want[] }>('GET', '/wants')
  out.result(all, () => wantLines(all.wants))
  if (all.wants.length === 0) out.note('nothing is wanted; save a query with: p2pnode want add WORDS')
  return EXIT.done
}

async function remove({ client, out }: Context, id: string) {
  const want = await (await client()).ask<Want>('DELETE', `/wants/${encodeURIComponent(id)}`)
  out.result(want, () => `no longer wanted: ${safe(want.text)}\n`)
  return EXIT.done
}

function wantLines(wants: readonly Want[]): string {
  const rows = wants.flatMap(want => [
    { id: want.id, text: want.text, count: String(want.count), get: want.get ? 'get' : '' },
    ...want.matches.slice(-SHOWN).map(match => ({
      id: '',
      text: `  ${match.name}, ${formatBytes(match.size)}, ${peerName(match)}`,
      count: '',
      get: ''
    }))
  ])
  return table(rows, [
    { title: 'ID', of: row => row.id },
    { title: 'MATCHES', of: row => row.count, right: true },
    { title: 'GET', of: row => row.get },
    { title: 'WORDS', of: row => row.text }
  ])
}
