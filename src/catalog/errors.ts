/**
 * What can be wrong with a query that somebody typed, or that a peer sent.
 */
import { MAX_QUERY_TEXT_BYTES, MAX_QUERY_WORDS } from '../wire/limits.ts'

export type QueryFault =
  /** Nothing to look for: no word and no filter. */
  | { code: 'empty' }
  | { code: 'too-long'; bytes: number; limit: number }
  | { code: 'too-many-words'; words: number; limit: number }
  /** `field`: name of the filter. `example`: one that would do. */
  | { code: 'bad-filter'; field: string; value: string; example: string }

/** A query that cannot be asked. Match on `fault.code`, not on the text. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  readonly fault: QueryFault

  constructor(fault: QueryFault, options?: ErrorOptions) {
    super(describe(fault), options)
    this.fault = fault
  }
}

function describe(fault: QueryFault): string {
  switch (fault.code) {
    case 'empty':
      return 'nothing to search for: give at least one word or filter, such as: holiday ext:jpg'
    case 'too-long':
      return `the query takes ${fault.bytes} bytes, at most ${MAX_QUERY_TEXT_BYTES} are allowed`
    case 'too-many-words':
      return `the query has ${fault.words} words, at most ${MAX_QUERY_WORDS} are allowed`
    case 'bad-filter':
      return `cannot read "${fault.value}" as ${fault.field}: write it like ${fault.example}`
  }
}
