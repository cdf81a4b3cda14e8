/**
 * The composition root: which adapter goes into which port, and in what order things start. Stopping is the reverse.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pino from 'pino'
import { JsonRowStore, JsonWantStore, mimeType } from './adapters/files/index.ts'
import { newToken, removeApiFile, startApi, writeApiFile } from './adapters/http/index.ts'
import { loadIdentity } from './adapters/libp2p/identity.ts'
import { type DataFolder, openDataFolder } from './adapters/system/data-folder.ts'
import { machineCheck } from './adapters/system/machine-check.ts'
import { packageVersion } from './adapters/system/version.ts'
import type { Clock, Random } from './base/ports.ts'
import { type Answers, createAnswers } from './daemon/answers.ts'
import { type Catalogue, type CatalogueHooks, openCatalogue } from './daemon/catalogue.ts'
import type { Ground } from './daemon/ground.ts'
import { checkAddresses, startHost } from './daemon/listening.ts'
import { createNetwork, type Network, peerOf } from './daemon/network.ts'
import {
  type DaemonOptions,
  type Log,
  type NodeOptions,
  nicknameOf,
  type RunningDaemon,
  type RunningNode
} from './daemon/options.ts'
import { createSearch, type Search } from './daemon/search.ts'
import { createTransfer, type Transfer } from './daemon/transfer.ts'
import type { Download } from './node/api.ts'
import { NodeError, nodeStops } from './node/errors.ts'
import { EventLog } from './node/event-log.ts'
import { P2pNode } from './node/node.ts'
import { Wants } from './node/wants.ts'

/** A wanted file is looked for so long, ms, before it is the turn of the next: somebody has just offered it. */
const WANTED_TIMEOUT_MS = 10 * 60_000

export type { DaemonOptions, Log, NodeOptions, RunningDaemon, RunningNode } from './daemon/options.ts'

/** A part that runs. `signal` is for those whose work is to end with it. */
interface Service {
  start(signal?: AbortSignal): Promise<void> | void
  stop(): Promise<void> | void
}

const systemClock: Clock = { now: () => Date.now() }
const systemRandom: Random = {
  next: () => Math.random(),
  bytes: length => new Uint8Array(randomBytes(length))
}

/** Starts a node with its local API. @throws NodeError */
export async function runDaemon(options: DaemonOptions): Promise<RunningDaemon> {
  const log = pino({ level: options.logLevel }, pino.destination({ dest: 2, sync: true }))
  await using starting = new AsyncDisposableStack()
  const running = starting.use(await createNode({ ...options, log }))
  const token = newToken()
  const api = await startApi({ node: running.node, token, ...options.api, onError: err => log.error(err) })
  starting.defer(async () => await api.close())
  await writeApiFile(options.data, { url: api.url, token, pid: process.pid })
  starting.defer(async () => await removeApiFile(options.data))

  const started = starting.move()
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= started.disposeAsync()
    return stopped
  }
  const { peerId, nickname, addresses } = running.node.status()
  return {
    ready: { peerId, nickname, addresses, api: api.url, data: options.data },
    node: running.node,
    closed: running.closed.then(stop),
    stop: async () => {
      if (stopped === undefined) await running.node.leave()
      await stop()
    }
  }
}

/** Starts a node without a local API. Resolves when it listens; scanning and finding peers go on. @throws NodeError */
export async function createNode(options: NodeOptions): Promise<RunningNode> {
  checkAddresses('bootstrap', options.bootstrap ?? [])
  checkAddresses('listen', options.listen ?? [])
  const stopping = new AbortController()
  await using starting = new AsyncDisposableStack()
  const folder = await openDataFolder(options.data)
  starting.defer(async () => await folder.close())

  const parts = await makeParts(options, folder, starting, { signal: stopping.signal, stop: () => stop() })
  await startParts(parts, options, starting, stopping.signal)
  starting.defer(() => stopping.abort(nodeStops()))
  await sharePaths(parts, options.shares ?? [])

  const started = starting.move()
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>()
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= started.disposeAsync().finally(onClosed)
    return stopped
  }
  return { node: parts.node, peerId: parts.ground.self, closed, stop, [Symbol.asyncDispose]: stop }
}

interface Parts {
  ground: Ground
  network: Network
  catalogue: Catalogue
  search: Search
  transfer: Transfer
  wants: Wants
  answers: Answers
  node: P2pNode
}

