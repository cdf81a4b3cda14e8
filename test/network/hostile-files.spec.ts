/**
 * The transfer of files with peers that break every rule of it, on either side.
 */
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { cidText } from '../../src/content/cid.ts'
import { buildManifest, type Manifest, sha256 } from '../../src/content/index.ts'
import { encodeInnerNode, type NodeLink } from '../../src/content/inner-node.ts'
import type { NodeError } from '../../src/node/errors.ts'
import { eventually } from '../../src/testnet/index.ts'
import {
  decodeFileMessage,
  encodeFileMessage,
  type FileAnswer,
  type FileMessage
} from '../../src/wire/file-message.ts'
import * as pb from '../../src/wire/generated/file.js'
import { cidToBytes } from '../../src/wire/ids.ts'
import { HostileProvider, pageOf, rawEntry } from '../support/hostile-catalogue.ts'
import { frameOf, garbage, type HostileHost, type RawStream } from '../support/hostile-host.ts'
import { type Counts, FILE, Siege } from './siege.ts'

const MIB = 1024 * 1024
const HOUR_MS = 3_600_000
/** A file that nobody has. */
const UNKNOWN = 'bafkreidgvpkjawlxz6sffxzwgooowe5yt7i6wsyg236mfoks77nywkptdq'

const request = (message: FileMessage): Uint8Array => frameOf(encodeFileMessage(message))
const blocks = (id: number, root: string, ...list: number[]): Uint8Array =>
  request({ type: 'get-blocks', id, root, blocks: list })
const wire = (message: Partial<pb.FileMessage>): Uint8Array => frameOf(pb.FileMessage.encode(message))

/** What a client may not send: what is counted, and whether it is a strike. `root` has blocks of 1 MiB and of 151,424 bytes. */
const BAD_REQUESTS: Array<{
  name: string
  counts: Counts
  strikes: number
  /** Reads nothing, so that answers pile up. */
  deaf?: boolean
  bytes: (root: string) => Uint8Array[]
}> = [
  { name: 'garbage', counts: { malformed: 1 }, strikes: 1, bytes: () => [frameOf(garbage(300))] },
  {
    name: 'a frame over 64 KiB',
    counts: { 'frame-too-long': 1 },
    strikes: 1,
    bytes: () => [frameOf(new Uint8Array(65_537))]
  },
  {
    name: 'the promise of a frame of 256 MiB',
    counts: { 'frame-too-long': 1 },
    strikes: 1,
    bytes: () => [frameOf(new Uint8Array(), 2 ** 28 - 1)]
  },
  {
    name: 'a length that never ends',
    counts: { 'frame-too-long': 1 },
    strikes: 1,
    bytes: () => [new Uint8Array(50).fill(0xff)]
  },
  {
    name: 'no known message',
    counts: { malformed: 1 },
    strikes: 1,
    bytes: () => [frameOf(Uint8Array.from([0xfa, 0x01, 0x00]))]
  },
  {
    name: 'an answer instead of a request',
    counts: { malformed: 1 },
    strikes: 1,
    bytes: () => [request({ type: 'end', id: 1 })]
  },
  {
    name: 'a block above 16 Mi',
    counts: { malformed: 1 },
    strikes: 1,
    bytes: root => [wire({ getBlocks: { id: 1, root: cidToBytes(root), blocks: [16 * MIB] } })]
  },
  {
    name: '65 blocks at once',
    counts: { malformed: 1 },
    strikes: 1,
    bytes: root => [
      wire({ getBlocks: { id: 1, root: cidToBytes(root), blocks: Array.from({ length: 65 }, (_, i) => i) } })
    ]
  },
  {
    name: 'the same block twice',
    counts: { malformed: 1 },
    strikes: 1,
    bytes: root => [wire({ getBlocks: { id: 1, root: cidToBytes(root), blocks: [1, 1] } })]
  },
  {
    name: 'no block at all',
    counts: { malformed: 1 },
    strikes: 1,
    bytes: root => [wire({ getBlocks: { id: 1, root: cidToBytes(root), blocks: [] } })]
  },
  {
    name: 'a root that is no cid',
    counts: { malformed: 1 },
    strikes: 1,
    bytes: () => [wire({ getManifest: { id: 1, root: Uint8Array.from(garbage(36)) } })]
  },
  {
    name: 'a window of have that begins anywhere',
    counts: { malformed: 1 },
    strikes: 1,
    bytes: root => [wire({ getHave: { id: 1, root: cidToBytes(root), first: 5 } })]
  },
  {
    name: '17 requests at once',
    counts: { 'too-many-requests': 1 },
    strikes: 0,
    deaf: true,
    bytes: root => [
      blocks(0, root, 0),
      ...Array.from({ length: 17 }, (_, i) => request({ type: 'get-have', id: i + 1, root, first: 0 }))
    ]
  },
  {
    name: 'more than 2 MiB at once',
    counts: { 'too-much-asked': 1 },
    strikes: 0,
    deaf: true,
    bytes: root => [blocks(1, root, 0, 1), blocks(2, root, 0), blocks(3, root, 0)]
  },
  {
    name: 'the id of an open request',
    counts: { 'id-in-use': 1 },
    strikes: 0,
    deaf: true,
    bytes: root => [blocks(1, root, 0), blocks(2, root, 1), blocks(2, root, 1)]
  }
]

