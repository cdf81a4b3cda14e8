/**
 * What can be wrong with content: its name, its nodes, its blocks, or the file it was hashed from.
 */

/**
 * Why an inner node was refused. `wrong-hash`, `too-long` and `unexpected` are the sender's fault; with any other
 * reason the node is what its cid names, so that nobody can give a better one.
 */
export type NodeFlaw =
  | 'wrong-hash'
  | 'too-long'
  | 'unexpected'
  | 'not-dag-pb'
  | 'not-unixfs'
  | 'not-a-file'
  | 'a-folder'
  | 'not-a-folder'
  | 'not-this-profile'
  | 'too-many-blocks'
  | 'too-many-entries'

export type ContentFault =
  | { code: 'bad-cid'; text: string; reason: string }
  | { code: 'bad-link'; reason: string }
  | { code: 'bad-node'; root: string; flaw: NodeFlaw; detail: string }
  | { code: 'bad-block'; root: string; block: number }
  /** The file is not what was hashed: other size, other times, or another file under its name. */
  | { code: 'changed'; name: string }
  | { code: 'vanished'; name: string }

/** Content that is not what it should be. Match on `fault.code`, not on the text. */
export class ContentError extends Error {
  override readonly name = 'ContentError'
  readonly fault: ContentFault

  constructor(fault: ContentFault, options?: ErrorOptions) {
    super(describe(fault), options)
    this.fault = fault
  }
}

/** Whether the one who sent what `error` complains about is to blame, and another source may do better. */
export function isSendersFault(error: unknown): boolean {
  if (!(error instanceof ContentError)) return false
  const { fault } = error
  if (fault.code === 'bad-block') return true
  return fault.code === 'bad-node' && ['wrong-hash', 'too-long', 'unexpected'].includes(fault.flaw)
}

/** Whether a file was asked for by the cid of a folder. */
export function isFolderFault(error: unknown): boolean {
  if (!(error instanceof ContentError)) return false
  return error.fault.code === 'bad-node' && error.fault.flaw === 'a-folder'
}

function describe(fault: ContentFault): string {
  switch (fault.code) {
    case 'bad-cid':
      return `${JSON.stringify(fault.text)} is not a content id: ${fault.reason}`
    case 'bad-link':
      return `not a p2p: link: ${fault.reason}`
    case 'bad-node':
      return `inner node of ${fault.root} refused (${fault.flaw}): ${fault.detail}`
    case 'bad-block':
      return `block ${fault.block} of ${fault.root} is not what its cid names`
    case 'changed':
      return `${fault.name} has changed since it was hashed`
    case 'vanished':
      return `${fault.name} is not there any more`
  }
}
