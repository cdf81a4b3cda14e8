/** The word index: what other parts may use of it. */
export { Agreement } from './agreement.ts'
export * from './constants.ts'
export {
  HOLDER_LIMITS,
  type HolderDrop,
  type HolderLimits,
  type HolderOptions,
  IndexHolder
} from './holder.ts'
export { type KeyWords, peerPlace, type WordKey, wordKey, XorSpace } from './keys.ts'
export {
  askTimeoutMs,
  IndexLookup,
  type LookupAnswer,
  type LookupAsk,
  type LookupOptions,
  lookupKeys
} from './lookup.ts'
export { type ItemRules, MemoryRecordStore } from './memory-record-store.ts'
export type { FoundItem, IndexRecord, IndexSpace, RecordStore } from './ports.ts'
export { IndexPublisher, type PublishCommand, type PublisherOptions, type PublishFacts } from './publisher.ts'
export { isIndexed, type NetworkFacts, refreshMs, SessionMedian } from './refresh.ts'
export { ServerTable, type TableOptions } from './table.ts'
export { IndexWalk, type WalkAsk, type WalkOptions } from './walk.ts'
export { indexWords, isIndexWord, lookupWords, rarestFirst, type WordFrequency } from './words.ts'