/** Each part is made of those before it. What a part must tell a later one is a function, called when all are there. */
async function makeParts(
  options: NodeOptions,
  folder: DataFolder,
  closing: AsyncDisposableStack,
  running: { signal: AbortSignal; stop(): Promise<void> }
): Promise<Parts> {
  const { clock = systemClock, random = systemRandom } = options
  const log: Log = options.log ?? pino({ level: 'silent' })
  const nickname = nicknameOf(options.name)
  const inData = (name: string): string => join(folder.path, name)
  const privateKey = await loadIdentity(inData('key'))
  const events = new EventLog(clock)
  const { datastore } = folder
  const network = await createNetwork({
    options,
    privateKey,
    datastore,
    nickname,
    events,
    clock,
    random,
    log
  })
  const self = network.host.peerId.toString()
  const warn = (message: string): void => network.view.warn(message)
  const onCorrupt = (path: string, err: unknown): void => {
    const message = `a damaged file was set aside as ${path}`
    log.error({ err }, message)
    warn(message)
  }
  const ground = { options, self, nickname, privateKey, inData, events, clock, random, log, warn, onCorrupt }

  const hooks: CatalogueHooks = {
    announced: () => transfer.shares.announced(),
    onEntries: (provider, entries) => wants.onEntries(provider, entries)
  }
  const catalogue = await openCatalogue(ground, network, hooks, closing)
  const search = createSearch(ground, network, catalogue, { linked: limit => transfer.shares.linked(limit) })
  const transfer = createTransfer(ground, network, catalogue, search, folder.path)
  const answers = createAnswers(ground, network, transfer)
  const wants = new Wants({
    store: new JsonWantStore(inData('wants.json'), { onCorrupt }),
    search: (query, limit) => catalogue.store.search(query, limit),
    self,
    clock,
    random,
    emit: event => events.emit(event),
    fetch: cid => fetchWanted(node, cid, running.signal),
    onError: err => log.warn({ err }, 'wants')
  })

  const { traffic, links, contacts, view, guard, supervisor } = network
  const { shares, downloads, own, uploads, rates, hashPool, server } = transfer
  const { index, searches, finder, indexExchange, records } = search
  const node = new P2pNode({
    self,
    nickname,
    version: packageVersion(),
    data: folder.path,
    downloadsFolder: options.downloads,
    clock,
    store: catalogue.store,
    events,
    host: view,
    contacts,
    links: {
      neighbours: () => links.neighbours(),
      nickname: peer => links.nickname(peer),
      stats: () => links.drops.toJSON()
    },
    streams: () => ({
      traffic: traffic.toJSON(),
      'provider-records': records?.counts.toJSON() ?? {},
      hashing: { bytes: hashPool.bytesHashed },
      exchange: catalogue.exchange.counts.toJSON(),
      'index-streams': indexExchange.counts.toJSON(),
      files: server.drops.toJSON(),
      'aggregate-streams': answers.links?.counts.toJSON() ?? {},
      connections: guard.drops.toJSON()
    }),
    supervisor,
    shares,
    catalog: catalogue.catalog,
    searches,
    index,
    finder,
    downloads,
    own,
    mimeOf: mimeType,
    uploads,
    rates,
    wants,
    values: answers.values,
    aggregates: answers.aggregates,
    rows: new JsonRowStore(inData('last-search.json'), { onCorrupt }),
    machine: machineCheck({ data: folder.path, downloads: options.downloads }),
    peerOf,
    stopSoon: () => void running.stop().catch(err => log.error({ err }, 'stopping'))
  })
  return { ground, network, catalogue, search, transfer, wants, answers, node }
}

/** In this order; `stopping` stops them in the reverse. */
async function startParts(
  { network, catalogue, search, transfer, wants, answers }: Parts,
  options: NodeOptions,
  stopping: AsyncDisposableStack,
  signal: AbortSignal
): Promise<void> {
  const { host, contacts, guard, links, view, supervisor, discovery } = network
  const run = async (part: Service | undefined, ...args: Parameters<Service['start']>): Promise<void> => {
    await part?.start(...args)
    stopping.defer(async () => await part?.stop())
  }
  // Protocols are served before the host starts, so that peers hear of all of them when they first meet us.
  await run(contacts)
  await run(guard)
  await links.start(host)
  stopping.defer(async () => await links.stop())
  await run(catalogue.exchange)
  await run(transfer.server, signal)
  await run(answers.values)
  await run(answers.links)
  await startHost(host, options.listen)
  stopping.defer(async () => await host.stop())
  await run(search.indexExchange)
  await run(search.index, signal)
  await run(search.records)
  await run(view)
  stopping.defer(() => transfer.hashCache.close())
  stopping.defer(async () => await transfer.hashPool.stop())
  stopping.defer(async () => await transfer.sharedFiles.stop())
  await run(search.searches, signal)
  await run(answers.aggregates, signal)
  await run(catalogue.catalog, signal)
  await run(transfer.shares, signal)
  stopping.defer(() => search.client.stop())
  stopping.defer(async () => await transfer.partFiles.stop())
  await run(transfer.downloads, signal)
  await run(wants)
  const { lan = true, dial = true } = options
  if (lan && dial) discovery.start()
  stopping.defer(async () => await discovery.stop())
  await run(supervisor, signal)
}

/** Whatever cannot be shared is told, and the others are. */
async function sharePaths({ ground, transfer }: Parts, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await transfer.shares.share(path).catch(err => {
      const { message } = err as Error
      if (/already shared/.test(message)) return
      ground.log.warn(message)
      ground.warn(message)
    })
  }
}

/** Resolves also when it was cancelled: who does that does not want it. What failed with nothing leaves the list. */
async function fetchWanted(node: P2pNode, cid: string, signal: AbortSignal): Promise<void> {
  let last: Download | undefined
  try {
    for await (const event of node.get({ target: cid, timeoutMs: WANTED_TIMEOUT_MS }, { signal }))
      last = event
  } catch (error) {
    const code = error instanceof NodeError ? error.fault.code : undefined
    if (code === 'conflict') return
    if (code === 'no-source' && last?.bytesDone === 0) await node.cancel(last.id)
    throw error
  }
}
