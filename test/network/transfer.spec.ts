import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { FILE_PROTOCOL } from '../../src/adapters/libp2p/file-server.ts'
import { FrameStream } from '../../src/adapters/libp2p/streams.ts'
import type { Download, GetEvent, GetRequest, OnExists } from '../../src/node/api.ts'
import { NodeError } from '../../src/node/errors.ts'
import { decodeFileMessage, encodeFileMessage, type FileMessage } from '../../src/wire/file-message.ts'
import { BLOCK_BYTES, MAX_CONTROL_FRAME_BYTES } from '../../src/wire/limits.ts'
import {
  content,
  type Getter,
  served,
  startGetter,
  startHost,
  startHostile,
  startSeed
} from './transfer-hosts.ts'

const MIB = 1024 * 1024

/** Runs a `get` to its end and returns the last event. */
async function get(
  { downloads }: Getter,
  request: GetRequest,
  onEvent?: (event: GetEvent) => void | Promise<void>
): Promise<Download> {
  let last: GetEvent | undefined
  for await (const event of downloads.get(request, { signal: AbortSignal.timeout(15_000) })) {
    last = event
    await onEvent?.(event)
  }
  assert.equal(last?.type, 'done')
  return last
}

async function fault(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof NodeError, String(error))
    return error.fault.code
  }
  return undefined
}

