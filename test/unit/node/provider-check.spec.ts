import assert from 'node:assert/strict'
import type { BlockSession, HaveAnswer } from '../../../src/node/download-ports.ts'
import { DirectCheck } from '../../../src/node/provider-check.ts'

const NEVER = new AbortController().signal

/** A provider that answers `have` like this, and whether its session was closed. */
function provider(answer: HaveAnswer | Error) {
  const state = { isClosed: false, reached: [] as string[] }
  const session = {
    have: async () => {
      if (answer instanceof Error) throw answer
      return answer
    },
    close: async () => {
      state.isClosed = true
    }
  } as unknown as BlockSession
  const check = new DirectCheck({
    client: { open: async () => session },
    canReach: () => true,
    reach: async peer => void state.reached.push(peer),
    locate: async () => assert.fail('it was looked for'),
    clock: { now: () => 0 }
  })
  return { check, state }
}

const refused = (reason: 'not-found' | 'changed' | 'busy' | 'not-allowed' | 'bad-request'): HaveAnswer => ({
  kind: 'refused',
  reason
})

describe('DirectCheck', () => {
  const cases: Array<{ name: string; answer: HaveAnswer | Error; has: boolean | null }> = [
    { name: 'blocks', answer: { kind: 'have', bits: Uint8Array.of(4), total: 9 }, has: true },
    { name: 'no block yet', answer: { kind: 'have', bits: Uint8Array.of(0), total: 9 }, has: false },
    { name: 'a folder', answer: refused('bad-request'), has: true },
    { name: 'nothing', answer: refused('not-found'), has: false },
    { name: 'something else by now', answer: refused('changed'), has: false },
    { name: 'no time', answer: refused('busy'), has: null },
    { name: 'no answer', answer: new Error('gone'), has: null }
  ]
  for (const { name, answer, has } of cases) {
    it(`takes a provider that has ${name} for ${has}`, async () => {
      const { check, state } = provider(answer)
      assert.equal(await check.has('peer', 'cid', NEVER), has)
      assert.deepEqual([state.isClosed, state.reached], [true, ['peer']])
    })
  }

  it('says nothing of one that cannot be reached', async () => {
    const reach = async () => {
      throw new Error('no way')
    }
    const client = { open: async () => assert.fail('it was opened') }
    const check = new DirectCheck({ client, canReach: () => true, reach, clock: { now: () => 0 } })
    assert.equal(await check.has('peer', 'cid', NEVER), null)
  })

  describe('where no address is known', () => {
    /** Peers that are known, those that others know, and who was looked for. */
    function lost(elsewhere: readonly string[] | 'nobody answers') {
      const state = { now: 1_000, known: new Set<string>(), sought: [] as string[], aborted: 0 }
      const session = {
        have: async () => ({ kind: 'have', bits: Uint8Array.of(1), total: 1 }),
        close: async () => {}
      } as unknown as BlockSession
      const check = new DirectCheck({
        client: { open: async () => session },
        canReach: peer => state.known.has(peer),
        reach: async peer => {
          if (!state.known.has(peer)) throw new Error('no address')
        },
        locate: async (peer, signal) => {
          state.sought.push(peer)
          if (elsewhere === 'nobody answers') {
            await new Promise(resolve => signal.addEventListener('abort', resolve))
            state.aborted++
            signal.throwIfAborted()
          } else if (elsewhere.includes(peer)) state.known.add(peer)
        },
        clock: { now: () => state.now }
      })
      return { check, state }
    }

    it('others are asked, and the provider then', async () => {
      const { check, state } = lost(['ann'])
      assert.equal(await check.has('ann', 'cid', NEVER), true)
      assert.equal(await check.has('ann', 'cid', NEVER), true)
      assert.deepEqual(state.sought, ['ann'])
    })

    it('nothing is said of one that nobody knows, who is not looked for again soon', async () => {
      const { check, state } = lost([])
      assert.equal(await check.has('ann', 'cid', NEVER), null)
      assert.equal(await check.has('ann', 'cid', NEVER), null)
      assert.deepEqual(state.sought, ['ann'])
      state.now += 60_000
      assert.equal(await check.has('ann', 'cid', NEVER), null)
      assert.deepEqual(state.sought, ['ann', 'ann'])
    })

    it('two are looked for at a time, until the search ends', async () => {
      const { check, state } = lost('nobody answers')
      const ended = new AbortController()
      const all = ['ann', 'bob', 'cid'].map(peer => check.has(peer, 'cid', ended.signal))
      assert.equal(await all[2], null)
      assert.deepEqual([state.sought, state.aborted], [['ann', 'bob'], 0])
      ended.abort()
      assert.deepEqual(await Promise.all(all), [null, null, null])
      assert.equal(state.aborted, 2)
    })

    it('they are looked for a second at most @slow', async () => {
      const { check, state } = lost('nobody answers')
      const start = performance.now()
      assert.equal(await check.has('ann', 'cid', NEVER), null)
      assert.ok(performance.now() - start < 1_400)
      assert.equal(state.aborted, 1)
    })
  })
})
