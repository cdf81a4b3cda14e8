/**
 * Numbers, and questions to the whole network: value add, value ls, value rm; sum, count, mean, min, max.
 */
import type { Command } from 'commander'
import type { AggregateAnswer, AggregateOperation, FailedLinkView, NamedValue } from '../../node/api.ts'
import { MAX_QUESTION_MS } from '../../wire/limits.ts'
import type { ApiClient } from '../client.ts'
import type { Context, Runner } from '../context.ts'
import { CliError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { safe } from '../render/safe-text.ts'
import { pairs, table } from '../render/table.ts'
import { count, formatDuration } from '../render/units.ts'
import { parseDurationMs } from '../values.ts'

interface NameFlags {
  as?: string
}

interface AskFlags {
  audit?: boolean
  timeout?: string
}

interface ValueList {
  values: NamedValue[]
}

const OPERATIONS: Readonly<Record<AggregateOperation, string>> = {
  sum: 'add up the values of all nodes',
  count: 'count the values of all nodes; `count nodes`: the nodes',
  mean: 'the mean of the values of all nodes',
  min: 'the smallest value of all nodes',
  max: 'the largest value of all nodes'
}
const HELP = `
  Without a name it is about values that were added without one. What every node has by itself: nodes, files, bytes.
  It ends with 9 when nodes may be missing, and says behind which links.`

export function addValueCommands(program: Command, run: Runner): void {
  const value = program.command('value').description('numbers that this node holds, for sum and the like')
  value
    .command('add <values...>')
    .description('add numbers, such as: 12 -3.5')
    .option('--as <name>', 'what they are called')
    .action(run(add))
  value
    .command('ls', { isDefault: true })
    .description('list them')
    .option('--as <name>', 'only those of this name')
    .action(run(list))
  value
    .command('rm [values...]')
    .description('remove numbers, each of them once')
    .option('--as <name>', 'what they are called')
    .option('--all', 'all of that name')
    .action(run(remove))
  for (const [operation, description] of Object.entries(OPERATIONS)) {
    program
      .command(`${operation} [names...]`)
      .description(description)
      .option('--audit', 'show what each node holds')
      .option('--timeout <t>', 'end after this time: 10s, 1m (10s)')
      .addHelpText('after', HELP)
      .action(run(ask(operation as AggregateOperation)))
  }
}

async function add({ client, out }: Context, values: string[], { as: name }: NameFlags) {
  const body = { values, ...(name === undefined ? {} : { name }) }
  const added = await (await client()).ask<ValueList>('POST', '/values', { body })
  out.result(added, () => valueTable(added))
  return EXIT.done
}

async function list({ client, out }: Context, { as: name }: NameFlags) {
  const all = await (await client()).ask<ValueList>('GET', '/values', { query: { name } })
  out.result(all, () => valueTable(all))
  if (all.values.length === 0) out.note('no values; add some with: p2pnode value add 12 -3.5')
  return EXIT.done
}

async function remove(
  { client, out }: Context,
  values: string[],
  { as: name, all = false }: NameFlags & { all?: boolean }
) {
  if (all === values.length > 0) {
    throw new CliError('usage', 'name the values to remove, or --all of them', { field: 'values' })
  }
  const body = { values: all ? ('all' as const) : values, ...(name === undefined ? {} : { name }) }
  const removed = await (await client()).ask<ValueList>('DELETE', '/values', { body })
  out.result(removed, () => valueTable(removed))
  return EXIT.done
}

const ask =
  (op: AggregateOperation) =>
  async ({ client, out }: Context, names: string[], { audit = false, timeout }: AskFlags) => {
    const timeoutMs =
      timeout === undefined ? undefined : parseDurationMs('--timeout', timeout, MAX_QUESTION_MS)
    const answers = await askNetwork(await client(), op, names, { audit, timeoutMs })
    if (answers.length > 1 && !out.json) {
      out.result(answers, () => pairs(answers.map(({ name, value }) => [name, value ?? NOTHING])))
    }
    for (const answer of answers) {
      if (answers.length === 1 || out.json) out.result(answer, () => `${answer.value ?? NOTHING}\n`)
      if (!out.json && audit) out.result(answer, () => auditTable(answer))
      for (const line of remarks(answer)) out.note(line)
    }
    return answers.every(({ complete }) => complete) ? EXIT.done : EXIT.partlyDone
  }

/** One question for each name, all at once; without a name one about the values that have none. */
export async function askNetwork(
  node: ApiClient,
  op: AggregateOperation,
  names: readonly string[],
  { audit = false, timeoutMs }: { audit?: boolean; timeoutMs?: number | undefined } = {}
): Promise<AggregateAnswer[]> {
  const query = { op, audit: audit ? true : undefined, timeoutMs }
  const asked = names.length === 0 ? [undefined] : names
  return await Promise.all(
    asked.map(name => node.ask<AggregateAnswer>('GET', '/aggregate', { query: { ...query, name } }))
  )
}

/** What stands for a mean, or an extreme, of no values at all. */
const NOTHING = 'none'

/** The words of the remarks on an answer. Times come as text. */
export interface AnswerWords {
  asked(nodes: number, time: string): string
  ago(time: string): string
  trusting(nodes: number): string
  rounded: string
  incomplete(links: number): string
  failed(reason: FailedLinkView['reason'], to: string, from: string): string
  andMore(links: number): string
}

export const ENGLISH_ANSWER: AnswerWords = {
  asked: (nodes, time) => `${count(nodes, 'node')} in ${time}`,
  ago: time => `${time} ago`,
  trusting: nodes => `trusting others for ${count(nodes, 'node')}`,
  rounded: 'rounded',
  incomplete: links => `not complete: ${count(links, 'link')} failed`,
  failed: (reason, to, from) => `${reason}: ${to}, asked by ${from}`,
  andMore: links => `and ${links} more`
}

/** Whom an answer is about and what it lacks, in lines of safe text. */
export function remarks(answer: AggregateAnswer, words: AnswerWords = ENGLISH_ANSWER): string[] {
  const { nodes, trusted, exact, complete, failedLinks, moreFailedLinks, elapsedMs, ageMs } = answer
  const parts = [
    words.asked(nodes, formatDuration(elapsedMs)),
    ...(ageMs > 0 ? [words.ago(formatDuration(ageMs))] : []),
    ...(trusted > 0 ? [words.trusting(trusted)] : []),
    ...(exact ? [] : [words.rounded])
  ]
  if (complete) return [parts.join(', ')]
  return [
    `${parts.join(', ')}; ${words.incomplete(failedLinks.length + moreFailedLinks)}`,
    ...failedLinks.map(({ from, to, reason }) => `  ${safe(words.failed(reason, to, from))}`),
    ...(moreFailedLinks > 0 ? [`  ${words.andMore(moreFailedLinks)}`] : [])
  ]
}

function auditTable({ op, contributions = [] }: AggregateAnswer): string {
  return table(contributions, [
    { title: 'PEER ID', of: one => one.peerId },
    { title: 'VALUES', of: one => String(one.values), right: true },
    { title: op.toUpperCase(), of: one => one.value ?? NOTHING, right: true }
  ])
}

function valueTable({ values }: ValueList): string {
  return table(values, [
    { title: 'NAME', of: value => value.name },
    { title: 'VALUE', of: ({ value }) => value, right: true }
  ])
}
