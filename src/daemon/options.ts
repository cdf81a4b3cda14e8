/**
 * What a node is told when it starts, and what whoever started it gets.
 */
import { hostname } from 'node:os'
import type pino from 'pino'
import type { Clock, Random } from '../base/ports.ts'
import type { NodeApi, TransferRates } from '../node/api.ts'
import { MAX_NICKNAME_BYTES } from '../wire/limits.ts'

export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>

export interface NodeOptions {
  /** Folder for identity and bookkeeping; made when it is not there. One node at a time. */
  data: string
  /** Folder for downloads without a path of their own. */
  downloads: string
  /** Multiaddrs that are dialled for ever. */
  bootstrap?: string[]
  /** Absolute paths to share from the start, besides those shared in earlier runs. */
  shares?: string[]
  /** Multiaddrs; undefined: TCP 4801, or a free port if that is taken, on IPv4 and IPv6. */
  listen?: string[] | undefined
  /** Offer to others what was downloaded. */
  reshare?: boolean
  /** Nickname; the host's name when undefined. */
  name?: string | undefined
  /** Find nodes on the LAN. */
  lan?: boolean
  dht?: boolean
  /** False: dials only `bootstrap` and what `connect` says. */
  dial?: boolean
  /** Neighbours at most, chosen or not; for networks of a given shape. Undefined: 12 by own choice, 32 in all. */
  maxNeighbours?: number | undefined
  /** Known peers below which a network with complete catalogues uses no word index. Undefined: 200. */
  smallNetwork?: number | undefined
  /** False: takes no part in questions to the whole network, and cannot ask any. */
  aggregate?: boolean
  /** Limits of what goes over the line; none when undefined. */
  rates?: Partial<TransferRates>
  clock?: Clock
  random?: Random
  log?: Log
}

/** A node that runs, until `stop` or its own `leave`. */
export interface RunningNode extends AsyncDisposable {
  node: NodeApi
  peerId: string
  /** Resolves when it has stopped, for whatever reason. */
  closed: Promise<void>
  /** Says goodbye to nobody: others keep what they know until it expires. Safe to call twice. */
  stop(): Promise<void>
}

export interface DaemonOptions
  extends Required<
    Omit<NodeOptions, 'clock' | 'random' | 'log' | 'listen' | 'name' | 'maxNeighbours' | 'smallNetwork'>
  > {
  listen: string[] | undefined
  name: string | undefined
  api: { host: string; port: number; explicit: boolean }
  logLevel: string
}

export interface RunningDaemon {
  ready: { peerId: string; nickname: string; addresses: string[]; api: string; data: string }
  node: NodeApi
  closed: Promise<void>
  /** Says goodbye, then stops. Safe to call twice. */
  stop(): Promise<void>
}

/** The given nickname, or the host's name; never longer than a peer may send. */
export function nicknameOf(name: string | undefined): string {
  const text = name ?? hostname().split('.')[0] ?? 'node'
  let nickname = text
  while (Buffer.byteLength(nickname) > MAX_NICKNAME_BYTES) nickname = nickname.slice(0, -1)
  return nickname
}
