/**
 * Files on disk: what is shared, how it is hashed and watched, and where downloads are written.
 */
export { parseDownloadRecord } from './download-record.ts'
export { DownloadStore, type DownloadStoreOptions, type StoredDownload } from './download-store.ts'
export { type HashCacheOptions, SqliteHashCache } from './hash-cache.ts'
export { HashPool, type HashPoolOptions } from './hash-pool.ts'
export { mimeType } from './mime-type.ts'
export { deletePart, openPartFile, PartFile, type PartFileOptions, partPath } from './part-file.ts'
export { diskPartFiles } from './part-files.ts'
export { placeFile } from './place-file.ts'
export { numberedName, safeName } from './safe-name.ts'
export { Scanner } from './scanner.ts'
export { SharedFiles, type SharedFilesOptions, type SharedServedFile } from './shared-files.ts'
export {
  JsonRowStore,
  JsonShareStore,
  JsonValueStore,
  JsonWantStore,
  SeqFile,
  type StateFileOptions
} from './state-files.ts'
export { Watcher } from './watcher.ts'