async function eventually(holds: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await holds())) {
    assert.ok(performance.now() < end, `not within ${withinMs} ms: ${holds}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

describe('transfer', () => {
  for (const size of [0, 1, 4_096, MIB - 1, MIB, MIB + 1, 5 * MIB + 5]) {
    it(`fetches a file of ${size} bytes from one source`, async () => {
      const file = content(size)
      await using seed = await startSeed([served(file)])
      await using getter = await startGetter([seed])
      const { path, size: told, bytesDone } = await get(getter, { target: file.manifest.root })
      assert.ok((await readFile(path)).equals(file.bytes))
      assert.deepEqual([told, bytesDone], [size, size])
      assert.equal(getter.finished[0]?.manifest.size, size)
      assert.equal(
        seed.uploads.list().reduce((sum, upload) => sum + upload.bytes, 0),
        size
      )
    })
  }

  it('takes blocks from two sources, and goes on when one stops midway', async () => {
    const file = content(40 * MIB)
    const first = await startSeed([served(file)], { bytesPerSecond: 8 * MIB })
    await using second = await startSeed([served(file)], { bytesPerSecond: 16 * MIB })
    await using getter = await startGetter([first, second])
    let stopped = false
    const done = await get(getter, { target: file.manifest.root }, async ({ sources }) => {
      if (stopped || !sources.every(({ bytes }) => bytes > 0) || sources.length < 2) return
      stopped = true
      await first.host.stop()
    })
    assert.ok(stopped)
    assert.ok((await readFile(done.path)).equals(file.bytes))
  })

  it('names and bans a source that sends wrong bytes', async () => {
    const file = content(12 * MIB)
    const wrong = served(file, { read: async () => new Uint8Array(BLOCK_BYTES) })
    await using liar = await startSeed([wrong])
    await using honest = await startSeed([served(file)], { bytesPerSecond: 8 * MIB })
    await using getter = await startGetter([liar, honest])
    let state: string | undefined
    const { path } = await get(getter, { target: file.manifest.root }, ({ sources }) => {
      state = sources.find(({ peerId }) => peerId === liar.peer)?.state ?? state
    })
    assert.ok((await readFile(path)).equals(file.bytes))
    assert.equal(state, 'banned: bad-block')
  })

  it('fails with bad-content when there are only liars, and with no-source when there is nobody', async () => {
    const file = content(3 * MIB)
    await using liar = await startSeed([served(file, { read: async () => new Uint8Array(BLOCK_BYTES) })])
    await using lied = await startGetter([liar])
    const request = { target: file.manifest.root, timeoutMs: 500 }
    assert.equal(await fault(get(lied, request)), 'bad-content')
    await using alone = await startGetter([])
    assert.equal(await fault(get(alone, request)), 'no-source')
    assert.equal(alone.downloads.list()[0]?.state, 'failed')
  })

  it('puts a file together from partial sources', async () => {
    const file = content(9 * MIB)
    await using even = await startSeed([served(file, { has: block => block % 2 === 0 })])
    await using odd = await startSeed([served(file, { has: block => block % 2 === 1 })])
    await using getter = await startGetter([even, odd])
    const { path } = await get(getter, { target: file.manifest.root })
    assert.ok((await readFile(path)).equals(file.bytes))
  })

  it('serves what it has while it downloads', async () => {
    const file = content(16 * MIB)
    await using seed = await startSeed([served(file)], { bytesPerSecond: 4 * MIB })
    await using getter = await startGetter([seed])
    let had = 0
    await get(getter, { target: file.manifest.root }, async ({ bytesDone, state }) => {
      if (state !== 'downloading' || bytesDone === 0) return
      const mine = await getter.downloads.find(file.manifest.root, 'anybody')
      const block = Array.from({ length: 16 }, (_, i) => i).find(i => mine?.has(i))
      if (mine === undefined || block === undefined) return
      had++
      const expected = file.bytes.subarray(block * MIB, (block + 1) * MIB)
      assert.ok(Buffer.from(await mine.read(block)).equals(expected))
    })
    assert.ok(had > 0)
  })

  it('resumes after a stop with what is on disk, and trusts none of it unverified', async () => {
    const file = content(24 * MIB)
    const data = await mkdtemp(join(tmpdir(), 'p2pnode-resume-'))
    const target = file.manifest.root
    try {
      await using slow = await startSeed([served(file)], { bytesPerSecond: 8 * MIB })
      const first = await startGetter([slow], { data })
      for await (const { bytesDone } of first.downloads.get(
        { target },
        { signal: AbortSignal.timeout(10_000) }
      )) {
        if (bytesDone >= 6 * MIB) break
      }
      await first[Symbol.asyncDispose]()
      const [part] = (await readdir(join(data, 'files'))).filter(name => name.endsWith('.part'))
      const [have] = (await readdir(join(data, 'downloads'))).filter(name => name.endsWith('.have'))
      const flags = await readFile(join(data, 'downloads', have as string))
      const verified = Array.from({ length: 24 }, (_, i) => i).filter(i => (flags[i >> 3]! >> (i & 7)) & 1)
      assert.ok(verified.length >= 6)
      const bytes = await readFile(join(data, 'files', part as string))
      bytes[verified[0]! * MIB] = bytes[verified[0]! * MIB]! ^ 1
      await writeFile(join(data, 'files', part as string), bytes)

      await using seed = await startSeed([served(file)])
      await using second = await startGetter([seed], { data })
      const { path, id } = await get(second, { target })
      assert.ok((await readFile(path)).equals(file.bytes))
      assert.equal(second.downloads.list().length, 1)
      assert.equal(second.downloads.list()[0]?.id, id)
      const sent = seed.uploads.list()[0]?.bytes
      assert.equal(sent, (24 - verified.length + 1) * MIB)
    } finally {
      await rm(data, { recursive: true })
    }
  })

  it('answers at once for a finished file that is unchanged, and fetches it anew when it was changed', async () => {
    const file = content(2 * MIB)
    await using seed = await startSeed([served(file)])
    await using getter = await startGetter([seed])
    const { path } = await get(getter, { target: file.manifest.root })
    assert.equal((await get(getter, { target: file.manifest.root })).path, path)
    assert.equal(seed.uploads.list()[0]?.bytes, 2 * MIB)
    await writeFile(path, 'mine')
    const again = await get(getter, { target: file.manifest.root })
    assert.notEqual(again.path, path)
    assert.equal(await readFile(path, 'utf8'), 'mine')
    assert.ok((await readFile(again.path)).equals(file.bytes))
  })

  it('pauses, resumes and cancels', async () => {
    const file = content(16 * MIB)
    await using seed = await startSeed([served(file)], { bytesPerSecond: 4 * MIB })
    await using getter = await startGetter([seed])
    const done = get(getter, { target: file.manifest.root })
    const code = fault(done)
    await eventually(() => (getter.downloads.list()[0]?.bytesDone ?? 0) > 0)
    const { id, state } = await getter.downloads.pause(getter.downloads.list()[0]!.id)
    assert.equal(state, 'paused')
    assert.notEqual((await getter.downloads.resume(id)).state, 'paused')
    await getter.downloads.cancel(id)
    assert.equal(await code, 'conflict')
    assert.deepEqual(await readdir(join(getter.folder, 'files')), [])
  })

  const taken: Array<{ onExists: OnExists; names: string[]; isMine: boolean; told: string | undefined }> = [
    { onExists: 'rename', names: ['a (2).bin', 'a.bin'], isMine: true, told: 'a (2).bin' },
    { onExists: 'skip', names: ['a.bin'], isMine: true, told: 'a.bin' },
    { onExists: 'overwrite', names: ['a.bin'], isMine: false, told: 'a.bin' },
    { onExists: 'fail', names: ['a.bin'], isMine: true, told: undefined }
  ]
  for (const { onExists, names, isMine, told } of taken) {
    it(`does what ${onExists} says when its name is taken while it runs`, async () => {
      const file = content(4 * MIB)
      await using seed = await startSeed([served(file)], { bytesPerSecond: 4 * MIB })
      await using getter = await startGetter([seed])
      const output = join(getter.folder, 'a.bin')
      const request: GetRequest = { target: file.manifest.root, output, onExists }
      let isTaken = false
      const done = get(getter, request, async ({ bytesDone, type }) => {
        if (isTaken || bytesDone === 0 || type === 'done') return
        isTaken = true
        await writeFile(output, 'mine')
      })
      if (told === undefined) assert.equal(await fault(done), 'conflict')
      else assert.equal((await done).path, join(getter.folder, told))
      assert.ok(isTaken)
      const there = (await readdir(getter.folder)).filter(name => name.includes('.bin')).sort()
      // Of what failed the bytes stay, to be given another name.
      assert.deepEqual(
        there.filter(name => !name.endsWith('.part')),
        names
      )
      assert.equal(there.length - names.length, told === undefined ? 1 : 0)
      assert.equal((await readFile(output, 'utf8')) === 'mine', isMine)
      if (told !== undefined && onExists !== 'skip')
        assert.ok((await readFile(join(getter.folder, told))).equals(file.bytes))
    })
  }

  it('copies from a share of its own without asking anybody', async () => {
    const file = content(3 * MIB + 3)
    await using getter = await startGetter([], { own: { find: async () => served(file) } })
    const { path } = await get(getter, { target: file.manifest.root })
    assert.ok((await readFile(path)).equals(file.bytes))
  })

  it('tells waiting peers that it is busy and serves them when a slot is free', async () => {
    const file = content(24 * MIB)
    await using seed = await startSeed([served(file)], { slots: 1, bytesPerSecond: 8 * MIB })
    await using one = await startGetter([seed])
    await using two = await startGetter([seed])
    // A slot at rest goes to whoever waits, so either of the two may be the one that is told to wait.
    const states = new Set<string>()
    const note = ({ sources }: Download): void => {
      for (const { state } of sources) states.add(state)
    }
    const first = get(one, { target: file.manifest.root }, note)
    await eventually(() => (one.downloads.list()[0]?.bytesDone ?? 0) > 0)
    const second = get(two, { target: file.manifest.root }, note)
    await Promise.all([first, second])
    assert.ok(states.has('busy'), [...states].join())
  })
})

/** Answers of a server that does as it likes with the blocks of an honest manifest. */
const HOSTILE_SERVERS: Array<{
  name: string
  state: RegExp
  answer: (message: FileMessage, frames: FrameStream, file: ReturnType<typeof content>) => Promise<boolean>
}> = [
  {
    name: 'lies about the length of a block',
    state: /^banned: wrong-length$/,
    async answer(message, frames) {
      if (message.type !== 'get-blocks') return false
      const { id, blocks } = message
      await frames.write(encodeFileMessage({ type: 'block', id, block: blocks[0]!, length: BLOCK_BYTES / 2 }))
      return true
    }
  },
  {
    name: 'sends a block that nobody asked for',
    state: /^banned: unasked-block$/,
    async answer(message, frames) {
      if (message.type !== 'get-blocks') return false
      const block = (message.blocks[0]! + 1) % 4
      await frames.write(encodeFileMessage({ type: 'block', id: message.id, block, length: BLOCK_BYTES }))
      return true
    }
  },
  {
    name: 'answers a request that was never made',
    state: /^banned: unasked$/,
    async answer({ type, id }, frames) {
      if (type !== 'get-blocks') return false
      await frames.write(encodeFileMessage({ type: 'end', id: id + 1_000 }))
      return true
    }
  },
  {
    name: 'sends garbage',
    state: /^banned: (malformed|frame-too-long)$/,
    async answer({ type }, frames) {
      if (type !== 'get-blocks') return false
      await frames.writeRaw([new Uint8Array(1_000).fill(0x77)])
      return true
    }
  },
  {
    name: 'lies in its manifest',
    state: /^banned: bad-node$/,
    async answer({ type, id }, frames) {
      if (type !== 'get-manifest') return false
      await frames.write(encodeFileMessage({ type: 'node', id, length: 10 }))
      await frames.writeRaw([new Uint8Array(10)])
      return true
    }
  },
  {
    name: 'closes in the middle of a block',
    state: /^left: closed$/,
    async answer(message, frames) {
      if (message.type !== 'get-blocks') return false
      const { id, blocks } = message
      await frames.write(encodeFileMessage({ type: 'block', id, block: blocks[0]!, length: BLOCK_BYTES }))
      await frames.writeRaw([new Uint8Array(1_000)])
      await frames.close()
      return true
    }
  },
  {
    name: 'says nothing',
    state: /^left: timeout$/,
    answer: async ({ type }) => type === 'get-blocks'
  }
]

describe('transfer from a hostile server', () => {
  for (const { name, state, answer } of HOSTILE_SERVERS) {
    it(`survives one that ${name}`, async () => {
      const file = content(4 * MIB)
      await using hostile = await startHostile(async frames => {
        for (let bytes = await frames.read(); bytes !== undefined; bytes = await frames.read()) {
          const message = decodeFileMessage(bytes)
          if (await answer(message, frames, file)) continue
          await answerHonestly(message, frames, file)
        }
      })
      const sources: Array<{ host: (typeof hostile)['host']; peer: string }> = [hostile]
      await using getter = await startGetter(sources, { answerTimeoutMs: 500 })
      const done = get(getter, { target: file.manifest.root })
      const shown = () =>
        getter.downloads.list()[0]?.sources.find(({ peerId }) => peerId === hostile.peer)?.state ?? ''
      await eventually(() => state.test(shown()), 8_000)
      await using honest = await startSeed([served(file)])
      sources.push(honest)
      assert.ok((await readFile((await done).path)).equals(file.bytes))
    })
  }
})

async function answerHonestly(
  message: FileMessage,
  frames: FrameStream,
  file: ReturnType<typeof content>
): Promise<void> {
  const { id } = message
  if (message.type === 'get-manifest') {
    for (const node of file.manifest.innerNodes) {
      await frames.write(encodeFileMessage({ type: 'node', id, length: node.length }))
      await frames.writeRaw([node])
    }
    await frames.write(encodeFileMessage({ type: 'end', id }))
  } else if (message.type === 'get-have') {
    const total = file.bytes.length
    await frames.write(encodeFileMessage({ type: 'have', id, first: 0, bits: new Uint8Array([0xf]), total }))
  }
}

describe('a hostile client', () => {
  const file = content(8 * MIB)
  const root = file.manifest.root

  async function attack(misbehave: (frames: FrameStream) => Promise<void>): Promise<Record<string, number>> {
    await using seed = await startSeed([served(file)])
    const host = await startHost()
    try {
      await host.dial(seed.host.getMultiaddrs().map(address => multiaddr(address.toString())))
      const stream = await host.dialProtocol(peerIdFromString(seed.peer), FILE_PROTOCOL)
      const frames = new FrameStream(stream, { maxFrameBytes: MAX_CONTROL_FRAME_BYTES })
      await misbehave(frames)
      await eventually(() => Object.keys(seed.server.drops.toJSON()).length > 0)
      await eventually(() => !frames.isOpen)
      return seed.server.drops.toJSON()
    } finally {
      await host.stop()
    }
  }

  it('is reset when it asks for more than 2 MiB at once', async () => {
    const drops = await attack(frames =>
      frames.write(encodeFileMessage({ type: 'get-blocks', id: 1, root, blocks: [0, 1, 2] }))
    )
    assert.deepEqual(drops, { 'too-much-asked': 1 })
  })

  it('is reset when it uses the id of an open request', async () => {
    const drops = await attack(async frames => {
      await frames.write(encodeFileMessage({ type: 'get-blocks', id: 1, root, blocks: [0, 1] }))
      await frames.write(encodeFileMessage({ type: 'get-blocks', id: 1, root, blocks: [2] }))
    })
    assert.deepEqual(drops, { 'id-in-use': 1 })
  })

  it('is reset when it sends garbage', async () => {
    const drops = await attack(frames => frames.writeRaw([new Uint8Array([3, 0xff, 0xff, 0xff])]))
    assert.deepEqual(drops, { malformed: 1 })
  })

  it('is reset when it sends a frame that is too long', async () => {
    const drops = await attack(frames => frames.writeRaw([new Uint8Array([0xff, 0xff, 0x7f])]))
    assert.deepEqual(drops, { 'frame-too-long': 1 })
  })

  it('is reset when it answers instead of asking', async () => {
    const drops = await attack(frames => frames.write(encodeFileMessage({ type: 'end', id: 1 })))
    assert.deepEqual(drops, { malformed: 1 })
  })

  it('loses its slot when it takes nothing of what it asked for', async () => {
    let now = Date.now()
    await using seed = await startSeed([served(file)], { slots: 1, clock: { now: () => now } })
    const host = await startHost()
    try {
      await host.dial(seed.host.getMultiaddrs())
      const stream = await host.dialProtocol(peerIdFromString(seed.peer), FILE_PROTOCOL)
      stream.pause()
      for (const id of [1, 2])
        stream.send(frameOf(encodeFileMessage({ type: 'get-blocks', id, root, blocks: [id] })))
      await eventually(() => stream.readBufferLength > 0)
      await using getter = await startGetter([seed])
      const done = get(getter, { target: root })
      const place = () => getter.downloads.list()[0]?.sources[0]?.position
      await eventually(() => place() === 1)
      const goOn = setInterval(() => (now += 1_000), 10)
      await done.finally(() => clearInterval(goOn))
      assert.equal(stream.status, 'open')
    } finally {
      await host.stop()
    }
  })

  it('cannot make the server queue more than it asked for by never reading', async () => {
    await using seed = await startSeed([served(file)])
    const host = await startHost()
    try {
      await host.dial(seed.host.getMultiaddrs())
      const stream = await host.dialProtocol(peerIdFromString(seed.peer), FILE_PROTOCOL)
      stream.pause()
      const send = (id: number) =>
        stream.send(frameOf(encodeFileMessage({ type: 'get-blocks', id, root, blocks: [id % 8] })))
      send(1)
      send(2)
      await eventually(() => stream.readBufferLength > 0)
      await using getter = await startGetter([seed])
      await get(getter, { target: root })
      const queued = seed.host
        .getConnections()
        .flatMap(connection => connection.streams)
        .reduce((sum, each) => sum + each.writeBufferLength, 0)
      assert.ok(queued <= BLOCK_BYTES, `${queued} bytes are queued`)
    } finally {
      await host.stop()
    }
  })
})

function frameOf(payload: Uint8Array): Uint8Array {
  return Uint8Array.from([payload.length, ...payload])
}
