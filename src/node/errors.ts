/**
 * What can go wrong with a request to a node. HTTP statuses and exit codes are mapped from `code` at their edges.
 */
export type NodeFault =
  | { code: 'bad-input'; field: string; message: string }
  | { code: 'not-found'; message: string }
  | { code: 'no-source'; message: string }
  | { code: 'bad-content'; message: string }
  | { code: 'disk'; message: string }
  | { code: 'conflict'; message: string }
  /** It would go later: others take all the room now. */
  | { code: 'busy'; message: string }
  | { code: 'unreachable'; message: string }
  | { code: 'stopping'; message: string }

export class NodeError extends Error {
  override readonly name = 'NodeError'
  readonly fault: NodeFault

  constructor(fault: NodeFault, options?: ErrorOptions) {
    super(fault.message, options)
    this.fault = fault
  }
}

/** Why everything under way ends when the node does. */
export function nodeStops(): NodeError {
  return new NodeError({ code: 'stopping', message: 'the node stops' })
}

/** Where a file is to be read, and the cid is that of a folder. */
export function onlyFiles(cid: string): NodeError {
  const message = `${cid} is a folder, and only files can be read`
  return new NodeError({ code: 'bad-input', field: 'target', message })
}
