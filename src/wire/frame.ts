/**
 * Between bytes and the objects of the generated codecs. What those throw becomes a WireError here.
 */
import { type DecodeOptions, MaxLengthError } from 'protons-runtime'
import { WireError } from './errors.ts'
import { checkLength } from './fields.ts'

/** One message of `generated/`. */
export interface GeneratedCodec<T> {
  encode(message: Partial<T>): Uint8Array
  decode(bytes: Uint8Array, options?: DecodeOptions<T>): T
}

export interface FrameRules<T> {
  /** Name for errors. */
  field: string
  maxBytes: number
  /** Items of the lists, as protons takes them: `list` for its own items, `list$` for lists inside them. */
  lists?: DecodeOptions<T>['limits']
}

/** Parses `bytes`. The length is checked before, every list while it grows. */
export function parseFrame<T>(codec: GeneratedCodec<T>, bytes: Uint8Array, rules: FrameRules<T>): T {
  checkLength(bytes, rules.field, rules.maxBytes)
  try {
    return codec.decode(bytes, rules.lists === undefined ? {} : { limits: rules.lists })
  } catch (cause) {
    if (cause instanceof MaxLengthError) throw tooMany(cause, rules)
    // Also what groups nested thousands deep do to the stack of the generated code.
    throw new WireError({ code: 'malformed', field: rules.field }, { cause })
  }
}

/** Writes a message whose fields were checked; throws `too-long` when all of them together are too much for a frame. */
export function writeFrame<T>(
  codec: GeneratedCodec<T>,
  message: Partial<T>,
  rules: FrameRules<T>
): Uint8Array {
  const bytes = codec.encode(message)
  checkLength(bytes, rules.field, rules.maxBytes)
  return bytes
}

/** protons tells the list's name in the text of its error only. */
function tooMany<T>(cause: MaxLengthError, rules: FrameRules<T>): WireError {
  const field = /"(\w+)"/.exec(cause.message)?.[1] ?? rules.field
  const limit = findLimit(rules.lists ?? {}, field)
  return new WireError(
    limit === undefined ? { code: 'too-many', field } : { code: 'too-many', field, limit },
    { cause }
  )
}

function findLimit(limits: object, list: string): number | undefined {
  for (const [name, value] of Object.entries(limits)) {
    if (name === list && typeof value === 'number') return value
    const inner = typeof value === 'object' && value !== null ? findLimit(value, list) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}
