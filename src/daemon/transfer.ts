/**
 * Files: what is shared, what is fetched, and what is sent to whom.
 */
import {
  DownloadStore,
  diskPartFiles,
  HashPool,
  JsonShareStore,
  mimeType,
  parseDownloadRecord,
  Scanner,
  SharedFiles,
  SqliteHashCache,
  Watcher
} from '../adapters/files/index.ts'
import { FileServer } from '../adapters/libp2p/file-server.ts'
import type { TransferRates } from '../node/api.ts'
import { DownloadLimit } from '../node/download-limit.ts'
import { Downloads } from '../node/downloads.ts'
import { knownSources } from '../node/known-sources.ts'
import { Shares } from '../node/shares.ts'
import { Uploads } from '../node/uploads.ts'
import type { BlockSource } from '../swarm/index.ts'
import type { Entry } from '../wire/entry.ts'
import type { Catalogue } from './catalogue.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'
import type { Search } from './search.ts'

export interface Transfer {
  shares: Shares
  sharedFiles: SharedFiles
  hashCache: SqliteHashCache
  hashPool: HashPool
  /** Files and folders that this node shares. */
  own: BlockSource
  rates: TransferRates
  uploads: Uploads
  partFiles: ReturnType<typeof diskPartFiles>
  downloads: Downloads
  server: FileServer
}

export function createTransfer(
  ground: Ground,
  network: Network,
  catalogue: Catalogue,
  search: Search,
  dataFolder: string
): Transfer {
  const { self, options, inData, events, clock, random, log, onCorrupt } = ground
  const { host, contacts, strike } = network
  const { client, index, finder, records } = search
  const { reshare = true } = options

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
          const refused = catalogue.catalog.change(added, removed)
          index.change(added, removed)
          records?.changed()
          return refused
        },
        reconcile: isGone => {
          const withdrawn = (entry: Entry): boolean => {
            const gone = isGone(entry)
            if (gone) index.change([], [entry])
            return gone
          }
          catalogue.catalog
            .reconcile(withdrawn)
            .then(() => records?.reconciled())
            .catch(err => log.error({ err }, 'catalogue'))
        }
      },
      clock,
      random,
      mimeOf: mimeType,
      isLan: peer => contacts.list().some(contact => contact.peer === peer && contact.path === 'lan'),
      emit: event => events.emit(event),
      onCacheError: err => log.warn({ err }, 'the cache of hashes'),
      onError: err => log.error({ err }, 'shares')
    },
    { self, dataFolder, reshare }
  )
  const own: BlockSource = {
    find: async (root, asker) => (await sharedFiles.find(root, asker)) ?? shares.find(root, asker)
  }

  const rates = { upload: null, peerUpload: null, download: null, ...options.rates }
  const uploads = new Uploads({
    clock,
    bytesPerSecond: rates.upload ?? undefined,
    peerBytesPerSecond: rates.peerUpload ?? undefined,
    onBegun: (peer, root) => records?.onFetched(root, peer)
  })
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
  const folders: BlockSource = {
    async find(root, asker) {
      const folder = await shares.find(root, asker)
      // Who is told what is in it asks for that next.
      if (folder !== undefined) sharedFiles.expectSmall()
      return folder
    }
  }
  const server = new FileServer({
    host,
    // Who does not offer what was fetched does not do so while it is fetched.
    sources: reshare ? [sharedFiles, folders, downloads] : [sharedFiles, folders],
    uploads,
    knownSources: (root, asker) =>
      knownSources(root, asker, {
        providers: cid => catalogue.store.byCid(cid).map(({ provider }) => provider),
        fetchers: cid => [...uploads.fetchersOf(cid), ...downloads.sourcesOf(cid)],
        maySee: async (cid, peer) =>
          (await own.find(cid, peer)) !== undefined || (await downloads.find(cid, peer)) !== undefined,
        addressesFor: (peer, of) => contacts.addressesFor(peer, of),
        self
      }),
    onStrike: strike
  })
  return { shares, sharedFiles, hashCache, hashPool, own, rates, uploads, partFiles, downloads, server }
}
