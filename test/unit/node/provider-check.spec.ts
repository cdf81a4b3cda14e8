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
    reach: async peer => void state.reached.push(peer)
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
    assert.equal(await new DirectCheck({ client, reach }).has('peer', 'cid', NEVER), null)
  })
})
