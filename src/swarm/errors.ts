/**
 * What can go wrong with a source of blocks.
 */
export type SourceFault =
  /** The peer broke the protocol; `reason` says how. */
  | { code: 'protocol'; reason: string }
  | { code: 'timeout'; afterMs: number }
  /** The stream or the connection ended, or could not be opened. */
  | { code: 'closed'; reason: string }

/** A source that cannot be used any more; every open request to it fails with the same. Match on `fault.code`. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly fault: SourceFault

  constructor(fault: SourceFault, options?: ErrorOptions) {
    super(fault.code === 'timeout' ? `no answer within ${fault.afterMs} ms` : fault.reason, options)
    this.fault = fault
  }
}
