/**
 * p2pnode as a library: `createNode(options)` starts a node in this process.
 */
export type { Clock, PeerKey, Random } from './base/ports.ts'
export { createNode, type Log, type NodeOptions, type RunningNode } from './daemon.ts'
export type * from './node/api.ts'
export { NodeError, type NodeFault } from './node/errors.ts'
export type { Entry } from './wire/entry.ts'
