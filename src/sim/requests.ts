/**
 * Requests of the asker to peers that may have to be dialled first: what they cost, and how long they take.
 */
import type { MessageKind, VirtualNetwork } from './virtual-network.ts'
import type { World } from './world.ts'

/**
 * Round trips and bytes of a connection by TCP, TLS and yamux until streams can be opened, and of opening a stream; measured
 * between two bare hosts over a line of 120 ms, whose request and answer then take another round trip.
 */
const DIAL_ROUND_TRIPS = 3.5
const DIAL_BYTES = 6_500
const STREAM_ROUND_TRIPS = 1
const STREAM_BYTES = 390
/** Knocking at a door that nobody opens. */
const KNOCK_BYTES = 180

export class Requests {
  readonly #world: World
  readonly #network: VirtualNetwork
  readonly #asker: number
  readonly #connected: Set<number>

  constructor(world: World, network: VirtualNetwork, asker: number) {
    this.#world = world
    this.#network = network
    this.#asker = asker
    this.#connected = new Set(world.graph.neighboursOf(asker))
  }

  link(peer: number): { isWarm: boolean; rttMs: number | null } {
    const isWarm = this.#connected.has(peer)
    return { isWarm, rttMs: isWarm ? 2 * this.#world.latencyMs(this.#asker, peer) : null }
  }

  /** @param onArrived - called when the request is there, unless nobody is */
  send(kind: MessageKind, peer: number, bytes: number, onArrived: () => void): void {
    const { costs } = this.#network
    if (!this.#world.index.churn.isAlive(peer)) {
      this.#network.count(kind, KNOCK_BYTES)
      return
    }
    const isConnected = this.#connected.has(peer)
    if (!isConnected) {
      costs.dials++
      costs.dialBytes += DIAL_BYTES
      this.#connected.add(peer)
    }
    this.#network.count(kind, bytes + STREAM_BYTES)
    const roundTrips = STREAM_ROUND_TRIPS + (isConnected ? 0 : DIAL_ROUND_TRIPS)
    this.#network.after((2 * roundTrips + 1) * this.#world.latencyMs(this.#asker, peer), onArrived)
  }

  /** @param onArrived - called when the asker has the answer */
  answer(kind: MessageKind, peer: number, bytes: number, onArrived: () => void): void {
    this.#network.count(kind, bytes)
    this.#network.after(this.#world.latencyMs(this.#asker, peer), onArrived)
  }
}
