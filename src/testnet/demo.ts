/**
 * `p2pnode demo`: real nodes that share, search and fetch, one of them dying on the way. Nothing that a user could not type.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { aborted } from '../cli/abort.ts'
import { eventually } from './eventually.ts'
import type { TestNode } from './test-node.ts'
import { Testnet } from './testnet.ts'
import { random } from './topology.ts'

export interface DemoOptions {
  nodes: number
  json: boolean
  /** Gets one line at a time. */
  out: (line: string) => void
  /** Ends it early, with everything cleaned up. */
  signal: AbortSignal
}

/** Large enough that a source can die while it is on its way. */
const SONG_BYTES = 96 * 1024 * 1024
const NAMES = ['harbour', 'meadow', 'thunder', 'lantern', 'granite', 'saffron', 'willow', 'comet']

/**
 * Resolves when everything is shown, or `signal` aborted, and all is cleaned up.
 *
 * @throws when something is not as it should be
 */
export async function runDemo({ nodes, json, out, signal }: DemoOptions): Promise<void> {
  const say = (step: string, text: string, facts: Record<string, unknown> = {}): void =>
    out(json ? JSON.stringify({ type: 'step', step, ...facts }) : text)

  say('start', `Starting ${nodes} nodes, each a process of its own …`, { nodes })
  await using net = await Testnet.start({ nodes, isolation: 'process', topology: random(2), seed: 7 })
  const shown = show(net, say)
  // When it is ended early, the nodes go in the middle of something; that is no news.
  shown.catch(() => undefined)
  await Promise.race([shown, aborted(signal)])
  if (json && !signal.aborted) out(JSON.stringify({ type: 'done' }))
}

async function show(net: Testnet, say: Say): Promise<void> {
  const nodes = net.nodes.length
  for (const [a, b] of net.edges) say('link', `  node${b} dialled node${a}`, { from: b, to: a })

  const song = randomBytes(SONG_BYTES)
  for (const node of net.nodes) await shareNote(node)
  const holders = net.nodes.slice(0, Math.max(1, Math.min(2, nodes - 1)))
  for (const node of holders) await shareSong(node, song)
  const entries = nodes + holders.length
  say('share', `Every node shares a note; ${holders.map(nameOf).join(' and ')} a song of 96 MiB.`, {
    entries
  })
  // Each lies in a folder, which is an entry, too.
  await net.caughtUp(2 * entries, 60_000)
  say('known', `By gossip, every node knows all ${entries} files by now.`, { entries })

  const last = net.node(nodes - 1)
  const { hits, done } = await last.search('harbour song')
  const hit = hits[0]
  if (hit === undefined) throw new Error('the song was not found')
  const providers = hit.providers.map(({ nickname }) => nickname).join(', ')
  say(
    'search',
    `${nameOf(last)} searches "harbour song": ${hit.name}, from ${providers}, after ${hit.elapsedMs} ms.`,
    {
      hits: hits.length,
      elapsedMs: done.elapsedMs
    }
  )
  const flood = await last.search({ text: 'note', strategy: 'flood', ttl: 7 })
  const messages = flood.done.stages.reduce((sum, stage) => sum + stage.messages, 0)
  say('flood', `A flood for "note" finds ${flood.hits.length} with ${messages} messages.`, {
    hits: flood.hits.length,
    messages
  })

  const path = await fetchWhileDying(last, hit.cid, holders, say)
  if (sha256(await readFile(path)) !== sha256(song)) throw new Error('the song is not what was shared')
  say('verified', 'The copy is the same, byte for byte (sha256). Cleaning up.', { sha256: sha256(song) })
}

type Say = (step: string, text: string, facts?: Record<string, unknown>) => void

/** Fetches from two holders, the first of which is killed in the middle. */
async function fetchWhileDying(
  getter: TestNode,
  cid: string,
  holders: TestNode[],
  say: Say
): Promise<string> {
  const victim = holders.length > 1 ? holders[0] : undefined
  let isKilled = false
  const download = await getter.get(
    { target: cid },
    {
      onProgress: ({ bytesDone }) => {
        if (victim === undefined || isKilled || bytesDone < SONG_BYTES / 4) return
        isKilled = true
        say(
          'kill',
          `  at ${Math.round((100 * bytesDone) / SONG_BYTES)} % ${nameOf(victim)} is killed (kill -9) …`,
          {
            node: victim.index,
            bytesDone
          }
        )
        void victim.kill()
      }
    }
  )
  const from = download.sources.map(
    ({ peerId, bytes }) => `${peerId.slice(-4)} ${Math.round(bytes / 1048576)} MiB`
  )
  say('get', `${nameOf(getter)} has ${download.name} (${from.join(', ')}).`, { path: download.path })
  return download.path
}

async function shareNote(node: TestNode): Promise<void> {
  const name = NAMES[node.index % NAMES.length] as string
  const folder = join(node.folder, 'notes')
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, `${name} note ${node.index}.txt`),
    `This is the ${name} note of node ${node.index}.\n`
  )
  await hashed(node, folder)
}

async function shareSong(node: TestNode, song: Uint8Array): Promise<void> {
  const folder = join(node.folder, 'music')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'harbour song.flac'), song)
  await hashed(node, folder)
}

async function hashed(node: TestNode, folder: string): Promise<void> {
  const { id } = await node.share(folder)
  const isReady = async (): Promise<boolean> =>
    (await node.shares()).some(share => share.id === id && share.state === 'ready' && share.pending === 0)
  await eventually(isReady, { within: 30_000, what: `${folder} to be hashed` })
}

function nameOf({ index }: TestNode): string {
  return `node${index}`
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
