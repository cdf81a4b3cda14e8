/**
 * What can be wrong with a message, received or about to be sent.
 */

export interface WireFault {
  code: 'malformed' | 'too-long' | 'too-many' | 'out-of-range' | 'unknown-message'
  /** Name of the field as in the message type; `frame` for the message as a whole. */
  field: string
  /** The limit that was passed: bytes with `too-long`, items with `too-many`, a number's nearest bound with `out-of-range`. */
  limit?: number
}

/** A message that breaks a rule of SPEC.md. Nothing else is thrown by a codec. Match on `fault.code`, not on the text. */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly fault: WireFault

  constructor(fault: WireFault, options?: ErrorOptions) {
    super(describe(fault), options)
    this.fault = fault
  }
}

function describe({ code, field, limit }: WireFault): string {
  switch (code) {
    case 'malformed':
      return `${field} is malformed`
    case 'too-long':
      return `${field} is longer than ${limit} bytes`
    case 'too-many':
      return `${field} has more than ${limit} items`
    case 'out-of-range':
      return `${field} is out of range${limit === undefined ? '' : `: the limit is ${limit}`}`
    case 'unknown-message':
      return 'the message is of no known kind'
  }
}
