import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { BIN, eventually, type ProcessNode, Testnet } from '../../src/testnet/index.ts'
import { writeNoise } from '../support/noise-file.ts'
import { perTest } from '../support/per-test.ts'

const MIB = 1024 * 1024
const SIZE = 5 * MIB + 7

/** Runs `p2pnode cat` with its output as bytes; `take` ends it after so many. */
async function cat(
  node: ProcessNode,
  args: readonly string[],
  take = Number.POSITIVE_INFINITY
): Promise<{ code: number | null; bytes: number; sha256: string; stderr: string }> {
  const child = spawn(process.execPath, [BIN, 'cat', ...args, '--data', join(node.folder, 'data')])
  const ended = once(child, 'close') as Promise<[number | null]>
  const hash = createHash('sha256')
  let bytes = 0
  let stderr = ''
  child.stderr.on('data', text => {
    stderr += text
  })
  for await (const chunk of child.stdout) {
    hash.update(chunk)
    bytes += chunk.length
    // Reading no more is what `head` does.
    if (bytes >= take) break
  }
  const [code] = await ended
  return { code, bytes, sha256: hash.digest('hex'), stderr }
}

describe('p2pnode cat', function () {
  this.timeout(60_000)
  const test = perTest()

  it('prints a file of another node, by cid, link or row, and says so when nobody has it', async () => {
    const net = test.use(await Testnet.start({ nodes: 2, isolation: 'process' }))
    const [sharer, reader] = net.nodes as [ProcessNode, ProcessNode]
    const path = join(sharer.folder, 'film.mp4')
    const sha256 = await writeNoise(path, SIZE)
    const { id } = await sharer.share(path)
    const hashed = async (): Promise<string | false> =>
      (await sharer.shares()).find(share => share.id === id)?.cid ?? false
    const cid = (await eventually(hashed, { within: 20_000 })) as string
    await net.caughtUp(1)

    const early = await cat(reader, [cid], MIB)
    assert.equal(early.code, 0, early.stderr)
    const whole = await cat(reader, [cid])
    assert.deepEqual([whole.code, whole.bytes, whole.sha256], [0, SIZE, sha256], whole.stderr)
    assert.equal((await cat(reader, [(await sharer.link(path)).link])).sha256, sha256)
    await reader.search('film')
    assert.equal((await cat(reader, ['1'])).sha256, sha256)
    assert.equal((await cat(sharer, [cid])).sha256, sha256)
    await eventually(async () => (await reader.downloads())[0]?.state === 'done', { within: 10_000 })

    const unknown = 'bafkreidgvpkjawlxz6sffxzwgooowe5yt7i6wsyg236mfoks77nywkptdq'
    assert.equal((await cat(reader, [unknown, '--timeout', '300ms'])).code, 4)
    assert.equal((await cat(reader, ['no-cid'])).code, 2)
  })
})
