export { AnnounceBudget, type ForwardVerdict } from './announce-budget.ts'
export { QueryError, type QueryFault } from './errors.ts'
export {
  bytesOf,
  CACHE_LIMITS,
  type CacheLimits,
  type PageListVerdict,
  type PageVerdict
} from './foreign-pages.ts'
export {
  type HeadVerdict,
  KnownCatalogue,
  type KnownStats,
  MAX_HEADS,
  NEAR_HOPS,
  type Wanted
} from './known-catalogue.ts'
export { MemoryEntryStore } from './memory-store.ts'
export { OwnCatalogue, type PageList, type Published } from './own-catalogue.ts'
export type {
  AnnounceTopic,
  CatalogLinks,
  CatalogServer,
  EntryStore,
  HeadSeal,
  Offer,
  PageFacts,
  TopicVerdict
} from './ports.ts'
export {
  matches,
  matchesFilters,
  matchesWords,
  type ParsedQuery,
  parseQuery,
  wordCount
} from './query-text.ts'
export { rank } from './ranking.ts'
export { HeadOpener, type OpenedHead } from './signed-head.ts'
export { SplitEntryStore } from './split-store.ts'
export type { RefusedEntry } from './waiting-changes.ts'
export { wordsOf } from './words.ts'
