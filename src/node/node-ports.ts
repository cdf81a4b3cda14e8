/**
 * What the node as a whole needs from outside, beyond the ports of its services.
 */
import type { DoctorCheck, PeerPath } from './api.ts'
import type { Contact } from './supervisor.ts'

/** An open connection, as it is shown. */
export interface ContactView extends Contact {
  /** Multiaddr with PeerId. */
  address: string
  path: PeerPath
  rttMs: number | null
}

/** How this node is placed in the network. */
export interface HostView {
  /** Multiaddrs with PeerId that others can dial. */
  addresses(): string[]
  contacts(): ContactView[]
  dht(): 'off' | 'client' | 'server'
  isPublic(): boolean
  warnings(): string[]
  /** Messages and bytes by protocol. */
  stats(): Record<string, Record<string, number>>
}

/** A row of a search, as far as `get N` needs it. */
export interface SavedRow {
  cid: string
  name: string
  size: number
}

/** The rows of the last search, across restarts. */
export interface RowStore {
  load(): Promise<SavedRow[]>
  save(rows: readonly SavedRow[]): Promise<void>
}

/** Looks at the machine: disk, folders, limits. */
export interface MachineCheck {
  run(signal: AbortSignal): Promise<DoctorCheck[]>
}
