import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const SCRIPT = fileURLToPath(new URL('few-watches.ts', import.meta.url))

describe('Shares where the system has too few watches', () => {
  it('say so, and watch the rest once there are more', async function () {
    this.timeout(30_000)
    try {
      await run('unshare', [
        '--user',
        '--map-root-user',
        'sh',
        '-c',
        'echo 9 > /proc/sys/user/max_inotify_watches'
      ])
    } catch (error) {
      ;(this.test as { title: string }).title +=
        ` [skipped: no user namespaces here: ${(error as Error).message.split('\n')[0]}]`
      this.skip()
    }
    const args = [
      '--user',
      '--map-root-user',
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      SCRIPT
    ]
    const { stdout } = await run('unshare', args, { timeout: 25_000 })
    const { before, after } = JSON.parse(stdout)
    assert.match(before[0], /the system watches no more folders/)
    assert.deepEqual(after, [])
  })
})
