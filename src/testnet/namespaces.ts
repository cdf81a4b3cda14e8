/**
 * LANs on one Linux machine: network namespaces joined by bridges, each with its own addresses and multicast.
 * Needs root and `ip` (Debian: iproute2).
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Why namespaces cannot be used here, or undefined when they can. */
export async function whyNoNamespaces(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces need Linux'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  const name = `p2pn-probe-${process.pid}`
  try {
    await run('ip', ['netns', 'add', name])
    await run('ip', ['netns', 'delete', name])
    return undefined
  } catch (err) {
    const { code, message } = err as NodeJS.ErrnoException
    return code === 'ENOENT'
      ? 'network namespaces need `ip` (Debian: iproute2)'
      : `no network namespaces: ${message}`
  }
}

/** One machine of a LAN. */
export interface LanHost {
  /** Name of its namespace; `ip netns exec NAME …` runs there. */
  namespace: string
  /** IPv4 address on the LAN. */
  address: string
}

/** A bridge with hosts on it, 10.77.x.0/24, without a route to anywhere else. */
export class Lan implements AsyncDisposable {
  readonly hosts: LanHost[]
  readonly #hub: string

  private constructor(hub: string, hosts: LanHost[]) {
    this.#hub = hub
    this.hosts = hosts
  }

  /** `number` tells LANs of one process apart, 0 to 255. */
  static async create(options: { hosts: number; number?: number }): Promise<Lan> {
    const number = options.number ?? 0
    const prefix = `p2pn-${process.pid}-${number}`
    const hub = `${prefix}-hub`
    const hosts = Array.from({ length: options.hosts }, (_, i) => ({
      namespace: `${prefix}-${i}`,
      address: `10.77.${number}.${i + 1}`
    }))
    const lan = new Lan(hub, hosts)
    try {
      await run('ip', ['netns', 'add', hub])
      // Snooping without a querier on the LAN drops multicast after some minutes, as no real LAN for homes does.
      await run('ip', ['-n', hub, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0'])
      await run('ip', ['-n', hub, 'link', 'set', 'br0', 'up'])
      for (const [i, host] of hosts.entries()) await lan.#plug(i, host)
    } catch (err) {
      await lan[Symbol.asyncDispose]()
      throw err
    }
    return lan
  }

  /** Pulls or plugs the cable of one host. */
  async cable(host: number, state: 'up' | 'down'): Promise<void> {
    await run('ip', ['-n', this.#hub, 'link', 'set', `port${host}`, state])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of [...this.hosts.map(({ namespace }) => namespace), this.#hub]) {
      // One that was never made cannot be deleted; the others still must be.
      await run('ip', ['netns', 'delete', name]).catch(() => undefined)
    }
  }

  async #plug(i: number, { namespace, address }: LanHost): Promise<void> {
    await run('ip', ['netns', 'add', namespace])
    await run('ip', [
      '-n',
      namespace,
      'link',
      'add',
      'eth0',
      'type',
      'veth',
      'peer',
      'name',
      `port${i}`,
      'netns',
      this.#hub
    ])
    await run('ip', ['-n', this.#hub, 'link', 'set', `port${i}`, 'master', 'br0', 'up'])
    await run('ip', ['-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'eth0'])
    await run('ip', ['-n', namespace, 'link', 'set', 'lo', 'up'])
    await run('ip', ['-n', namespace, 'link', 'set', 'eth0', 'up'])
  }
}
