import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const MOCHA = 'node_modules/mocha/bin/mocha.js'
const RUNS = 10

describe('the property tests', () => {
  it('hold for values that were never drawn before', async () => {
    const specs: string[] = []
    for await (const path of glob('test/{unit,contract}/**/*.spec.ts'))
      if ((await readFile(path, 'utf8')).includes('fc.assert')) specs.push(path)
    assert.ok(specs.length > 10)
    for (let i = 0; i < RUNS; i++) {
      const seed = String(randomInt(2 ** 31))
      const env = { ...process.env, P2PNODE_FUZZ_SEED: seed }
      await run(process.execPath, [MOCHA, ...specs], { env, maxBuffer: 2 ** 26 }).catch(error =>
        assert.fail(`P2PNODE_FUZZ_SEED=${seed}: ${error.stdout.slice(-4_000)}`)
      )
    }
  })
})
