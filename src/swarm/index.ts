/** Transfers: what a download asks from whom, and whom an upload serves. */
export type { Have } from './block-table.ts'
export { SourceError, type SourceFault } from './errors.ts'
export type { BlockSource, ServedFile } from './ports.ts'
export { RateMeter } from './rate-meter.ts'
export { type SourceView, Swarm, type SwarmAction, type SwarmOptions } from './swarm.ts'
export { type SlotAnswer, UploadSlots } from './upload-slots.ts'