describe('a node that serves files to hostile clients', () => {
  let siege: Siege
  let root: string
  let laterMs = 0
  before(async () => {
    siege = await Siege.start({ clock: { now: () => Date.now() + laterMs } })
    root = (await siege.node.shares())[0]!.cid!
  })
  after(async () => await siege[Symbol.asyncDispose]())
  afterEach(async () => await siege.lift())

  for (const { name, counts, strikes, deaf = false, bytes } of BAD_REQUESTS) {
    it(`resets a stream for ${name}${strikes > 0 ? ', with a strike' : ''}`, async () => {
      const host = await siege.attacker()
      const stream = await host.open(FILE)
      if (deaf) stream.stopReading()
      await siege.counted('links', { 'strike-malformed': strikes }, async () =>
        siege.counted('files', counts, async () => {
          for (const part of bytes(root)) stream.send(part)
        })
      )
      assert.equal(await stream.ended, 'reset')
    })
  }

  it('refuses blocks that the file does not have, and goes on', async () => {
    const stream = await (await siege.attacker()).open(FILE)
    for (const index of [2, 63, 16 * MIB - 1]) {
      stream.send(blocks(1, root, index))
      assert.deepEqual(await answer(stream), { type: 'refused', id: 1, reason: 'bad-request' })
    }
    stream.send(request({ type: 'get-have', id: 2, root, first: 262_144 }))
    assert.deepEqual(await answer(stream), { type: 'refused', id: 2, reason: 'bad-request' })
    stream.send(blocks(3, root, 1))
    assert.deepEqual(await answer(stream), { type: 'block', id: 3, block: 1, length: 1_200_000 - MIB })
  })

  it('says of a file for others just what it says of one that it does not have', async () => {
    const secret = join(siege.node.folder, 'secret.txt')
    await writeFile(secret, 'for honest eyes only')
    const { id } = await siege.node.share(secret, { to: [siege.honest.peerId] })
    await eventually(
      async () => (await siege.node.shares()).some(share => share.id === id && share.cid !== null),
      { within: 5_000 }
    )
    const hidden = (await siege.node.shares()).find(share => share.id === id)!.cid!
    const stream = await (await siege.attacker()).open(FILE)
    for (const ask of [
      (of: string): FileMessage => ({ type: 'get-manifest', id: 1, root: of }),
      (of: string): FileMessage => ({ type: 'get-have', id: 1, root: of, first: 0 }),
      (of: string): FileMessage => ({ type: 'get-blocks', id: 1, root: of, blocks: [0] }),
      (of: string): FileMessage => ({ type: 'get-sources', id: 1, root: of })
    ]) {
      stream.send(request(ask(UNKNOWN)))
      const unknown = await stream.frame()
      stream.send(request(ask(hidden)))
      assert.deepEqual(await stream.frame(), unknown)
    }
    assert.equal((await siege.honest.search({ text: 'secret', ttl: 1 })).hits.length, 0)
    const { path } = await siege.honest.get({
      target: `p2p:${hidden}?p=${siege.node.address}`,
      output: join(siege.honest.folder, 'told')
    })
    assert.equal(await readFile(path, 'utf8'), 'for honest eyes only')
    await siege.node.unshare(id)
  })

  it('keeps its memory flat for peers that ask, cancel and ask again, and never read', async () => {
    const streams: RawStream[] = []
    for (let peer = 0; peer < 7; peer++) {
      const host = await siege.attacker()
      for (let i = 0; i < 4; i++) streams.push(await host.open(FILE))
    }
    for (const stream of streams) stream.stopReading()
    const before = heldMiB()
    for (let round = 0; round < 50; round++) {
      for (const stream of streams) {
        stream.send(blocks(round, root, 0))
        stream.send(request({ type: 'cancel', id: round }))
      }
      await sleep(1)
    }
    for (const stream of streams) stream.send(blocks(1_000, root, 0, 1))
    await siege.unharmed()
    // The promise for all transfers together; asked for were 1,400 MiB.
    await eventually(() => assert.ok(heldMiB() - before < 96, `${Math.round(heldMiB() - before)} MiB`), {
      within: 5_000
    })
  })

  it('gives the slots of those who take nothing to those who wait', async () => {
    for (let peer = 0; peer < 9; peer++) {
      const stream = await (await siege.attacker()).open(FILE)
      stream.stopReading()
      stream.send(blocks(1, root, 0, 1))
    }
    const late = await (await siege.attacker()).open(FILE)
    const busy = async (id: number): Promise<FileAnswer> => {
      late.send(blocks(id, root, 1))
      return await answer(late)
    }
    await eventually(
      async () => assert.deepEqual(await busy(1), { type: 'refused', id: 1, reason: 'busy', position: 2 }),
      { within: 5_000 }
    )
    laterMs += 11_000
    assert.equal((await busy(2)).type, 'block')
  })

  it('serves others while one reads a few bytes now and then', async () => {
    const stream = await (await siege.attacker()).open(FILE)
    stream.stopReading()
    stream.send(blocks(1, root, 0, 1))
    const dripping = new AbortController()
    const drip = (async () => {
      while (!dripping.signal.aborted) {
        stream.stream.resume()
        stream.stream.pause()
        await sleep(20)
      }
    })()
    await siege.unharmed()
    dripping.abort()
    await drip
  })

  it('keeps four streams of 1,000 that one connection opens, and serves them', async () => {
    const host = await siege.attacker()
    const connection = host.host.getConnections()[0]
    // With the first one the other side is ready; before that the library ends a connection for ten streams.
    const first = await host.open(FILE, connection)
    const others = Array.from({ length: 999 }, () => host.open(FILE, connection))
    const opened = await Promise.allSettled(others)
    await siege.unharmed()
    const streams = opened.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
    const ends = await Promise.all(streams.map(({ ended }) => Promise.race([ended, sleep(100, 'open')])))
    assert.ok(ends.filter(end => end === 'open').length <= 3)
    first.send(blocks(1, root, 1))
    assert.equal((await answer(first)).type, 'block')
  })
})

