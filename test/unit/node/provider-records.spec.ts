import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { CatalogueFinder } from '../../../src/node/provider-finder.ts'
import { type ContentRouting, ProviderRecords } from '../../../src/node/provider-records.ts'
import { eventually } from '../../../src/testnet/eventually.ts'
import type { Entry } from '../../../src/wire/entry.ts'

const entry = (cid: string, mime: string): Entry => ({
  cid,
  name: cid,
  path: cid,
  size: 1,
  mime,
  modified: 1
})

/** A node with a folder and two files; the first try to write a record fails. */
function writer(options: { isReady?: boolean; isNeeded?: boolean } = {}) {
  let entries = [entry('folder', 'inode/directory'), entry('one', 'text/plain'), entry('two', 'text/plain')]
  let tries = 0
  const written: string[] = []
  const withdrawn: string[] = []
  const errors: unknown[] = []
  const records = new ProviderRecords({
    routing: {
      isReady: options.isReady ?? true,
      provide: async cid => {
        if (++tries === 1) throw new Error('nobody took it')
        written.push(cid)
      },
      withdraw: async cid => void withdrawn.push(cid),
      find: () => assert.fail('nothing is looked for here')
    },
    search: text => entries.filter(({ mime }) => text === 'size:>=0' || text === `mime:${mime}`),
    pauseMs: 10,
    isNeeded: () => options.isNeeded ?? true,
    onError: error => errors.push(error)
  })
  const lose = (cid: string): void => {
    entries = entries.filter(other => other.cid !== cid)
    records.changed([{ cid, path: cid }])
  }
  return { records, written, withdrawn, errors, lose }
}

describe('ProviderRecords', () => {
  it('writes folders first, each once, tries again what failed, and takes back what is gone', async () => {
    const { records, written, withdrawn, errors, lose } = writer()
    records.start()
    await eventually(() => written.length === 3, { within: 10_000 })
    assert.deepEqual(written, ['one', 'two', 'folder'])
    assert.equal(errors.length, 1)
    lose('one')
    await eventually(() => withdrawn.length === 1, { within: 5_000 })
    assert.deepEqual([withdrawn, records.counts.get('provided')], [['one'], 3])
    await records.stop()
  })

  for (const facts of [{ isReady: false }, { isNeeded: false }]) {
    it(`writes nothing with ${JSON.stringify(facts)}`, async () => {
      const { records, written } = writer(facts)
      records.start()
      await sleep(50)
      await records.stop()
      assert.deepEqual(written, [])
    })
  }
})

describe('CatalogueFinder', () => {
  /** Finds nothing by searching, and then only `routed`. */
  const finder = (find: ContentRouting['find']) =>
    new CatalogueFinder({
      self: 'self',
      store: { byCid: () => [] },
      searches: {
        search: async function* () {
          yield { type: 'done' } as never
        }
      },
      routing: { isReady: true, find }
    })
  const found = async (it: CatalogueFinder, signal = new AbortController().signal) =>
    await Array.fromAsync(it.find('cid', signal))

  it('tells whom the DHT names, each once and not this node', async () => {
    const it = finder(async function* () {
      yield* ['ann', 'self', 'ann', 'bob']
    })
    assert.deepEqual(await found(it), ['ann', 'bob'])
  })

  it('goes on without a DHT that fails', async () => {
    const it = finder(async function* () {
      yield 'ann'
      throw new Error('nobody there')
    })
    assert.deepEqual(await found(it), ['ann'])
  })
})
