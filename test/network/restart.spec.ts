/**
 * A node that starts again: what it offered is there at once, and becomes true again soon.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNode, type RunningNode } from '../../src/daemon.ts'
import { eventually } from '../../src/testnet/eventually.ts'

describe('a node that starts again', function () {
  this.timeout(60_000)
  let folder: string
  let share: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'p2pnode-restart-'))
    share = join(folder, 'share')
    await mkdir(share)
    for (const name of ['red apple', 'green apple', 'pear']) await writeFile(join(share, `${name}.txt`), name)
  })

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  const start = (): Promise<RunningNode> =>
    createNode({
      data: join(folder, 'data'),
      downloads: join(folder, 'downloads'),
      shares: [share],
      listen: ['/ip4/127.0.0.1/tcp/0'],
      lan: false
    })
  const files = ({ node }: RunningNode): string[] =>
    node
      .entries()
      .filter(({ mime }) => mime !== 'inode/directory')
      .map(({ name }) => name)
      .sort()
  const offers = async (running: RunningNode, names: string[]): Promise<void> => {
    const isSo = async (): Promise<boolean> => `${files(running)}` === `${names}`
    await eventually(isSo, { within: 25_000, what: `${names} are offered` })
  }
  const ALL = ['green apple.txt', 'pear.txt', 'red apple.txt']

  it('offers what it offered before from the first moment', async () => {
    const first = await start()
    await offers(first, ALL)
    await first.stop()
    await using again = await start()
    assert.deepEqual(files(again), ALL)
  })

  it('takes back what was deleted and changed while it was off', async () => {
    const first = await start()
    await offers(first, ALL)
    await first.stop()
    await rm(join(share, 'pear.txt'))
    await writeFile(join(share, 'red apple.txt'), 'another apple')
    await using again = await start()
    await offers(again, ['green apple.txt', 'red apple.txt'])
    const size = async (): Promise<boolean> =>
      again.node.entries().some(({ name, size }) => name === 'red apple.txt' && size === 13)
    await eventually(size, { within: 25_000, what: 'the new red apple is offered' })
    await offers(again, ['green apple.txt', 'red apple.txt'])
  })

  it('keeps entries of a share that is away', async () => {
    const first = await start()
    await offers(first, ALL)
    await first.stop()
    await rm(share, { recursive: true })
    await using again = await start()
    const isPaused = async (): Promise<boolean> => again.node.shares()[0]?.state === 'paused'
    await eventually(isPaused, { within: 25_000, what: 'the share is paused' })
    assert.deepEqual(files(again), ALL)
  })

  it('sets a damaged catalogue aside, says so, and has all entries again', async () => {
    const first = await start()
    await offers(first, ALL)
    await first.stop()
    const id = first.peerId
    const catalogue = join(folder, 'data', 'catalogue.db')
    await writeFile(catalogue, 'no database '.repeat(1_000))
    await using again = await start()
    await offers(again, ALL)
    assert.equal(again.peerId, id)
    assert.ok(existsSync(`${catalogue}.corrupt-1`))
    assert.ok(again.node.status().warnings.some(warning => warning.includes('catalogue.db.corrupt-1')))
  })
})