interface Offer {
  bytes: Uint8Array
  manifest: Manifest
}

/** What a hostile server does instead of answering; false: it answers as it should. */
type Lie = (message: FileMessage, stream: RawStream, offer: Offer) => boolean | Promise<boolean>

const BAD_SERVERS: Array<{ name: string; state: RegExp; strikes?: number; lie: Lie }> = [
  {
    name: 'sends other bytes than the cid names',
    state: /^banned: bad-block$/,
    lie: onBlocks((stream, { id, blocks }) => {
      stream.send(request({ type: 'block', id, block: blocks[0]!, length: lengthOf(blocks[0]!) }))
      stream.send(new Uint8Array(lengthOf(blocks[0]!)))
    })
  },
  {
    name: 'sends a shorter block',
    state: /^banned: wrong-length$/,
    lie: onBlocks((stream, { id, blocks }) =>
      stream.send(request({ type: 'block', id, block: blocks[0]!, length: 10 }))
    )
  },
  {
    name: 'sends a longer block',
    state: /^banned: wrong-length$/,
    lie(message, stream) {
      // Only the last one can be longer: the others have the greatest length that there is.
      if (message.type !== 'get-blocks' || message.blocks[0] !== 2) return false
      return stream.send(request({ type: 'block', id: message.id, block: 2, length: MIB })) || true
    }
  },
  {
    name: 'promises a block of 4 GiB',
    state: /^banned: malformed$/,
    strikes: 1,
    lie: onBlocks((stream, { id, blocks }) =>
      stream.send(wire({ block: { id, block: blocks[0]!, length: 2 ** 32 - 1 } }))
    )
  },
  {
    name: 'sends a block that nobody asked for',
    state: /^banned: unasked-block$/,
    lie: onBlocks((stream, { id, blocks }) =>
      stream.send(request({ type: 'block', id, block: blocks[0]! + 7, length: MIB }))
    )
  },
  {
    name: 'answers requests that were never made',
    state: /^banned: unasked$/,
    lie: onBlocks((stream, { id }) => stream.send(request({ type: 'end', id: id + 1_000 })))
  },
  {
    name: 'sends garbage',
    state: /^banned: malformed$/,
    strikes: 1,
    lie: onBlocks(stream => stream.sendFrame(garbage(300)))
  },
  {
    name: 'sends a frame over 64 KiB',
    state: /^banned: frame-too-long$/,
    strikes: 1,
    lie: onBlocks(stream => stream.sendFrame(new Uint8Array(65_537)))
  },
  {
    name: 'asks instead of answering',
    state: /^banned: /,
    lie: onBlocks((stream, { id }) => stream.send(request({ type: 'get-manifest', id, root: UNKNOWN })))
  },
  {
    name: 'ends in the middle of a block',
    state: /^left: closed$/,
    lie: onBlocks(async (stream, { id, blocks }) => {
      stream.send(request({ type: 'block', id, block: blocks[0]!, length: lengthOf(blocks[0]!) }))
      stream.send(new Uint8Array(1_000))
      await stream.close()
    })
  },
  {
    name: 'resets in the middle of a block',
    state: /^left: closed$/,
    lie: onBlocks((stream, { id, blocks }) => {
      stream.send(request({ type: 'block', id, block: blocks[0]!, length: lengthOf(blocks[0]!) }))
      stream.send(new Uint8Array(1_000))
      stream.reset()
    })
  },
  {
    name: 'refuses what it says it has',
    state: /^left: (not-found|changed)$/,
    lie: onBlocks((stream, { id, blocks }) => {
      for (const block of blocks) stream.send(request({ type: 'refused', id, reason: 'not-found', block }))
    })
  },
  {
    name: 'says that the file has another size',
    state: /^banned: wrong-size$/,
    lie: on('get-have', (stream, { id }) =>
      stream.send(request({ type: 'have', id, first: 0, bits: Uint8Array.from([7]), total: 5 * MIB }))
    )
  },
  {
    name: 'says less than all of what it has',
    state: /^banned: wrong-length$/,
    lie: on('get-have', (stream, { id }, { bytes }) =>
      stream.send(request({ type: 'have', id, first: 0, bits: new Uint8Array(), total: bytes.length }))
    )
  },
  {
    name: 'sends a node that is not in the manifest',
    state: /^banned: bad-node$/,
    lie: on('get-manifest', (stream, { id }, { manifest }) => {
      const node = Uint8Array.from(manifest.innerNodes[0]!)
      node[node.length - 1]! ^= 1
      stream.send(request({ type: 'node', id, length: node.length }))
      stream.send(node)
    })
  },
  {
    name: 'sends the same node again and again',
    state: /^banned: (bad-node|unexpected)$/,
    lie: on('get-manifest', (stream, { id }, { manifest }) => {
      const node = manifest.innerNodes[0]!
      for (let i = 0; i < 100; i++) {
        stream.send(request({ type: 'node', id, length: node.length }))
        stream.send(node)
      }
    })
  },
  {
    name: 'promises a node of 4 GiB',
    state: /^banned: malformed$/,
    strikes: 1,
    lie: on('get-manifest', (stream, { id }) => stream.send(wire({ node: { id, length: 2 ** 32 - 1 } })))
  },
  {
    name: 'ends its manifest before it has begun',
    state: /^banned: short-manifest$/,
    lie: on('get-manifest', (stream, { id }) => stream.send(request({ type: 'end', id })))
  }
]

