/**
 * The getter of a tortured transfer: in this process, or as a process of its own that can be killed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { Download } from '../../src/node/api.ts'
import { NodeError } from '../../src/node/errors.ts'
import { type Getter, startGetter } from './transfer-hosts.ts'

export type Outcome = { type: 'done'; path: string } | { type: 'failed'; code: string } | { type: 'waiting' }

export interface TortureJob {
  data: string
  cid: string
  /** Multiaddrs with PeerId; more may be added while it runs. */
  addresses: string[]
  /** How long it looks for a source before it fails, ms. */
  patienceMs: number
  /** How long it may take in all, ms. */
  untilMs: number
}

/** Fetches until the file is there, it has failed, or the time is over. */
export async function fetchHere(
  job: TortureJob,
  onProgress: (download: Download) => void = () => undefined
): Promise<{ outcome: Outcome; getter: Getter }> {
  const getter = await getterOf(job)
  return { getter, outcome: await fetchOn(getter, job, onProgress) }
}

export async function fetchOn(
  { downloads }: Getter,
  { cid, patienceMs, untilMs }: TortureJob,
  onProgress: (download: Download) => void = () => undefined
): Promise<Outcome> {
  try {
    const request = { target: cid, timeoutMs: patienceMs }
    for await (const event of downloads.get(request, { signal: AbortSignal.timeout(untilMs) })) {
      onProgress(event)
      if (event.type === 'done') return { type: 'done', path: event.path }
    }
    return { type: 'waiting' }
  } catch (error) {
    if (error instanceof NodeError) return { type: 'failed', code: error.fault.code }
    if ((error as Error).name === 'TimeoutError') return { type: 'waiting' }
    throw error
  }
}

/** Fetches in a process that is killed when it has so much of the file, or ends by itself. */
export async function fetchAndKill(job: TortureJob, atBytes: number): Promise<void> {
  const script = fileURLToPath(import.meta.url)
  const child = spawn(process.execPath, [...process.execArgv, script, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const ended = once(child, 'close')
  const late = setTimeout(() => child.kill('SIGKILL'), job.untilMs + 10_000)
  for await (const line of child.stdout) {
    const told = Math.max(...String(line).trim().split('\n').map(Number))
    if (told >= atBytes) child.kill('SIGKILL')
  }
  await ended
  clearTimeout(late)
}

async function getterOf({ data, addresses }: TortureJob): Promise<Getter> {
  const own: { getter?: Getter } = {}
  const finder = {
    async *find() {
      for (const address of addresses) {
        const at = multiaddr(address)
        const peer = at.getComponents().find(({ name }) => name === 'p2p')?.value
        if (peer === undefined || own.getter === undefined) continue
        const { host } = own.getter
        await host.peerStore.merge(peerIdFromString(peer), { multiaddrs: [at] })
        yield peer
      }
    }
  }
  own.getter = await startGetter([], { data, finder, answerTimeoutMs: 2_000 })
  return own.getter
}

const [, script, json] = process.argv
if (script === fileURLToPath(import.meta.url) && json !== undefined) {
  const job = JSON.parse(json) as TortureJob
  const tell = ({ bytesDone }: Download): void => void process.stdout.write(`${bytesDone}\n`)
  const { getter } = await fetchHere(job, tell)
  await getter[Symbol.asyncDispose]()
}
