/**
 * Keeps room for newcomers. The library refuses everybody once it holds its greatest number of connections, so whoever
 * opens that many and says nothing would lock all others out.
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import { Counters } from '../../base/counters.ts'
import type { PeerKey } from '../../base/ports.ts'
import { ipOf } from './addresses.ts'

/** Connections from which on idle ones make room. Below what the library takes by a second's worth of one IP. */
export const MAX_GUARDED_CONNECTIONS = 240
/** Connections of one peer. Two that dial each other at once make two; a third may be a relayed one. */
export const MAX_CONNECTIONS_PER_PEER = 4
const CLOSE_TIMEOUT_MS = 1_000

export interface ConnectionGuardOptions {
  host: Pick<Libp2p, 'getConnections' | 'addEventListener' | 'removeEventListener'>
  isNeighbour(peer: PeerKey): boolean
  /** Streams of these protocols show that a connection is in use. */
  protocols: readonly string[]
  maxConnections?: number
}

export class ConnectionGuard {
  readonly #options: ConnectionGuardOptions
  readonly #maxConnections: number
  /** Why connections were closed. */
  readonly drops = new Counters<'idle' | 'too-many-of-peer'>()

  constructor(options: ConnectionGuardOptions) {
    this.#options = options
    this.#maxConnections = options.maxConnections ?? MAX_GUARDED_CONNECTIONS
  }

  start(): void {
    this.#options.host.addEventListener('connection:open', this.#onOpen)
  }

  stop(): void {
    this.#options.host.removeEventListener('connection:open', this.#onOpen)
  }

  readonly #onOpen = ({ detail: connection }: CustomEvent<Connection>): void => {
    const { host } = this.#options
    const ofPeer = host.getConnections(connection.remotePeer).filter(isOpen)
    if (ofPeer.length > MAX_CONNECTIONS_PER_PEER && connection.direction === 'inbound') {
      this.#close(connection, 'too-many-of-peer')
      return
    }
    const all = host.getConnections().filter(isOpen)
    if (all.length <= this.#maxConnections) return
    const idle = this.#mostDispensable(all)
    if (idle !== undefined) this.#close(idle, 'idle')
  }

  /** Of the IP that holds most of the idle ones, the oldest: it had time to become of use. */
  #mostDispensable(connections: readonly Connection[]): Connection | undefined {
    const byIp = new Map<string, Connection[]>()
    for (const connection of connections) {
      if (connection.direction !== 'inbound' || this.isInUse(connection)) continue
      const ip = ipOf(connection.remoteAddr) ?? ''
      byIp.set(ip, [...(byIp.get(ip) ?? []), connection])
    }
    const [most = []] = [...byIp.values()].sort((a, b) => b.length - a.length)
    return most.sort((a, b) => a.timeline.open - b.timeline.open)[0]
  }

  /** Whether it is the connection of a neighbour, or carries something of those protocols. */
  isInUse({ remotePeer, streams }: Connection): boolean {
    const { protocols, isNeighbour } = this.#options
    return isNeighbour(remotePeer.toString()) || streams.some(({ protocol }) => protocols.includes(protocol))
  }

  #close(connection: Connection, reason: 'idle' | 'too-many-of-peer'): void {
    this.drops.add(reason)
    connection
      .close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) })
      .catch(err => connection.abort(err as Error))
  }
}

function isOpen({ status }: Connection): boolean {
  return status === 'open'
}
