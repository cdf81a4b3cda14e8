import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { cidText, parseCid, sha256 } from '../../../src/content/index.ts'
import { CatalogueFinder } from '../../../src/node/provider-finder.ts'
import { type ContentRouting, ProviderRecords } from '../../../src/node/provider-records.ts'
import { FOLDER_MIME } from '../../../src/node/share-tracker.ts'
import { eventually } from '../../../src/testnet/eventually.ts'
import type { Entry } from '../../../src/wire/entry.ts'

const cidOf = (name: string, codec: 'raw' | 'dag-pb' = 'raw'): string =>
  cidText(codec, sha256(Buffer.from(name)))
const entry = (name: string, mime: string): Entry => ({
  cid: cidOf(name, mime === FOLDER_MIME ? 'dag-pb' : 'raw'),
  name,
  path: name,
  size: 1,
  mime,
  modified: 1
})

/** A node with a folder and two files, for which every ms is a second. The DHT says again what was provided or tried, and what `left` says. */
function writer(
  options: { isReady?: boolean; isNeeded?: boolean; failures?: number; left?: readonly string[] } = {}
) {
  let entries = [entry('folder', FOLDER_MIME), entry('one', 'text/plain'), entry('two', 'text/plain')]
  let tries = 0
  let isBroken = false
  const written: string[] = []
  const own = new Set(options.left?.map(name => cidOf(name)))
  const errors: unknown[] = []
  const nameOf = (cid: string): string => entries.find(known => known.cid === cid)?.name ?? ''
  const records = new ProviderRecords({
    routing: {
      isReady: options.isReady ?? true,
      provide: async cid => {
        own.add(cidText('raw', parseCid(cid).digest))
        if (++tries <= (options.failures ?? 0)) throw new Error('nobody took it')
        written.push(nameOf(cid))
      },
      withdraw: async cid => void own.delete(cidText('raw', parseCid(cid).digest)),
      async *own() {
        yield* [...own]
      },
      find: () => assert.fail('nothing is looked for here')
    },
    search: () => {
      if (!isBroken) return entries
      isBroken = false
      throw new Error('no database')
    },
    isOffered: cid => entries.some(known => known.cid === cid),
    linked: () =>
      entries.filter(({ mime }) => mime === FOLDER_MIME).map(({ cid }) => ({ cid, isFolder: true })),
    pauseMs: 10,
    isNeeded: () => options.isNeeded ?? true,
    clock: { now: () => 1_000 * performance.now() },
    onError: error => errors.push(error)
  })
  const lose = (name: string): void => {
    entries = entries.filter(other => other.name !== name)
    records.changed()
  }
  const breakOnce = (): void => {
    isBroken = true
  }
  return { records, written, own, errors, lose, breakOnce }
}

describe('ProviderRecords', () => {
  it('writes each once, tries again what failed, and takes back what is gone', async () => {
    const { records, written, own, errors, lose } = writer({ failures: 1 })
    records.start()
    await eventually(() => written.length === 3, { within: 10_000 })
    assert.deepEqual(written.toSorted(), ['folder', 'one', 'two'])
    assert.equal(errors.length, 1)
    lose('one')
    await eventually(() => own.size === 2, { within: 5_000 })
    assert.equal(own.has(cidOf('one')), false)
    assert.deepEqual([records.counts.get('withdrawn'), records.counts.get('provided')], [1, 3])
    await records.stop()
  })

  it('goes on when the entries cannot be read for once', async () => {
    const { records, written, errors, breakOnce } = writer()
    breakOnce()
    records.start()
    await eventually(() => errors.length === 1, { within: 10_000 })
    records.changed()
    await eventually(() => written.length === 3, { within: 10_000 })
    await records.stop()
  })

  it('takes back what failed and is gone', async () => {
    const { records, own, lose } = writer({ failures: Number.POSITIVE_INFINITY })
    records.start()
    await eventually(() => own.has(cidOf('one')), { within: 10_000 })
    lose('one')
    await eventually(() => !own.has(cidOf('one')), { within: 10_000 })
    await records.stop()
  })

  it('waits longer and longer where nobody takes records', async () => {
    const { records, errors } = writer({ failures: Number.POSITIVE_INFINITY })
    const startedAt = performance.now()
    records.start()
    await eventually(() => errors.length === 4, { within: 10_000 })
    await records.stop()
    // A pause, and then 1, 3 and 7 more, each of about 10 ms.
    assert.ok(performance.now() - startedAt > 120)
  })

  for (const facts of [{ isReady: false }, { isNeeded: false }]) {
    it(`writes nothing with ${JSON.stringify(facts)}`, async () => {
      const { records, written } = writer(facts)
      records.start()
      await sleep(50)
      await records.stop()
      assert.deepEqual(written, [])
    })

    it(`gives up what an earlier run has left and is gone, also with ${JSON.stringify(facts)}`, async () => {
      const gone = Array.from({ length: 120 }, (_, i) => `gone ${i}`)
      const { records, own } = writer({ ...facts, left: ['folder', 'one', ...gone] })
      records.start()
      await sleep(50)
      assert.equal(own.size, 122, 'nobody knows yet what is gone')
      records.reconciled()
      await eventually(() => own.size === 2, { within: 5_000 })
      assert.deepEqual([...own], [cidOf('folder'), cidOf('one')])
      assert.equal(records.counts.get('withdrawn'), 120)
      await records.stop()
    })
  }

  it('stops in the midst of giving up', async () => {
    const { records, own } = writer({ left: Array.from({ length: 10_000 }, (_, i) => `gone ${i}`) })
    records.reconciled()
    records.start()
    await eventually(() => own.size < 10_000, { within: 5_000 })
    await records.stop()
    assert.ok(own.size > 0)
  })
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

  it('looks for words of the name in the index, beside the cid: who keeps words knows their cids', async () => {
    const searched: unknown[] = []
    const it = new CatalogueFinder({
      self: 'self',
      store: { byCid: () => [] },
      searches: {
        search: async function* (request) {
          searched.push(request)
          if (request.strategy === 'index') yield { type: 'hit', providers: [{ peerId: 'ann' }] } as never
          yield { type: 'done' } as never
        }
      }
    })
    const find = async (name?: string) =>
      await Array.fromAsync(it.find('bafycid', new AbortController().signal, name))
    assert.deepEqual(await find('A trip to Zanzibar.txt'), ['ann'])
    assert.deepEqual(searched, [
      { text: 'cid:bafycid', timeoutMs: 5_000 },
      { text: 'zanzibar trip cid:bafycid', strategy: 'index', timeoutMs: 5_000 }
    ])
    for (const name of [undefined, 'bafycid', 'the.txt']) assert.deepEqual(await find(name), [])
    await find(`${'x'.repeat(70)} ${'y'.repeat(60)} short.txt`)
    const [, long] = searched.slice(-2) as Array<{ text: string }>
    assert.ok(Buffer.byteLength(long?.text ?? '') <= 128, long?.text)
  })

  it('goes on without a DHT that fails', async () => {
    const it = finder(async function* () {
      yield 'ann'
      throw new Error('nobody there')
    })
    assert.deepEqual(await found(it), ['ann'])
  })
})
