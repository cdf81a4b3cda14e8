/**
 * A real node under attack, with an honest neighbour that must not notice.
 */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, type TestNode, Testnet, type TestnetOptions } from '../../src/testnet/index.ts'
import { decodeSearchMessage, encodeSearchMessage } from '../../src/wire/search-message.ts'
import { garbage, HostileHost, type HostileOptions, type RawStream } from '../support/hostile-host.ts'

export const SEARCH = '/p2pnode/search/1.0.0'
export const CATALOG = '/p2pnode/catalog/1.0.0'
export const FILE = '/p2pnode/file/1.0.0'
export const TOPIC = '/p2pnode/announce/1'

/** What an honest neighbour gets at once while nobody disturbs it, ms. Slow machines share two cores among many. */
const HONEST_MS = 10_000

const BESIEGED = 'besieged.bin'
const HONEST = 'honest.bin'
/** What each side shares: more than one block, so that a transfer is a real one. */
const CONTENT: Readonly<Record<string, Uint8Array>> = {
  [BESIEGED]: garbage(1_200_000),
  [HONEST]: garbage(1_100_000)
}

export type Counts = Record<string, number>

export class Siege implements AsyncDisposable {
  readonly #net: Testnet
  readonly #attackers: HostileHost[] = []
  readonly #faults: unknown[] = []
  readonly #onFault = (error: unknown): void => void this.#faults.push(error)
  #fetched = 0
  #lifts = 0

  private constructor(net: Testnet) {
    this.#net = net
    process.on('unhandledRejection', this.#onFault)
    process.on('uncaughtExceptionMonitor', this.#onFault)
  }

  /** Two neighbours over TCP, each with a file of its own that the other knows of. */
  static async start(node: TestnetOptions['node'] = {}): Promise<Siege> {
    const tcp = { listen: ['/ip4/127.0.0.1/tcp/0'], reshare: false }
    const net = await Testnet.start({ nodes: 2, node: { ...tcp, ...node } }, async net => {
      for (const [name, owner] of [[BESIEGED, net.node(1)] as const, [HONEST, net.node(0)] as const]) {
        await writeFile(join(owner.folder, name), CONTENT[name] as Uint8Array)
        await owner.share(join(owner.folder, name))
      }
      await net.caughtUp(2)
    })
    return new Siege(net)
  }

  /** The node under attack. It dialled the honest one, so it has somebody to refer others to. */
  get node(): TestNode {
    return this.#net.node(1)
  }

  get honest(): TestNode {
    return this.#net.node(0)
  }

  /** A hostile host of its own identity, connected to the node; gone after `lift`. */
  async attacker(options: HostileOptions = {}): Promise<HostileHost> {
    const host = await this.stranger(options)
    await host.connect(this.node.address)
    return host
  }

  /** A hostile host that is not connected yet. */
  async stranger(options: HostileOptions = {}): Promise<HostileHost> {
    const host = await HostileHost.start(options)
    this.#attackers.push(host)
    return host
  }

  /** A hostile host that the node takes for a neighbour. */
  async neighbour(options: HostileOptions = {}): Promise<{ host: HostileHost; link: RawStream }> {
    const host = await this.attacker(options)
    return { host, link: await this.link(host) }
  }

  /** Says hello and waits for welcome. */
  async link(host: HostileHost): Promise<RawStream> {
    const link = await host.open(SEARCH)
    link.sendFrame(encodeSearchMessage({ type: 'hello', nickname: 'mallory' }))
    const answer = await link.frame()
    assert.ok(answer !== undefined, 'no answer to hello')
    assert.equal(decodeSearchMessage(answer).type, 'welcome')
    return link
  }

  /** Counters of one part of the node's `stats`. */
  async counts(part: string, of: TestNode = this.node): Promise<Counts> {
    return (await of.stats())[part] ?? {}
  }

  /** Runs `attack` and waits until the counters of `part` have grown by just as much as `expected` says. */
  async counted(part: string, expected: Counts, attack: () => Promise<unknown>): Promise<void> {
    const before = await this.counts(part)
    await attack()
    const grown = async (): Promise<Counts> => {
      const now = await this.counts(part)
      return Object.fromEntries(Object.keys(expected).map(key => [key, (now[key] ?? 0) - (before[key] ?? 0)]))
    }
    await eventually(async () => assert.deepEqual(await grown(), expected), {
      within: HONEST_MS,
      what: `${part} ${JSON.stringify(expected)}`
    })
  }

  async isNeighbour(host: HostileHost): Promise<boolean> {
    return (await this.node.peers()).some(({ peerId, neighbour }) => peerId === host.peerId && neighbour)
  }

  /** Sees that everything is as it was, and sends the attackers home. Transfers take time: every fourth lift tries them. */
  async lift(): Promise<void> {
    if (this.#lifts++ % 4 === 0) await this.unharmed()
    else await Promise.all([this.#finds(this.honest, BESIEGED), this.#finds(this.node, HONEST)])
    assert.deepEqual(this.#faults.splice(0), [])
    await Promise.all(this.#attackers.splice(0).map(host => host[Symbol.asyncDispose]()))
  }

  /** The honest neighbour searches and fetches as ever, both ways, and nothing failed unseen. */
  async unharmed(): Promise<void> {
    await Promise.all([this.#fetches(this.honest, BESIEGED), this.#fetches(this.node, HONEST)])
    assert.deepEqual(this.#faults.splice(0), [])
  }

  /**
   * What `asker` finds at its neighbours, in their own shares: what the catalogue remembers would prove nothing. It asks
   * again when no answer came before a flood of one hop gives up, which on a busy machine is soon.
   */
  async #finds(asker: TestNode, name: string): Promise<string> {
    const owner = name === HONEST ? this.honest : this.node
    return await eventually(
      async () => {
        const text = name.replace('.bin', '')
        const { hits } = await asker.search({ text, strategy: 'flood', ttl: 1, timeoutMs: HONEST_MS })
        const hit = hits.find(found => found.name === name)
        assert.ok(hit !== undefined, `${name} was not found`)
        assert.deepEqual(
          hit.providers.map(({ peerId }) => peerId),
          [owner.peerId]
        )
        return hit.cid
      },
      { within: HONEST_MS, what: `${name} at the neighbour` }
    )
  }

  async #fetches(asker: TestNode, name: string): Promise<void> {
    const target = await this.#finds(asker, name)
    const start = performance.now()
    const output = join(asker.folder, 'fetched', `${this.#fetched++} ${name}`)
    const { path } = await asker.get({ target, output })
    assert.ok((await readFile(path)).equals(CONTENT[name] as Uint8Array), `${name} came out wrong`)
    const ms = Math.round(performance.now() - start)
    assert.ok(ms < HONEST_MS, `the honest neighbour had to wait ${ms} ms for ${name}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#attackers.splice(0).map(host => host[Symbol.asyncDispose]()))
    await this.#net[Symbol.asyncDispose]()
    process.off('unhandledRejection', this.#onFault)
    process.off('uncaughtExceptionMonitor', this.#onFault)
    assert.deepEqual(this.#faults, [])
  }
}
