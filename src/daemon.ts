/**
 * The composition root: which adapter goes into which port, and in what order things start. Stopping is the reverse.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pino from 'pino'
import {
  DownloadStore,
  diskPartFiles,
  HashPool,
  JsonRowStore,
  JsonShareStore,
  JsonValueStore,
  JsonWantStore,
  mimeType,
  parseDownloadRecord,
  Scanner,
  SeqFile,
  SharedFiles,
  SqliteHashCache,
  Watcher
} from './adapters/files/index.ts'
import { newToken, removeApiFile, startApi, writeApiFile } from './adapters/http/index.ts'
import { parseAddress } from './adapters/libp2p/addresses.ts'
import { AggregateLinks } from './adapters/libp2p/aggregate-links.ts'
import { GossipAnnounceTopic } from './adapters/libp2p/announce-topic.ts'
import { CATALOG_PROTOCOL, CatalogExchange } from './adapters/libp2p/catalog-exchange.ts'
import { ConnectionGuard } from './adapters/libp2p/connection-guard.ts'
import { HostContacts } from './adapters/libp2p/contacts.ts'
import { DhtRecords } from './adapters/libp2p/dht-records.ts'
import { DialPolicy, peerAtEnd } from './adapters/libp2p/dial-policy.ts'
import { EnvelopeSeal } from './adapters/libp2p/envelope.ts'
import { FileClient } from './adapters/libp2p/file-client.ts'
import { FILE_PROTOCOL, FileServer } from './adapters/libp2p/file-server.ts'
import { createHost } from './adapters/libp2p/host.ts'
import { Libp2pView } from './adapters/libp2p/host-view.ts'
import { loadIdentity } from './adapters/libp2p/identity.ts'
import { IndexExchange } from './adapters/libp2p/index-exchange.ts'
import { LAN_SERVICE, LanDiscovery } from './adapters/libp2p/lan-discovery.ts'
import { SEARCH_PROTOCOL, SearchLinks } from './adapters/libp2p/search-links.ts'
import { Ed25519Seal } from './adapters/libp2p/statement-seal.ts'
import { Traffic } from './adapters/libp2p/traffic.ts'
import { SqliteEntryStore } from './adapters/sqlite/index.ts'
import { openDataFolder } from './adapters/system/data-folder.ts'
import { machineCheck } from './adapters/system/machine-check.ts'
import { packageVersion } from './adapters/system/version.ts'
import { directTls } from './adapters/tls/index.ts'
import type { Clock, Random } from './base/ports.ts'
import { parseQuery, SplitEntryStore } from './catalog/index.ts'
import { checkAddresses, defaultListen, startHost } from './daemon/listening.ts'
import {
  type DaemonOptions,
  type Log,
  type NodeOptions,
  nicknameOf,
  type RunningDaemon,
  type RunningNode
} from './daemon/options.ts'
import { Aggregates, factFigure } from './node/aggregates.ts'
import { AnswerTime } from './node/answer-time.ts'
import { CatalogSync } from './node/catalog-sync.ts'
import { DownloadLimit } from './node/download-limit.ts'
import { Downloads } from './node/downloads.ts'
import { nodeStops } from './node/errors.ts'
import { EventLog } from './node/event-log.ts'
import { knownSources } from './node/known-sources.ts'
import { P2pNode } from './node/node.ts'
import { DirectCheck } from './node/provider-check.ts'
import { CatalogueFinder } from './node/provider-finder.ts'
import { ProviderRecords } from './node/provider-records.ts'
import { Searches } from './node/searches.ts'
import { Shares } from './node/shares.ts'
import { Supervisor } from './node/supervisor.ts'
import { Uploads } from './node/uploads.ts'
import { Values } from './node/values.ts'
import { Wants } from './node/wants.ts'
import { WordIndex } from './node/word-index.ts'
import type { BlockSource } from './swarm/index.ts'
import type { Entry } from './wire/entry.ts'

/** A wanted file is looked for as long as a day, ms. */
const WANTED_TIMEOUT_MS = 24 * 60 * 60_000

