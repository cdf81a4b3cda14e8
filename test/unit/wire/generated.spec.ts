import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const root = path.join(import.meta.dirname, '..', '..', '..')
const committed = path.join(root, 'src', 'wire', 'generated')

describe('src/wire/generated', () => {
  let fresh: string
  before(async () => {
    fresh = await mkdtemp(path.join(tmpdir(), 'p2pnode-generated-'))
  })
  after(() => rm(fresh, { recursive: true, force: true }))

  it('is what the .proto files give @slow', async () => {
    await promisify(execFile)(process.execPath, [path.join(root, 'scripts', 'proto.mjs'), fresh])
    assert.deepEqual(await filesOf(committed), await filesOf(fresh), 'run `npm run proto`')
  })
})

async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort()
  const texts = await Promise.all(names.map(name => readFile(path.join(folder, name), 'utf8')))
  return Object.fromEntries(names.map((name, i) => [name, texts[i] as string]))
}
