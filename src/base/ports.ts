/**
 * What pure code must be given: the time, chance, and the names of peers.
 */

/** A peer's PeerId as text (`12D3Koo…`). The domain knows peers by nothing else. */
export type PeerKey = string

/** Milliseconds since the epoch. Never assumed to be the same on two nodes. */
export interface Clock {
  now(): number
}

/** A source of chance; seeded in tests and in the simulator. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** `length` bytes. From the operating system's generator in the daemon. */
  bytes(length: number): Uint8Array
}