/** Names that a hostile provider gives to its file, and nothing may become of them but a plain file. */
const BAD_NAMES = [
  'CON.txt',
  'nul',
  'COM1.tar.gz',
  '..\\..\\etc\\x',
  'C:\\Windows\\x.dll',
  'a\u0007b\u001b[31m.txt',
  'invoice\u202Efdp.exe',
  'line\nbreak\r\n.txt',
  'ends with dots...',
  '   ',
  '~',
  '-rf',
  `${'x'.repeat(251)}.txt`
]

describe('a node that fetches files from hostile servers', () => {
  let siege: Siege
  before(async () => {
    siege = await Siege.start()
  })
  after(async () => await siege[Symbol.asyncDispose]())
  afterEach(async () => await siege.lift())

  /** A hostile host that offers `offer`, and does as `lie` says. */
  async function server(offer: Offer, lie: Lie = () => false): Promise<HostileHost> {
    const host = await siege.attacker()
    await host.serve(FILE, async stream => {
      for (let frame = await stream.frame(); frame !== undefined; frame = await stream.frame()) {
        const message = decodeFileMessage(frame)
        if (!(await lie(message, stream, offer))) answerHonestly(message, stream, offer)
      }
      await stream.close()
    })
    return host
  }

  const linkTo = (root: string, host: HostileHost, name = 'loot.bin'): string =>
    `p2p:${root}?name=${encodeURIComponent(name)}&p=${host.address}`

  for (const [i, { name, state, strikes = 0, lie }] of BAD_SERVERS.entries()) {
    it(`drops a source that ${name}`, async () => {
      const offer = offered(3 * MIB - 5, 100 + i)
      const host = await server(offer, lie)
      const { root } = offer.manifest
      const target = linkTo(root, host)
      const download = async () => (await siege.node.downloads()).find(({ cid }) => cid === root)
      await siege.counted('links', { 'strike-malformed': strikes }, async () => {
        const enough = new AbortController()
        const got = assert.rejects(siege.node.get({ target, timeoutMs: HOUR_MS }, { signal: enough.signal }))
        await eventually(
          async () => {
            const sources = (await download())?.sources ?? []
            assert.match(sources.find(({ peerId }) => peerId === host.peerId)?.state ?? '', state)
          },
          { within: 10_000, what: `${state}` }
        )
        enough.abort()
        await got
        // Who asks again without patience ends it.
        await assert.rejects(siege.node.get({ target, timeoutMs: 1 }), (error: NodeError) =>
          ['bad-content', 'no-source'].includes(error.fault.code)
        )
      })
      assert.equal((await download())?.state, 'failed')
      assert.ok(!(await files(siege)).includes('loot.bin'))
    })
  }

  it('takes the file from the honest one when a liar offers it, too', async () => {
    const offer = offered(5 * MIB, 7)
    const path = join(siege.honest.folder, 'wanted.bin')
    await writeFile(path, offer.bytes)
    await siege.honest.share(path)
    const { root } = offer.manifest
    const host = await server(offer, BAD_SERVERS[0]!.lie)
    await eventually(async () => (await siege.node.status()).catalogue.entries === 3, { within: 10_000 })
    const got = await siege.node.get({ target: linkTo(root, host, 'wanted.bin') })
    assert.ok((await readFile(got.path)).equals(offer.bytes))
    await siege.honest.unshare(path)
  })

  it('gives up at the first node of a file that no disk holds', async () => {
    const { root, nodes } = endless()
    let sent = 0
    const host = await server(
      offered(1, 1),
      on('get-manifest', async (stream, { id }) => {
        for (const node of nodes()) {
          if (stream.stream.writeStatus !== 'writable') return
          sent++
          stream.send(request({ type: 'node', id, length: node.length }))
          if (!stream.send(node)) await sleep(5)
        }
      })
    )
    const got = siege.node.get({ target: linkTo(root, host), timeoutMs: 2_000 })
    await assert.rejects(got, (error: NodeError) => error.fault.code === 'disk')
    assert.ok(sent < 1_000, `${sent} nodes`)
  })

  it('asks somebody else when a source says nothing', async () => {
    const offer = offered(2 * MIB, 8)
    const silent = await server(offer, message => message.type === 'get-blocks')
    const helpful = await server(offer)
    const target = `${linkTo(offer.manifest.root, silent)}&p=${helpful.address}`
    const { path } = await siege.node.get({ target, output: join(siege.node.folder, 'at last') })
    assert.ok((await readFile(path)).equals(offer.bytes))
  })

  for (const name of BAD_NAMES) {
    it(`puts a file called ${printable(name)} into the folder for downloads, under a safe name`, async () => {
      const offer = offered(100, name.length + name.charCodeAt(0))
      const host = await server(offer)
      const provider = await HostileProvider.on(host)
      const entry = rawEntry(`loot/${name}`, {
        cid: Uint8Array.from(cidToBytes(offer.manifest.root)),
        size: 5
      })
      const { envelope } = await provider.state([pageOf([entry])])
      await provider.push([envelope])
      await eventually(async () => (await siege.node.search({ text: 'loot', limit: 1 })).hits.length === 1, {
        within: 5_000
      })
      const { path } = await siege.node.get({ target: '1' })
      assert.equal(dirname(path), join(siege.node.folder, 'downloads'))
      assert.ok((await readdir(dirname(path))).includes(basename(path)))
      assert.ok((await readFile(path)).equals(offer.bytes))
      assert.doesNotMatch(basename(path), /[\p{Cc}<>:"/\\|?*\u202e]|^(con|nul|com1)(\.|$)|[ .]$|^ /iu)
      await provider.withdraw()
    })
  }

  it('puts the file of a link into the folder for downloads, whatever the link says', async () => {
    const offer = offered(100, 9)
    const host = await server(offer)
    const { path } = await siege.node.get({ target: linkTo(offer.manifest.root, host, '../../etc/passwd') })
    assert.equal(dirname(path), join(siege.node.folder, 'downloads'))
    assert.doesNotMatch(basename(path), /[/\\]/)
  })
})

type RequestOf<Type> = Extract<FileMessage, { type: Type }>

/** Lies about one kind of request, and answers the others as it should. */
function on<Type extends FileMessage['type']>(
  type: Type,
  lie: (stream: RawStream, message: RequestOf<Type>, offer: Offer) => unknown
): Lie {
  return async (message, stream, offer) => {
    if (message.type !== type) return false
    await lie(stream, message as RequestOf<Type>, offer)
    return true
  }
}

function onBlocks(lie: (stream: RawStream, message: RequestOf<'get-blocks'>, offer: Offer) => unknown): Lie {
  return on('get-blocks', lie)
}

/** A file of noise that nobody else has. */
function offered(size: number, seed: number): Offer {
  const bytes = garbage(size, seed)
  const digests: Uint8Array[] = []
  for (let at = 0; at === 0 || at < size; at += MIB) digests.push(sha256(bytes.subarray(at, at + MIB)))
  return { bytes, manifest: buildManifest(digests, size) }
}

/** A file of 16 TiB, all of whose blocks are the same: 870 MB of nodes that cost their sender nothing. */
function endless(): { root: string; nodes: () => Iterable<Uint8Array> } {
  const nodeOf = (links: number, link: NodeLink): Uint8Array =>
    encodeInnerNode(Array.from({ length: links }, () => link))
  const above = (node: Uint8Array, { size, dagSize }: NodeLink, links: number): NodeLink => ({
    codec: 'dag-pb',
    digest: sha256(node),
    size: size * links,
    dagSize: dagSize * links + node.length
  })
  const leaf: NodeLink = { codec: 'raw', digest: sha256(new Uint8Array(MIB)), size: MIB, dagSize: MIB }
  const lowest = nodeOf(1_024, leaf)
  const toLowest = above(lowest, leaf, 1_024)
  const middle = nodeOf(1_024, toLowest)
  const top = nodeOf(16, above(middle, toLowest, 1_024))
  return {
    root: cidText('dag-pb', sha256(top)),
    *nodes() {
      yield top
      for (let i = 0; i < 16; i++) yield middle
      for (let i = 0; i < 16 * 1_024; i++) yield lowest
    }
  }
}

/** Length of a block of a file of 3 MiB - 5 bytes. */
function lengthOf(block: number): number {
  return block === 2 ? MIB - 5 : MIB
}

function answerHonestly(message: FileMessage, stream: RawStream, { bytes, manifest }: Offer): void {
  const { id } = message
  if (message.type === 'get-manifest') {
    for (const node of manifest.innerNodes) {
      stream.send(request({ type: 'node', id, length: node.length }))
      stream.send(node)
    }
    stream.send(request({ type: 'end', id }))
  } else if (message.type === 'get-have') {
    const bits = new Uint8Array(Math.ceil(manifest.blocks / 8)).fill(0xff)
    stream.send(request({ type: 'have', id, first: 0, bits, total: bytes.length }))
  } else if (message.type === 'get-blocks') {
    for (const block of message.blocks) {
      const part = bytes.subarray(block * MIB, (block + 1) * MIB)
      stream.send(request({ type: 'block', id, block, length: part.length }))
      stream.send(part)
    }
  }
}

/** Names of all files that the node has written where a user would look. */
async function files(siege: Siege): Promise<string[]> {
  return await readdir(join(siege.node.folder, 'downloads')).catch(() => [])
}

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes in buffers that somebody still holds. */
function heldMiB(): number {
  collectGarbage()
  return process.memoryUsage().arrayBuffers / MIB
}

/** The next answer of a server, with the bytes behind it read. */
async function answer(stream: RawStream): Promise<FileAnswer> {
  const frame = await stream.frame()
  assert.ok(frame !== undefined, 'the stream has ended')
  const message = decodeFileMessage(frame) as FileAnswer
  if (message.type === 'block' || message.type === 'node') await stream.bytes(message.length)
  return message
}

/** A name as it may stand in a report. */
function printable(name: string): string {
  const escaped = name.replace(/[^ -~]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return escaped.length > 40 ? `${escaped.slice(0, 40)}…` : `"${escaped}"`
}
