/**
 * Two nodes that were told of nobody, on a LAN of their own: network namespaces joined by a bridge.
 */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  eventually,
  Lan,
  type ProcessNode,
  startProcessNode,
  whyNoNamespaces
} from '../../src/testnet/index.ts'

/** From the plug to the neighbour. */
const BACK_MS = 30_000
/** For both to notice that the other is gone: a ping every 10 s, and its patience. */
export const NOTICE_MS = 60_000

/** Why there are no such networks here; undefined when there are. */
const whyNoLan = await whyNoNamespaces()

/** For the title of what needs one. */
export const ifLan = whyNoLan === undefined ? '' : ` (skipped: ${whyNoLan})`

/** Call it in `describe`: skips all of it where there are none. */
export function skipWithoutLan(): void {
  before(function () {
    if (whyNoLan !== undefined) this.skip()
  })
}

export class LanNodes {
  readonly lan: Lan
  readonly #folder: string
  readonly #nodes: ProcessNode[] = []

  private constructor(lan: Lan, folder: string) {
    this.lan = lan
    this.#folder = folder
  }

  static async create(): Promise<LanNodes> {
    return new LanNodes(await Lan.create({ hosts: 2 }), await mkdtemp(join(tmpdir(), 'p2pnode-lan-')))
  }

  /** Starts a node on host `index` with nothing but its folders, and one file of its own. */
  async start(index: number): Promise<ProcessNode> {
    const { namespace } = this.lan.hosts[index] as { namespace: string }
    const own = join(this.#folder, `node${index}`)
    const shared = join(own, 'shared')
    await mkdir(shared, { recursive: true })
    await writeFile(join(shared, `letter ${index}.txt`), `A letter of node ${index}.\n`)
    const prefix = ['ip', 'netns', 'exec', namespace]
    const node = await startProcessNode({ index, folder: own, prefix, node: { shares: [shared] } })
    this.#nodes.push(node)
    return node
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#nodes.map(node => node.kill()))
    await this.lan[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** When `node` told of `peer` as its neighbour last; ms since the epoch. */
export function joinedAt(node: ProcessNode, { peerId }: ProcessNode): number | undefined {
  const told = node.run.lines.map(line => JSON.parse(line) as { type: string; peerId?: string; at: number })
  const last = told.findLast(({ type, peerId: of }) => /^neighbour:/.test(type) && of === peerId)
  return last?.type === 'neighbour:joined' ? last.at : undefined
}

export async function findOneAnother(a: ProcessNode, b: ProcessNode): Promise<void> {
  const areNeighbours = (): boolean => joinedAt(a, b) !== undefined && joinedAt(b, a) !== undefined
  await eventually(areNeighbours, { within: BACK_MS, what: 'neighbours' })
}

/** Both have noticed that the other is gone. */
export async function loseOneAnother(a: ProcessNode, b: ProcessNode): Promise<void> {
  const areStrangers = (): boolean => joinedAt(a, b) === undefined && joinedAt(b, a) === undefined
  await eventually(areStrangers, { within: NOTICE_MS, what: 'the loss' })
}

/** `asker` finds and fetches the file of `owner`. */
export async function finds(asker: ProcessNode, owner: ProcessNode): Promise<void> {
  const isFound = async () => {
    const [hit] = (await asker.search(`letter ${owner.index}`)).hits
    assert.equal(hit?.providers[0]?.peerId, owner.peerId)
    return hit
  }
  const hit = await eventually(isFound, { within: 10_000, what: `the letter of node ${owner.index}` })
  const { path } = await asker.get({ target: hit?.cid as string })
  assert.equal(await readFile(path, 'utf8'), `A letter of node ${owner.index}.\n`)
}