export type { DaemonOptions, Log, NodeOptions, RunningDaemon, RunningNode } from './daemon/options.ts'

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
  const {
    clock = systemClock,
    random = systemRandom,
    reshare = true,
    lan = true,
    dht = true,
    dial = true,
    aggregate = true
  } = options
  checkAddresses('bootstrap', options.bootstrap ?? [])
  checkAddresses('listen', options.listen ?? [])
  const log: Log = options.log ?? pino({ level: 'silent' })
  const nickname = nicknameOf(options.name)
  const stopping = new AbortController()
  await using starting = new AsyncDisposableStack()

  const folder = await openDataFolder(options.data)
  starting.defer(async () => await folder.close())
  const inData = (name: string): string => join(folder.path, name)
  const privateKey = await loadIdentity(inData('key'))
  const events = new EventLog(clock)
  const policy = new DialPolicy({ dial, isOut: peer => links.isStruckOut(peer) })
  const traffic = new Traffic()
  const host = await createHost({
    privateKey,
    traffic,
    tls: directTls({ onTaken: socket => traffic.follow(socket) }),
    datastore: folder.datastore,
    listen: options.listen ?? (await defaultListen()),
    strictListen: options.listen !== undefined,
    dht,
    gater: policy.gater(),
    userAgent: `p2pnode/${packageVersion()}`
  })
  const self = host.peerId.toString()

  const onCorrupt = (path: string, err: unknown): void => {
    const message = `a damaged file was set aside as ${path}`
    log.error({ err }, message)
    view.warn(message)
  }
  const links = new SearchLinks({
    nickname,
    referrals: asker => contacts.referrals(3, asker),
    ...(options.maxNeighbours === undefined ? {} : { maxNeighbours: options.maxNeighbours }),
    onStruckOut: peer => contacts.cut(peer, 'it broke the rules three times'),
    // A clock that is given stands for all time there is.
    ...(options.clock === undefined ? {} : { now: () => clock.now() }),
    log: message => log.debug(message)
  })
  const contacts = new HostContacts({
    host,
    policy,
    protocol: SEARCH_PROTOCOL,
    events: {
      onConnected: (peerId, address) => {
        events.emit({ type: 'peer:connected', peerId, address })
        supervisor.tick()
      },
      onDisconnected: peerId => {
        events.emit({ type: 'peer:disconnected', peerId })
        supervisor.onDisconnected(peerId)
      },
      onIdentified: () => supervisor.tick()
    }
  })
  const view = new Libp2pView({ host, contacts, clock, onRole: role => index.setRole(role) })
  const guard = new ConnectionGuard({
    host,
    isNeighbour: peer => links.isNeighbour(peer),
    protocols: [CATALOG_PROTOCOL, FILE_PROTOCOL]
  })
  const supervisor = new Supervisor({
    self,
    bootstrap: options.bootstrap ?? [],
    dial,
    maxChosen: options.maxNeighbours,
    contacts,
    links: {
      neighbours: () => links.neighbours().map(({ peer }) => peer),
      open: (peer, signal) => links.open(peer, signal)
    },
    clock,
    random,
    peerOf,
    log: message => log.debug(message)
  })

  const onTrouble = (err: unknown): void => {
    const message = `the catalogue cannot be saved, and is kept in memory: ${(err as Error).message}`
    log.warn({ err }, message)
    view.warn(message)
  }
  let storesOpen = false
  const ownEntries = new SqliteEntryStore(inData('catalogue.db'), {
    onCorrupt: (path, err) => {
      onCorrupt(path, err)
      if (!storesOpen) return
      // Not at once: it may be found out in the middle of a change.
      setImmediate(() => {
        catalog.rebuild(shares.announced()).catch(err => log.error({ err }, 'catalogue'))
      })
    },
    onTrouble
  })
  starting.defer(async () => await ownEntries.close())
  const otherEntries = new SqliteEntryStore(inData('others.db'), { durable: false, onCorrupt, onTrouble })
  starting.defer(async () => await otherEntries.close())
  storesOpen = true
  const store = new SplitEntryStore({ self, own: ownEntries, others: otherEntries })
  const seqFile = new SeqFile(inData('seq.json'), { onCorrupt })
  const exchange = new CatalogExchange({
    host,
    neighbours: () => links.neighbours().map(({ peer }) => peer),
    onStrike: (peer, reason) => links.strike(peer, reason)
  })
  const catalog = new CatalogSync({
    self,
    nickname,
    store,
    seal: new EnvelopeSeal(privateKey),
    links: exchange,
    topic: new GossipAnnounceTopic(host.services.pubsub),
    clock,
    lastSeq: await seqFile.load(),
    onSeq: seq =>
      void seqFile.save(seq).catch(err => log.warn({ err }, 'the number of the head was not saved')),
    onChange: (provider, entries) => events.emit({ type: 'catalogue:changed', provider, entries }),
    onEntries: (provider, entries) => wants.onEntries(provider, entries),
    onError: err => log.debug({ err }, 'catalogue')
  })
  const indexExchange = new IndexExchange({
    host,
    dial,
    isInUse: connection => guard.isInUse(connection),
    onStrike: (peer, reason) => links.strike(peer, reason)
  })
  // Strangers ask the index, neighbours ask for searches: together they take no more of a core than either may alone.
  const answerTime = new AnswerTime(clock.now())
  const index = new WordIndex({
    self,
    nickname,
    links: indexExchange,
    store,
    neighbours: links,
    catalogue: () => catalog.status(),
    isBlocked: peer => links.isStruckOut(peer),
    smallNetwork: options.smallNetwork,
    answerTime,
    clock,
    random
  })
  const client = new FileClient({ host, onStrike: (peer, reason) => links.strike(peer, reason) })
  const searches = new Searches({
    self,
    nickname,
    nicknameOf: peer => links.nickname(peer) ?? catalog.nickname(peer),
    store,
    links,
    index,
    providers: new DirectCheck({ client, reach: (peer, signal) => indexExchange.reach(peer, signal) }),
    answerTime,
    clock,
    random,
    emit: event => events.emit(event)
  })
  links.onJoin(peerId => {
    events.emit({ type: 'neighbour:joined', peerId, nickname: links.nickname(peerId) ?? '' })
    supervisor.onNeighbour(peerId)
    catalog.onNeighbourJoined(peerId)
  })
  links.onLeave(peerId => {
    events.emit({ type: 'neighbour:left', peerId })
    catalog.onNeighbourLeft(peerId)
  })

  const hashCache = new SqliteHashCache(inData('hashes.db'), { onCorrupt })
  const hashPool = new HashPool()
  const sharedFiles = new SharedFiles({ digests: file => hashCache.digests(file) })
  const shares = new Shares(
    {
      scanner: new Scanner(),
      hasher: hashPool,
      cache: hashCache,
      watcher: new Watcher(),
      store: new JsonShareStore(inData('shares.json'), { onCorrupt }),
      served: sharedFiles,
      sink: {
        changed: (added, removed) => {
          const refused = catalog.change(added, removed)
          index.change(added, removed)
          records?.changed(removed)
          return refused
        },
        reconcile: isGone => {
          const withdrawn = (entry: Entry): boolean => {
            const gone = isGone(entry)
            if (gone) index.change([], [entry])
            return gone
          }
          catalog.reconcile(withdrawn).catch(err => log.error({ err }, 'catalogue'))
        }
      },
      clock,
      random,
      mimeOf: mimeType,
      isLan: peer => contacts.list().some(contact => contact.peer === peer && contact.path === 'lan'),
      emit: event => events.emit(event),
      onCacheError: err => log.warn({ err }, 'hashes were not saved')
    },
    { self, dataFolder: folder.path, reshare }
  )
  const { dht: kademlia } = host.services
  const routing = kademlia !== undefined && dial ? new DhtRecords(host, kademlia) : undefined
  const records =
    routing &&
    new ProviderRecords({
      routing,
      search: (text, limit) =>
        store.search(parseQuery(text, clock.now()), limit, self).map(({ entry }) => entry),
      isNeeded: () => index.isNeeded,
      onError: err => log.warn({ err }, 'provider record')
    })
  const finder = new CatalogueFinder({ self, store, searches, routing })
  const rates = { upload: null, peerUpload: null, download: null, ...options.rates }
  const uploads = new Uploads({
    clock,
    bytesPerSecond: rates.upload ?? undefined,
    peerBytesPerSecond: rates.peerUpload ?? undefined
  })
  const own: BlockSource = {
    find: async (root, asker) => (await sharedFiles.find(root, asker)) ?? shares.find(root, asker)
  }
  const partFiles = diskPartFiles()
  const downloads = new Downloads({
    client,
    files: partFiles,
    store: new DownloadStore(inData('downloads'), { parse: parseDownloadRecord, onCorrupt }),
    finder,
    own,
    self,
    clock,
    random,
    limit: rates.download === null ? undefined : new DownloadLimit(rates.download, clock),
    introduce: (peer, addresses) => contacts.remember(peer, addresses),
    folder: options.downloads,
    onFinished: (path, manifest) => {
      shares.addFinished(path, manifest).catch(err => log.warn({ err }, `${path} is not shared`))
    },
    onFolderFinished: (path, files) => {
      shares.addFinishedFolder(path, files).catch(err => log.warn({ err }, `${path} is not shared`))
    },
    onUpdated: download => events.emit({ type: 'download:updated', download })
  })
  const wants = new Wants({
    store: new JsonWantStore(inData('wants.json'), { onCorrupt }),
    search: (query, limit) => store.search(query, limit),
    self,
    clock,
    random,
    emit: event => events.emit(event),
    fetch: cid => void fetchWanted(cid).catch(err => log.debug({ err, cid }, 'a want was not fetched')),
    onError: err => log.warn({ err }, 'wants')
  })
  const values = new Values({
    store: new JsonValueStore(inData('values.json'), { onCorrupt }),
    onChanged: () => aggregates.forget()
  })
  const aggregateLinks = aggregate
    ? new AggregateLinks({ host, neighbours: links, log: message => log.debug(message) })
    : undefined
  const aggregates = new Aggregates({
    self,
    links: aggregateLinks,
    seal: new Ed25519Seal(privateKey),
    figure: name => factFigure(name, () => shares.totals()) ?? values.figure(name),
    clock,
    random
  })
  const server = new FileServer({
    host,
    sources: [sharedFiles, shares, downloads],
    uploads,
    knownSources: (root, asker) =>
      knownSources(root, asker, {
        providers: cid => store.byCid(cid).map(({ provider }) => provider),
        fetchers: cid => [...uploads.fetchersOf(cid), ...downloads.sourcesOf(cid)],
        maySee: async (cid, peer) =>
          (await own.find(cid, peer)) !== undefined || (await downloads.find(cid, peer)) !== undefined,
        addressesFor: (peer, of) => contacts.addressesFor(peer, of),
        self
      }),
    onStrike: (peer, reason) => links.strike(peer, reason)
  })
  const discovery = new LanDiscovery({
    self,
    service: LAN_SERVICE,
    addresses: () => host.getMultiaddrs(),
    onPeer: (peer, addresses) => {
      supervisor.found(peer, addresses.map(String), 'lan').catch(err => log.debug({ err }, 'discovery'))
    },
    onWarning: message => view.warn(message)
  })

  // Protocols are served before the host starts, so that peers hear of all of them when they first meet us.
  contacts.start()
  starting.defer(() => contacts.stop())
  guard.start()
  starting.defer(() => guard.stop())
  await links.start(host)
  starting.defer(async () => await links.stop())
  await exchange.start()
  starting.defer(async () => await exchange.stop())
  await server.start(stopping.signal)
  starting.defer(async () => await server.stop())
  await values.start()
  starting.defer(async () => await values.stop())
  await aggregateLinks?.start()
  starting.defer(async () => await aggregateLinks?.stop())
  await startHost(host, options.listen)
  starting.defer(async () => await host.stop())
  indexExchange.start()
  starting.defer(async () => await indexExchange.stop())
  await index.start(stopping.signal)
  starting.defer(async () => await index.stop())
  records?.start()
  starting.defer(async () => await records?.stop())
  await view.start()
  starting.defer(() => view.stop())
  starting.defer(() => hashCache.close())
  starting.defer(async () => await hashPool.stop())
  starting.defer(async () => await sharedFiles.stop())
  await searches.start(stopping.signal)
  starting.defer(async () => await searches.stop())
  await aggregates.start(stopping.signal)
  starting.defer(async () => await aggregates.stop())
  await catalog.start(stopping.signal)
  starting.defer(async () => await catalog.stop())
  await shares.start(stopping.signal)
  starting.defer(async () => await shares.stop())
  starting.defer(() => client.stop())
  await wants.start()
  starting.defer(async () => await wants.stop())
  starting.defer(async () => await partFiles.stop())
  await downloads.start(stopping.signal)
  starting.defer(async () => await downloads.stop())
  if (lan && dial) discovery.start()
  starting.defer(async () => await discovery.stop())
  await supervisor.start(stopping.signal)
  starting.defer(async () => await supervisor.stop())
  starting.defer(() => stopping.abort(nodeStops()))
  for (const path of options.shares ?? []) {
    await shares.share(path).catch(err => {
      if (/already shared/.test((err as Error).message)) return
      log.warn((err as Error).message)
      view.warn((err as Error).message)
    })
  }

  const started = starting.move()
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>()
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= started.disposeAsync().finally(onClosed)
    return stopped
  }
  const node = new P2pNode({
    self,
    nickname,
    version: packageVersion(),
    data: folder.path,
    downloadsFolder: options.downloads,
    clock,
    store,
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
      exchange: exchange.counts.toJSON(),
      'index-streams': indexExchange.counts.toJSON(),
      files: server.drops.toJSON(),
      'aggregate-streams': aggregateLinks?.counts.toJSON() ?? {},
      connections: guard.drops.toJSON()
    }),
    supervisor,
    shares,
    catalog,
    searches,
    index,
    finder,
    downloads,
    own,
    mimeOf: mimeType,
    uploads,
    rates,
    wants,
    values,
    aggregates,
    rows: new JsonRowStore(inData('last-search.json'), { onCorrupt }),
    machine: machineCheck({ data: folder.path, downloads: options.downloads }),
    peerOf,
    stopSoon: () => void stop().catch(err => log.error({ err }, 'stopping'))
  })
  /** By its name, and without an end: it goes on until somebody has it. */
  async function fetchWanted(cid: string): Promise<void> {
    for await (const _ of node.get(
      { target: cid, timeoutMs: WANTED_TIMEOUT_MS },
      { signal: stopping.signal }
    ));
  }
  return { node, peerId: self, closed, stop, [Symbol.asyncDispose]: stop }
}

function peerOf(address: string): string | undefined {
  return peerAtEnd(parseAddress(address))
}
