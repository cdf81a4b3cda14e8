/**
 * Real nodes among peers that tell of files which nobody has when they are asked.
 */
import assert from 'node:assert/strict'
import { eventually } from '../../src/testnet/index.ts'
import type { Entry } from '../../src/wire/entry.ts'
import { decodeFileMessage, encodeFileMessage } from '../../src/wire/file-message.ts'
import { cidFromBytes } from '../../src/wire/ids.ts'
import { decodeSearchMessage, encodeSearchMessage } from '../../src/wire/search-message.ts'
import { HostileProvider, pageOf, rawEntry } from '../support/hostile-catalogue.ts'
import type { HostileHost, RawStream } from '../support/hostile-host.ts'
import { FILE, Siege } from './siege.ts'

const WITHIN = { within: 10_000 }

/** Has nothing, whatever it is asked for. */
async function denyAll(host: HostileHost): Promise<string[]> {
  const asked: string[] = []
  await host.serve(FILE, async stream => {
    for (let bytes = await stream.frame(); bytes !== undefined; bytes = await stream.frame()) {
      const message = decodeFileMessage(bytes)
      if (message.type !== 'get-have') continue
      asked.push(message.root)
      stream.sendFrame(encodeFileMessage({ type: 'refused', id: message.id, reason: 'not-found' }))
    }
  })
  return asked
}

const entryOf = (path: string): Entry => {
  const { cid, size, modified } = rawEntry(path)
  return { cid: cidFromBytes(cid, 'cid'), name: path, path, size, mime: '', modified }
}

/** Answers each query on a link with the files of which it says that `provider` has them, and notes it. */
async function tell(link: RawStream, provider: string, files: readonly Entry[], asked: string[]) {
  for (let bytes = await link.frame(); bytes !== undefined; bytes = await link.frame()) {
    const message = decodeSearchMessage(bytes)
    if (message.type !== 'query') continue
    asked.push(message.text)
    const providers = [{ peer: provider, nickname: 'h', how: 'known' as const }]
    const fitting = files.filter(({ name }) => message.text.split(' ').every(word => name.includes(word)))
    const hits = fitting.map(entry => ({ entry, providers }))
    if (hits.length > 0) link.sendFrame(encodeSearchMessage({ type: 'hits', id: message.id, hits }))
  }
}

describe('a node that is told of what is not there', () => {
  let siege: Siege
  before(async () => {
    siege = await Siege.start()
  })
  after(async () => await siege[Symbol.asyncDispose]())
  afterEach(async () => await siege.lift())

  it('says that a provider denies what it has announced itself, and shows that last from then on', async () => {
    const { host } = await siege.neighbour()
    const asked = await denyAll(host)
    const provider = await HostileProvider.on(host)
    const before = (await siege.node.status()).catalogue.entries
    const names = ['phantom 1.iso', 'phantom 2.iso', 'phantom 3.iso']
    await provider.push([(await provider.state([pageOf(names.map(name => rawEntry(name)))])).envelope])
    const isKnown = async () => (await siege.node.status()).catalogue.entries === before + names.length
    await eventually(isKnown, { ...WITHIN, what: 'what was announced' })

    assert.deepEqual(
      (await siege.node.search({ text: 'phantom', ttl: 1 })).hits.map(({ elapsedMs }) => elapsedMs),
      [0, 0, 0]
    )
    // Nobody waits for its answers the first time, and on a busy machine they may come late.
    const denials = async () => (await siege.counts('search')).denied ?? 0
    await eventually(
      async () => {
        const { hits } = await siege.node.search({ text: 'phantom', ttl: 1 })
        assert.deepEqual(
          hits.map(({ name, stage }) => [name, stage]).sort(),
          names.map(name => [name, 'catalogue'])
        )
        assert.ok((await denials()) >= 3)
      },
      { ...WITHIN, what: 'three denials' }
    )
    assert.ok(asked.length >= 3)

    const { hits } = await siege.node.search({ text: 'phantom', ttl: 1 })
    assert.deepEqual(
      hits.flatMap(({ providers }) => providers.map(each => [each.peerId, each.confirmed, each.denied])),
      names.map(() => [host.peerId, false, true])
    )
    assert.ok(
      hits.every(({ elapsedMs }) => elapsedMs > 0),
      'what it announces is not shown at once any more'
    )
    await provider.withdraw()
  })

  it('says that the honest one denies which a neighbour named, and shows last what that neighbour tells', async () => {
    const { host, link } = await siege.neighbour()
    const asked: string[] = []
    const files = ['quagga 1.iso', 'quagga 2.iso', 'quagga 3.iso', 'okapi honest.iso'].map(entryOf)
    void tell(link, siege.honest.peerId, files, asked).catch(() => {
      // The link went with the host.
    })
    const first = await siege.node.search({ text: 'quagga', ttl: 1 })
    assert.deepEqual(
      first.hits.flatMap(({ providers }) =>
        providers.map(each => [each.peerId, each.confirmed, each.denied])
      ),
      [1, 2, 3].map(() => [siege.honest.peerId, false, true])
    )
    assert.deepEqual(first.done.stages.find(({ stage }) => stage === 'neighbours')?.droppedHits, {
      denied: 3
    })
    assert.equal(asked.length, 2, 'a query and a decoy')

    const { hits, done } = await siege.node.search({ text: 'honest', ttl: 1 })
    assert.deepEqual(
      hits.map(({ name, providers }) => [name, providers[0]?.confirmed]),
      [
        ['honest.bin', true],
        ['okapi honest.iso', false]
      ]
    )
    const { decoys, elapsedMs: probeMs } = done.stages.find(({ stage }) => stage === 'neighbours') ?? {}
    assert.ok((hits[1]?.elapsedMs ?? 0) >= (probeMs ?? 0), 'it is shown when nothing else comes')
    assert.equal(decoys, undefined, 'what it tells is not believed for having passed')
    assert.equal(host.peerId === hits[1]?.providers[0]?.peerId, false)
  })
})
