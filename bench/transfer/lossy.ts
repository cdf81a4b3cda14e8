/**
 * One file over a line of 40 ms round trip that loses 1 % of the packets each way, between two network namespaces.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { Lan, type LanHost, whyNoNamespaces } from '../../src/testnet/namespaces.ts'
import { noiseFile } from './noise.ts'
import type { Place } from './peers.ts'
import type { Scenario } from './scenario.ts'
import { compare } from './single.ts'

const ONE_WAY_MS = 20
const LOSS = 0.01
const [SEED_ADDRESS, GETTER_ADDRESS] = ['10.78.0.1', '10.78.0.2']

export const lossy: Scenario = async ({ folder, sizeMiB = 256, runs, window, only = ['ours', 'bare'] }) => {
  const whyNot = (await whyNoNamespaces()) ?? (await whyNoTun())
  if (whyNot !== undefined) {
    console.log(`skipped: ${whyNot}`)
    return
  }
  const file = await noiseFile(join(folder, 'source'), sizeMiB)
  await using lan = await Lan.create({ hosts: 2 })
  const [seed, getter] = lan.hosts as [LanHost, LanHost]
  await using _line = await lossyLine(seed, getter)
  const place = ({ namespace }: LanHost, address: string): Place => ({
    address,
    prefix: ['ip', 'netns', 'exec', namespace]
  })
  const pair = { seed: place(seed, SEED_ADDRESS), getter: place(getter, GETTER_ADDRESS) }
  await compare(pair, file, { runs, window, folder, ways: only as never })
}

async function whyNoTun(): Promise<string | undefined> {
  const device = '/dev/net/tun'
  if (
    await access(device).then(
      () => false,
      () => true
    )
  )
    return `there is no ${device}`
  const [code] = await once(
    spawn('python3', ['-V'], { stdio: 'ignore' }).on('error', () => undefined),
    'close'
  )
  return code === 0 ? undefined : 'a lossy line needs python3'
}

async function lossyLine(a: LanHost, b: LanHost): Promise<AsyncDisposable> {
  const script = join(import.meta.dirname, 'lossy-line.py')
  const args = [a.namespace, `${SEED_ADDRESS}/30`, b.namespace, `${GETTER_ADDRESS}/30`]
  const line = spawn('python3', [script, `${ONE_WAY_MS}`, `${LOSS}`, ...args], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const ended = once(line, 'close')
  const isReady = await Promise.race([once(line.stdout, 'data').then(() => true), ended.then(() => false)])
  if (!isReady) throw new Error('the lossy line did not come up')
  return {
    [Symbol.asyncDispose]: async () => {
      line.stdin.end()
      await ended
    }
  }
}
