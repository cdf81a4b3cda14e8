/**
 * Scripted sources in virtual time: each sends what it was asked, in order, at its own rate.
 */
import { seededRandom } from '../../../src/base/random.ts'
import { type Have, Swarm, type SwarmOptions } from '../../../src/swarm/index.ts'
import { BLOCK_BYTES } from '../../../src/wire/limits.ts'

export interface ScriptedSource {
  peer: string
  /** Bytes/s. */
  rate: number
  have?: Have
  /** What it does with a block: sends it, sends wrong bytes, says nothing, or refuses. */
  answer?: (block: number, now: number) => 'good' | 'bad' | 'silent' | 'refused' | 'busy'
}

export interface Run {
  swarm: Swarm
  now: number
  /** Good blocks that each source sent, twice sent ones included. */
  sent: Map<string, number[]>
  dropped: Array<{ peer: string; reason: string }>
}

const STEP_MS = 50
const CHUNK_BYTES = 64 * 1024

/** Runs a download to its end, or to `untilMs`. */
export function run(scripts: ScriptedSource[], options: SwarmOptions, untilMs = 600_000, seed = 7): Run {
  const swarm = new Swarm(options, seededRandom(seed))
  const queues = new Map(
    scripts.map(script => [script.peer, { script, blocks: [] as number[], credit: 0, told: 0 }])
  )
  const result: Run = { swarm, now: 0, sent: new Map(scripts.map(({ peer }) => [peer, []])), dropped: [] }
  for (const { peer, have } of scripts) swarm.addSource(peer, have ?? 'all', 0)

  for (; result.now < untilMs && !swarm.isDone; result.now += STEP_MS) {
    for (const action of swarm.tick(result.now)) {
      const queue = queues.get(action.peer)
      if (queue === undefined) continue
      if (action.kind === 'request') queue.blocks.push(...action.blocks)
      else if (action.kind === 'cancel')
        queue.blocks = queue.blocks.filter(block => !action.blocks.includes(block))
      else {
        result.dropped.push({ peer: action.peer, reason: action.reason })
        queues.delete(action.peer)
      }
    }
    for (const queue of queues.values()) send(queue, result)
  }
  return result
}

function send(
  queue: { script: ScriptedSource; blocks: number[]; credit: number; told: number },
  { swarm, now, sent }: Run
): void {
  const { peer, rate, answer = () => 'good' } = queue.script
  queue.credit = queue.blocks.length === 0 ? 0 : queue.credit + (rate * STEP_MS) / 1000
  for (let block = queue.blocks[0]; block !== undefined; block = queue.blocks[0]) {
    const kind = answer(block, now)
    if (kind === 'silent') return
    if (kind === 'refused' || kind === 'busy') {
      queue.blocks.shift()
      swarm.onRefused(
        peer,
        [block],
        kind === 'busy' ? 'busy' : 'not-found',
        kind === 'busy' ? 1 : undefined,
        now
      )
      continue
    }
    while (queue.told + CHUNK_BYTES <= Math.min(queue.credit, BLOCK_BYTES)) {
      queue.told += CHUNK_BYTES
      swarm.onBytes(peer, CHUNK_BYTES, now)
    }
    if (queue.credit < BLOCK_BYTES) return
    queue.credit -= BLOCK_BYTES
    queue.told = 0
    queue.blocks.shift()
    swarm.onReceived(peer, block, now)
    if (kind === 'bad') {
      swarm.onBadBlock(peer, block, now)
      return
    }
    sent.get(peer)?.push(block)
    swarm.onBlock(peer, block, BLOCK_BYTES, now)
  }
}
