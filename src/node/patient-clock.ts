/**
 * A clock for patience with others. It stands still while this node itself did not run: a long pause for garbage, or a busy
 * machine, would otherwise pass for the silence of everybody who was asked.
 */
import type { Clock } from '../base/ports.ts'

/** A timer that is late by no more is a busy moment, ms. */
const USUAL_LATENESS_MS = 100

export class PatientClock implements Clock {
  readonly #clock: Clock
  #lostMs = 0
  #dueAt = Number.POSITIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now() - this.#lostMs
  }

  /** Call it when a timer ends, and when it begins: it is to end `ms` from now. */
  expect(ms: number): void {
    const now = this.#clock.now()
    const lateMs = now - this.#dueAt
    if (lateMs > USUAL_LATENESS_MS) this.#lostMs += lateMs
    this.#dueAt = now + ms
  }

  /** Nothing is expected any more. */
  rest(): void {
    this.#dueAt = Number.POSITIVE_INFINITY
  }
}
