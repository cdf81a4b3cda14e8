/**
 * Whole nodes as processes, and what they take of processor and memory, as Linux counts it.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TransferRates } from '../../src/node/api.ts'
import { eventually, type ProcessNode, startProcessNode } from '../../src/testnet/index.ts'

const HASH_TIMEOUT_MS = 600_000
const SETTLE_MS = 60_000
/** Of the times in /proc/PID/stat: always so for programs. */
const TICKS_PER_S = 100

export interface QuietOptions {
  bootstrap?: string[]
  shares?: string[]
  rates?: Partial<TransferRates>
}

/** A node that dials nobody but `bootstrap` and shares nothing that it fetched. */
export async function quietNode(folder: string, name: string, options: QuietOptions): Promise<ProcessNode> {
  await mkdir(join(folder, name), { recursive: true })
  const quiet = { lan: false, dht: false, dial: false, reshare: false, name }
  return await startProcessNode({ index: 0, folder: join(folder, name), node: { ...options, ...quiet } })
}

/** The cid of what the node shares, as soon as it is hashed. */
export async function hashedCid(node: ProcessNode): Promise<string> {
  const hashed = async (): Promise<string | false> => {
    const [share] = await node.shares()
    return share?.state === 'ready' && share.cid !== null ? share.cid : false
  }
  return (await eventually(hashed, { within: HASH_TIMEOUT_MS, what: 'all is hashed' })) as string
}

export async function knows(node: ProcessNode, providers: number): Promise<void> {
  const isKnown = async (): Promise<boolean> => (await node.status()).catalogue.providers >= providers
  await eventually(isKnown, { within: SETTLE_MS, what: `${providers} providers known` })
}

/** What a process took between two points in time. */
export class Meter {
  readonly #pid: number
  readonly #cpuSeconds: number
  /** Resident at the start. */
  readonly idleMiB: number

  private constructor(pid: number, cpuSeconds: number, idleMiB: number) {
    this.#pid = pid
    this.#cpuSeconds = cpuSeconds
    this.idleMiB = idleMiB
  }

  static async start({ pid }: ProcessNode): Promise<Meter> {
    // From now on the peak is that of what follows.
    await writeFile(`/proc/${pid}/clear_refs`, '5')
    return new Meter(pid, await cpuSeconds(pid), await memoryMiB(pid, 'VmRSS'))
  }

  async read(): Promise<{ cpuSeconds: number; peakMiB: number }> {
    return {
      cpuSeconds: (await cpuSeconds(this.#pid)) - this.#cpuSeconds,
      peakMiB: await memoryMiB(this.#pid, 'VmHWM')
    }
  }
}

/** Why nothing can be measured, if so. */
export function whyNoMeter(): string | undefined {
  return process.platform === 'linux' ? undefined : 'memory is measured by /proc of Linux'
}

async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // Fields 14 and 15; the name before them may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
}

async function memoryMiB(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024
}
