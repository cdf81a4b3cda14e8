import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { Scanner } from '../../../src/adapters/files/index.ts'
import type { FoundError, FoundFile } from '../../../src/node/share-ports.ts'
import { temporaryFolder } from './temporary.ts'

const signal = new AbortController().signal

async function scan(root: string, inside?: string): Promise<{ files: string[]; errors: string[] }> {
  const files: string[] = []
  const errors: string[] = []
  for await (const found of new Scanner().scan(root, { signal, inside })) {
    if (found.kind === 'file') files.push(found.path)
    else errors.push(`${found.path}: ${found.message}`)
  }
  return { files: files.sort(), errors: errors.sort() }
}

describe('Scanner', () => {
  it('finds all files with their sizes, times and inodes', async () => {
    await using folder = await temporaryFolder()
    await folder.write('a.txt', 'four')
    await folder.write('sub/deeper/b.txt', '')
    const found: Array<FoundFile | FoundError> = []
    for await (const one of new Scanner().scan(folder.path, { signal })) found.push(one)
    assert.deepEqual(
      found.map(one => (one.kind === 'file' ? [one.path, one.file.size] : one)),
      [
        ['a.txt', 4],
        ['sub/deeper/b.txt', 0]
      ]
    )
    assert.deepEqual(found[0], {
      kind: 'file',
      path: 'a.txt',
      file: await new Scanner().facts(folder.join('a.txt'))
    })
  })

  it('passes over hidden, temporary and partial files', async () => {
    await using folder = await temporaryFolder()
    const names = [
      '.hidden',
      '.git/config',
      'a~',
      'b.TMP',
      'c.swp',
      'd.crdownload',
      'e.mp4.0a1b2c3d.part',
      'f.!ut'
    ]
    for (const name of [...names, 'Thumbs.db', '.DS_Store', '~$letter.doc', 'kept.tmp.txt'])
      await folder.write(name)
    assert.deepEqual(await scan(folder.path), { files: ['kept.tmp.txt'], errors: [] })
  })

  it('obeys .p2pignore as git obeys .gitignore', async () => {
    await using folder = await temporaryFolder()
    await folder.write('.p2pignore', '# no\n*.log\n!keep.log\nprivate/\n/top.txt\n')
    for (const name of [
      'a.log',
      'keep.log',
      'x/b.log',
      'private/c.txt',
      'x/private/d',
      'top.txt',
      'x/top.txt'
    ]) {
      await folder.write(name)
    }
    assert.deepEqual((await scan(folder.path)).files, ['keep.log', 'x/top.txt'])
    assert.deepEqual((await scan(folder.path, 'private')).files, [])
    assert.deepEqual((await scan(folder.path, 'private/c.txt')).files, [])
  })

  it('shares nothing while a pipe stands in the place of .p2pignore', async () => {
    await using folder = await temporaryFolder()
    await folder.write('a')
    execFileSync('mkfifo', [folder.join('.p2pignore')])
    const errors = ['.p2pignore: nothing is shared while it is not a file']
    assert.deepEqual(await scan(folder.path), { files: [], errors })
  })

  it('looks at one path inside when asked to, never outside', async () => {
    await using folder = await temporaryFolder()
    for (const name of ['share/a', 'share/sub/b', 'share/sub/c', 'outside']) await folder.write(name)
    const root = folder.join('share')
    assert.deepEqual((await scan(root, 'sub')).files, ['sub/b', 'sub/c'])
    assert.deepEqual((await scan(root, 'sub/c')).files, ['sub/c'])
    await symlink('..', folder.join('share/link'))
    for (const inside of ['nothing', 'link/outside', 'a/b', '../outside', '..', 'sub/../../outside']) {
      assert.deepEqual((await scan(root, inside)).files, [], inside)
    }
  })

  it('takes a share that is a file, whatever its name', async () => {
    await using folder = await temporaryFolder()
    assert.deepEqual((await scan(await folder.write('.secret.tmp'))).files, [''])
  })

  it('follows links inside the share only, not into what is ignored, and never for ever', async () => {
    await using folder = await temporaryFolder()
    await folder.write('outside/secret')
    await folder.write('share/real/file')
    await folder.write('share/.hidden/file')
    const links = [
      ['real/file', 'good'],
      ['real', 'again'],
      ['..', 'real/up'],
      ['.', 'self'],
      ['../outside', 'out'],
      ['../outside/secret', 'out-file'],
      ['.hidden/file', 'peek'],
      ['nowhere', 'broken']
    ] as const
    for (const [target, name] of links) await symlink(target, folder.join('share', name))
    const { files, errors } = await scan(folder.join('share'))
    assert.deepEqual(files, ['again/file', 'good', 'real/file'])
    const told = errors.map(error => error.split(':')[0])
    assert.deepEqual([...new Set(told)].sort(), ['again/up', 'out', 'out-file', 'real/up', 'self'])
  })

  it('tells what is neither a file nor a folder', async () => {
    await using folder = await temporaryFolder()
    execFileSync('mkfifo', [folder.join('pipe')])
    assert.deepEqual(await scan(folder.path), { files: [], errors: ['pipe: neither a file nor a folder'] })
    assert.equal(await new Scanner().inspect(folder.join('pipe')), 'special')
  })

  it('tells names that peers would not take', async () => {
    await using folder = await temporaryFolder()
    await writeFile(Buffer.concat([Buffer.from(`${folder.path}/bad`), Buffer.from([0xff])]), 'x')
    await mkdir(folder.join(...Array.from({ length: 31 }, () => 'd')), { recursive: true })
    await folder.write(`${'d/'.repeat(31)}deep`)
    await folder.write(`${'d/'.repeat(30)}fits`)
    const { files, errors } = await scan(folder.path)
    assert.deepEqual(files, [`${'d/'.repeat(30)}fits`])
    assert.equal(errors.length, 2)
    assert.match(errors[0]!, /bad.*not valid UTF-8/)
    assert.match(errors[1]!, /folders deep/)
  })

  it('gives paths in NFC, each once', async () => {
    await using folder = await temporaryFolder()
    await folder.write('cafe\u0301')
    await folder.write('caf\u00e9')
    const { files, errors } = await scan(folder.path)
    assert.deepEqual(files, ['caf\u00e9'])
    assert.equal(errors.length, 1)
  })

  it('tells a folder that it may not read', async function () {
    // Root may read everything, so there is nothing to see.
    if (process.getuid?.() === 0) this.skip()
    await using folder = await temporaryFolder()
    await folder.write('closed/a')
    await chmod(folder.join('closed'), 0)
    assert.deepEqual(await scan(folder.path), { files: [], errors: ['closed: permission denied'] })
    await chmod(folder.join('closed'), 0o700)
  })

  it('says what lies at a path', async () => {
    await using folder = await temporaryFolder()
    const scanner = new Scanner()
    await symlink(await folder.write('a'), folder.join('link'))
    const facts = await scanner.inspect(folder.join('link'))
    assert.ok(typeof facts === 'object')
    assert.deepEqual([facts.kind, facts.real], ['file', folder.join('a')])
    assert.equal(await scanner.inspect(folder.join('b')), 'missing')
    assert.equal(await scanner.facts(folder.path), undefined)
  })
})
