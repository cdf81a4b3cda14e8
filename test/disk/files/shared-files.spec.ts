import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFile, rename, unlink, utimes, writeFile } from 'node:fs/promises'
import { SharedFiles } from '../../../src/adapters/files/index.ts'
import {
  buildManifest,
  ContentError,
  type Manifest,
  ManifestVerifier,
  sha256
} from '../../../src/content/index.ts'
import type { FileFacts } from '../../../src/node/share-ports.ts'
import { BLOCK_BYTES } from '../../../src/wire/limits.ts'
import { factsNow, temporaryFolder } from './temporary.ts'

const ALL = (): boolean => true

function manifestOf(bytes: Uint8Array): Manifest {
  const digests: Uint8Array[] = []
  for (let at = 0; at < Math.max(1, bytes.length); at += BLOCK_BYTES) {
    digests.push(sha256(bytes.subarray(at, at + BLOCK_BYTES)))
  }
  return buildManifest(digests, bytes.length)
}

/** Longer than what is read when it is looked for. */
const MEDIUM = Buffer.alloc(64 * 1024 + 1, 2)
const BIG = Buffer.concat([Buffer.alloc(2 * BLOCK_BYTES, 1), Buffer.from('tail')])

describe('SharedFiles', () => {
  it('serves the blocks and inner nodes of a file from its place', async () => {
    await using folder = await temporaryFolder()
    const manifest = manifestOf(BIG)
    const file = await factsNow(await folder.write('big.bin', BIG))
    const files = new SharedFiles({ digests: () => manifest.digests })
    files.add(manifest.root, file, ALL)
    const served = await files.find(manifest.root, 'ann')
    assert.ok(served != null)
    assert.deepEqual([served.name, served.size, served.blocks], ['big.bin', BIG.length, 3])
    assert.deepEqual([served.has(0), served.has(2), served.has(3)], [true, true, false])
    const verifier = new ManifestVerifier(manifest.root)
    for (const node of await served.innerNodes()) verifier.add(node)
    assert.equal(verifier.done, true)
    assert.equal(Buffer.from(await served.read(2)).toString(), 'tail')
    const into = new Uint8Array(BLOCK_BYTES)
    assert.equal((await served.read(1, into)).buffer, into.buffer)
    assert.ok(BIG.subarray(BLOCK_BYTES, 2 * BLOCK_BYTES).equals(into))
    await assert.rejects(served.read(3), RangeError)
    await files.stop()
  })

  it('serves an empty file', async () => {
    await using folder = await temporaryFolder()
    const { root } = manifestOf(new Uint8Array(0))
    const files = new SharedFiles({ digests: () => undefined })
    files.add(root, await factsNow(await folder.write('empty', '')), ALL)
    const served = await files.find(root, 'ann')
    assert.equal((await served!.read(0)).length, 0)
    assert.deepEqual(await served!.innerNodes(), [])
    await files.stop()
  })

  it('shows a file to its audience only, and looks for a copy that everyone may see', async () => {
    await using folder = await temporaryFolder()
    const { root } = manifestOf(Buffer.from('x'))
    const files = new SharedFiles({ digests: () => undefined })
    files.add(root, await factsNow(await folder.write('private', 'x')), asker => asker === 'ann')
    assert.equal((await files.find(root, 'ann'))?.name, 'private')
    assert.equal(await files.find(root, 'bob'), undefined)
    const open = await factsNow(await folder.write('public', 'x'))
    files.add(root, open, ALL)
    assert.equal((await files.find(root, 'bob'))?.name, 'public')
    files.remove(root, open.absolute)
    assert.equal(await files.find(root, 'bob'), undefined)
  })

  const changes: Array<{ name: string; change: (file: FileFacts) => Promise<void> }> = [
    { name: 'longer', change: file => appendFile(file.absolute, 'x') },
    {
      name: 'written again with the same length',
      change: file =>
        writeFile(
          file.absolute,
          MEDIUM.map(byte => byte + 1)
        )
    },
    { name: 'touched', change: file => utimes(file.absolute, 1, 1) }
  ]
  for (const { name, change } of changes) {
    it(`refuses a file that is ${name}, before and while it is served`, async () => {
      await using folder = await temporaryFolder()
      const { root } = manifestOf(MEDIUM)
      const file = await factsNow(await folder.write('a', MEDIUM))
      await utimes(file.absolute, 1_000, 1_000)
      const files = new SharedFiles({ digests: () => undefined })
      files.add(root, await factsNow(file.absolute), ALL)
      const served = await files.find(root, 'ann')
      await served!.read(0)
      await change(file)
      await assert.rejects(served!.read(0), isFault('changed'))
      assert.equal(await files.find(root, 'ann'), undefined)
      await files.stop()
    })
  }

  it('finds a small file as it is or not at all, and many at once', async () => {
    await using folder = await temporaryFolder()
    const names = Array.from({ length: 200 }, (_, i) => `file ${i}`)
    const files = new SharedFiles({ digests: () => undefined })
    const roots = names.map(each => manifestOf(Buffer.from(each)).root)
    for (const [i, each] of names.entries())
      files.add(roots[i] as string, await factsNow(await folder.write(each)), ALL)
    await appendFile(folder.join('file 7'), 'x')
    await unlink(folder.join('file 8'))
    const found = await Promise.all(roots.map(root => files.find(root, 'ann')))
    const read = await Promise.all(
      found.map(async file => file && Buffer.from(await file.read(0)).toString())
    )
    assert.deepEqual(
      read,
      names.map((each, i) => (i === 7 || i === 8 ? undefined : each))
    )
    await files.stop()
  })

  it('does not wait for a pipe that stands in the place of a file', async () => {
    await using folder = await temporaryFolder()
    const [small, large] = [await folder.write('small'), await folder.write('large', MEDIUM)]
    const files = new SharedFiles({ digests: () => undefined })
    const roots = [manifestOf(Buffer.from('small')).root, manifestOf(MEDIUM).root] as const
    files.add(roots[0], await factsNow(small), ALL)
    files.add(roots[1], await factsNow(large), ALL)
    for (const path of [small, large]) {
      await unlink(path)
      execFileSync('mkfifo', [path])
    }
    for (const root of roots) assert.equal(await files.find(root, 'ann'), undefined)
    await files.stop()
  })

  it('does not wait for a pipe that took the place of a file between two blocks', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('large', MEDIUM)
    const files = new SharedFiles({ digests: () => undefined })
    const { root } = manifestOf(MEDIUM)
    files.add(root, await factsNow(path), ALL)
    const served = await files.find(root, 'ann')
    await unlink(path)
    execFileSync('mkfifo', [path])
    await assert.rejects(served!.read(0), /cannot read large/)
    await files.stop()
  })

  it('tells a vanished file by its name, not its path', async () => {
    await using folder = await temporaryFolder()
    const { root } = manifestOf(MEDIUM)
    const file = await factsNow(await folder.write('a', MEDIUM))
    const files = new SharedFiles({ digests: () => undefined })
    files.add(root, file, ALL)
    const served = await files.find(root, 'ann')
    await unlink(file.absolute)
    await assert.rejects(
      served!.read(0),
      error => isFault('vanished')(error) && !String(error).includes(folder.path)
    )
  })

  it('has no inner nodes from digests of something else', async () => {
    await using folder = await temporaryFolder()
    const manifest = manifestOf(BIG)
    const files = new SharedFiles({ digests: () => new Uint8Array(96) })
    files.add(manifest.root, await factsNow(await folder.write('a', BIG)), ALL)
    await assert.rejects((await files.find(manifest.root, 'ann'))!.innerNodes(), isFault('changed'))
  })

  it('reads on in a file that was moved within the second, and finds it no more', async () => {
    await using folder = await temporaryFolder()
    const { root } = manifestOf(MEDIUM)
    const file = await factsNow(await folder.write('a', MEDIUM))
    const files = new SharedFiles({ digests: () => undefined })
    files.add(root, file, ALL)
    const served = await files.find(root, 'ann')
    await served!.read(0)
    await rename(file.absolute, folder.join('b'))
    assert.equal((await served!.read(0)).length, MEDIUM.length)
    assert.equal(await files.find(root, 'ann'), undefined)
    assert.equal(await files.locate(root), undefined)
    await files.stop()
  })
})

function isFault(code: string): (error: unknown) => boolean {
  return error => error instanceof ContentError && error.fault.code === code
}
