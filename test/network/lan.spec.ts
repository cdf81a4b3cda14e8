/**
 * Nodes that were told of nobody, on a LAN of their own: network namespaces joined by a bridge.
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

/**
 * From the second node's start to its first neighbour. Promised is 1 s on a machine that does nothing else; so much only
 * tells a first question that was heard from the next one, 10 s later.
 */
const FIRST_PEER_MS = 8_000
/** From the plug to the neighbour. */
const BACK_MS = 30_000
/** For both to notice that the other is gone: a ping every 10 s, and its patience. */
const NOTICE_MS = 60_000
const OUTAGE_MS = 10_000

const why = await whyNoNamespaces()

describe(`two nodes on a LAN, told of nobody${why === undefined ? '' : ` (skipped: ${why})`}`, function () {
  this.timeout(180_000)
  let folder: string
  let lan: Lan
  let nodes: ProcessNode[]

  before(function () {
    if (why !== undefined) this.skip()
  })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'p2pnode-lan-'))
    lan = await Lan.create({ hosts: 2 })
    nodes = []
  })

  afterEach(async () => {
    await Promise.all(nodes.map(node => node.kill()))
    await lan[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  /** Starts a node on host `index` with nothing but its folders, and one file of its own. */
  async function start(index: number): Promise<ProcessNode> {
    const { namespace } = lan.hosts[index] as { namespace: string }
    const own = join(folder, `node${index}`)
    const shared = join(own, 'shared')
    await mkdir(shared, { recursive: true })
    await writeFile(join(shared, `letter ${index}.txt`), `A letter of node ${index}.\n`)
    const prefix = ['ip', 'netns', 'exec', namespace]
    const node = await startProcessNode({ index, folder: own, prefix, node: { shares: [shared] } })
    nodes.push(node)
    return node
  }

  /** When `node` told of `peer` as its neighbour last; ms since the epoch. */
  function joinedAt(node: ProcessNode, { peerId }: ProcessNode): number | undefined {
    const told = node.run.lines.map(line => JSON.parse(line) as { type: string; peerId?: string; at: number })
    const last = told.findLast(({ type, peerId: of }) => /^neighbour:/.test(type) && of === peerId)
    return last?.type === 'neighbour:joined' ? last.at : undefined
  }

  const areNeighbours = (a: ProcessNode, b: ProcessNode): boolean =>
    joinedAt(a, b) !== undefined && joinedAt(b, a) !== undefined

  const areStrangers = (a: ProcessNode, b: ProcessNode): boolean =>
    joinedAt(a, b) === undefined && joinedAt(b, a) === undefined

  async function findOneAnother(a: ProcessNode, b: ProcessNode): Promise<void> {
    await eventually(() => areNeighbours(a, b), { within: BACK_MS, what: 'neighbours' })
  }

  async function finds(asker: ProcessNode, owner: ProcessNode): Promise<void> {
    const isFound = async () => {
      const [hit] = (await asker.search(`letter ${owner.index}`)).hits
      assert.equal(hit?.providers[0]?.peerId, owner.peerId)
      return hit
    }
    const hit = await eventually(isFound, { within: 10_000, what: `the letter of node ${owner.index}` })
    const { path } = await asker.get({ target: hit?.cid as string })
    assert.equal(await readFile(path, 'utf8'), `A letter of node ${owner.index}.\n`)
  }

  it('find one another at once, and each other’s files', async () => {
    const first = await start(0)
    const launchedAt = Date.now()
    const second = await start(1)
    await findOneAnother(first, second)
    const foundAt = joinedAt(second, first) as number
    const tookMs = foundAt - (await second.status()).startedAt
    console.log(
      `      first neighbour ${tookMs} ms after the start, ${foundAt - launchedAt} ms after the command`
    )
    assert.ok(tookMs < FIRST_PEER_MS, `${tookMs} ms`)
    const { address, path } = (await second.peers())[0] ?? {}
    assert.ok(address?.startsWith(`/ip4/${lan.hosts[0]?.address}/tcp/`), address)
    assert.equal(path, 'lan')
    await Promise.all([finds(first, second), finds(second, first)])
  })

  it('are neighbours again within 30 s of a cable being plugged in again', async () => {
    const [first, second] = [await start(0), await start(1)]
    await findOneAnother(first, second)
    await lan.cable(1, 'down')
    const pulledAt = Date.now()
    await eventually(() => areStrangers(first, second), { within: NOTICE_MS, what: 'the loss' })
    console.log(`      both noticed the loss after ${Date.now() - pulledAt} ms`)
    await eventually(() => Date.now() - pulledAt > OUTAGE_MS, { within: OUTAGE_MS + 1_000 })
    await lan.cable(1, 'up')
    const pluggedAt = Date.now()
    await findOneAnother(first, second)
    console.log(`      neighbours again ${Date.now() - pluggedAt} ms after the plug`)
    await finds(first, second)
  })

  it('find one another when one of them starts while its cable is out', async () => {
    await lan.cable(1, 'down')
    const [first, second] = [await start(0), await start(1)]
    assert.deepEqual(await second.peers(), [])
    await lan.cable(1, 'up')
    const pluggedAt = Date.now()
    await findOneAnother(first, second)
    console.log(`      neighbours ${Date.now() - pluggedAt} ms after the plug`)
    await Promise.all([finds(first, second), finds(second, first)])
  })

  it('find one another when each starts while the other is down, also with what they remember', async () => {
    const first = await start(0)
    const second = await start(1)
    await findOneAnother(first, second)
    await first.kill()
    await eventually(() => joinedAt(second, first) === undefined, { within: NOTICE_MS, what: 'the loss' })
    await second.kill()
    const again = await start(1)
    assert.deepEqual(await again.peers(), [])
    const late = await start(0)
    await findOneAnother(again, late)
    await finds(late, again)
  })
})
