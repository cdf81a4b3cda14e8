import assert from 'node:assert/strict'
import { appendFile, mkdir, rename, rm } from 'node:fs/promises'
import { Watcher } from '../../../src/adapters/files/index.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary.ts'

/** Paths told so far, and a wait for one that fits. */
class Told {
  readonly #paths: Array<string | undefined> = []
  #wake: (() => void) | undefined

  readonly listener = (inside: string[] | undefined): void => {
    this.#paths.push(...(inside ?? [undefined]))
    this.#wake?.()
  }

  async until(path: string | undefined): Promise<void> {
    while (!this.#paths.includes(path)) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
    }
    this.#paths.length = 0
  }
}

async function watched(
  folder: TemporaryFolder,
  run: (told: Told, watcher: Watcher) => Promise<void>
): Promise<void> {
  const told = new Told()
  const watcher = new Watcher()
  const watch = await watcher.watch(folder.path, told.listener)
  try {
    await run(told, watcher)
  } finally {
    await watch.close()
  }
  assert.equal(watcher.folders, 0)
}

describe('Watcher', () => {
  it('tells files that come, change and go', async () => {
    await using folder = await temporaryFolder()
    await folder.write('sub/old')
    await watched(folder, async told => {
      await folder.write('new')
      await told.until('new')
      await appendFile(folder.join('sub/old'), 'x')
      await told.until('sub/old')
      await rm(folder.join('sub/old'))
      await told.until('sub/old')
    })
  })

  it('goes on in folders that are new, renamed, or replaced', async () => {
    await using folder = await temporaryFolder()
    await folder.write('one/a')
    await watched(folder, async told => {
      await mkdir(folder.join('x/y'), { recursive: true })
      await told.until('x')
      await folder.write('x/y/deep')
      await told.until('x/y/deep')
      await rename(folder.join('one'), folder.join('two'))
      await told.until('two')
      await folder.write('two/b')
      await told.until('two/b')
      await rm(folder.join('two'), { recursive: true })
      await told.until('two')
      await folder.write('two/c')
      await told.until('two')
      await folder.write('two/d')
      await told.until('two/d')
    })
  })

  it('does not watch what is ignored, and says that anything may have changed when that changes', async () => {
    await using folder = await temporaryFolder()
    for (const path of ['.git/x', 'private/x', 'open/x']) await folder.write(path)
    await folder.write('.p2pignore', 'private')
    await watched(folder, async (told, watcher) => {
      if (process.platform === 'linux') assert.equal(watcher.folders, 2)
      await folder.write('.p2pignore', '')
      await told.until(undefined)
      await folder.write('private/y')
      await told.until('private/y')
    })
  })

  it('watches a single file, also when another takes its place', async () => {
    await using folder = await temporaryFolder()
    const file = await folder.write('a')
    const told = new Told()
    const watcher = new Watcher()
    const watches = [
      await watcher.watch(file, told.listener),
      await watcher.watch(await folder.write('b'), () => {})
    ]
    assert.equal(watcher.folders, 1)
    await rename(await folder.write('c'), file)
    await told.until('')
    await appendFile(file, 'x')
    await told.until('')
    for (const watch of watches) await watch.close()
    assert.equal(watcher.folders, 0)
  })
})
