/**
 * What all parts of a node stand on.
 */
import type { PrivateKey } from '@libp2p/interface'
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import type { EventLog } from '../node/event-log.ts'
import type { Log, NodeOptions } from './options.ts'

export interface Ground {
  options: NodeOptions
  self: PeerKey
  nickname: string
  privateKey: PrivateKey
  /** Path of a file in the data folder. */
  inData(name: string): string
  events: EventLog
  clock: Clock
  random: Random
  log: Log
  /** Told to people in `status`, once. */
  warn(message: string): void
  /** A file of ours was damaged, and is now at `path`. */
  onCorrupt(path: string, error: unknown): void
}
