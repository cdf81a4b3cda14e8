/**
 * Worker of the search benchmark: nodes that ask another one all the time. They are driven from a thread of their own, so
 * that the event loop of the one that is asked has nothing else to do.
 */
import { on } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { TestNode } from '../src/testnet/index.ts'
import { startProcessNode } from '../src/testnet/process-node.ts'

export interface AskersData {
  /** Of the node that is asked. */
  address: string
  folder: string
  askers: number
  perSecond: number
}

/** Ask for so long; 0: end. */
export type AskersOrder = { seconds: number }

export type AskersMessage = { type: 'started' } | { type: 'asked'; queries: number; answered: number }

const { address, folder, askers, perSecond } = workerData as AskersData
const port = parentPort as MessagePort

async function ask(nodes: readonly TestNode[], seconds: number): Promise<AskersMessage> {
  const pending: Promise<boolean>[] = []
  const began = performance.now()
  for (let i = 0; i < seconds * perSecond; i++) {
    const text = `group${i % 50} thing`
    const search = (nodes[i % nodes.length] as TestNode).search({
      text,
      strategy: 'flood',
      ttl: 2,
      limit: 50
    })
    pending.push(search.then(({ hits }) => hits.length > 0))
    await sleep(Math.max(0, began + ((i + 1) * 1_000) / perSecond - performance.now()))
  }
  const answered = (await Promise.all(pending)).filter(Boolean).length
  return { type: 'asked', queries: pending.length, answered }
}

await using stack = new AsyncDisposableStack()
const nodes: TestNode[] = []
for (let index = 1; index <= askers; index++) {
  const quiet = { lan: false, dht: false, dial: false, bootstrap: [address] }
  nodes.push(stack.use(await startProcessNode({ index, folder: join(folder, `${index}`), node: quiet })))
}
port.postMessage({ type: 'started' } satisfies AskersMessage)
for await (const [{ seconds }] of on(port, 'message') as AsyncIterable<[AskersOrder]>) {
  if (seconds === 0) break
  port.postMessage(await ask(nodes, seconds))
}
port.close()
