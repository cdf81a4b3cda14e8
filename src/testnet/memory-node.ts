/**
 * A test node in this process, on the memory transport or on TCP.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createNode, type NodeOptions } from '../daemon.ts'
import { localApi, type TestNode } from './test-node.ts'

export interface StartOptions {
  index: number
  folder: string
  /** Beyond what a test network sets. */
  node: Partial<Omit<NodeOptions, 'data' | 'downloads'>>
}

export async function startMemoryNode({ index, folder, node }: StartOptions): Promise<TestNode> {
  const running = await createNode({
    data: join(folder, 'data'),
    downloads: join(folder, 'downloads'),
    listen: [`/memory/${randomUUID()}`],
    name: `node${index}`,
    ...node
  })
  const stop = async (): Promise<void> => {
    await running.node.leave()
    await running.closed
  }
  return {
    ...localApi(running.node),
    index,
    peerId: running.peerId,
    address: running.node.status().addresses[0] ?? '',
    folder,
    stop,
    kill: running.stop,
    [Symbol.asyncDispose]: running.stop
  }
}
