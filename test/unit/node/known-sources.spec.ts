import assert from 'node:assert/strict'
import { knownSources, type SourceFacts } from '../../../src/node/known-sources.ts'

function facts(given: Partial<SourceFacts> = {}): SourceFacts {
  return {
    self: 'me',
    providers: () => ['ann', 'me', 'bob'],
    fetchers: () => ['cleo', 'bob'],
    maySee: async () => true,
    addressesFor: async (_asker, peer) => [`/ip4/1.2.3.4/tcp/1/p2p/${peer}`],
    ...given
  }
}

const named = async (given: Partial<SourceFacts>, asker = 'dan'): Promise<string[]> =>
  (await knownSources('bafy', asker, facts(given))).map(({ peer }) => peer)

describe('knownSources', () => {
  it('names those who announce a file and those who fetch it, each once, but neither asker nor self', async () => {
    assert.deepEqual(await named({}), ['cleo', 'bob', 'ann'])
    assert.deepEqual(await named({}, 'ann'), ['cleo', 'bob'])
  })

  it('does not tell who fetches what the asker may not see', async () => {
    assert.deepEqual(await named({ maySee: async () => false }), ['ann', 'bob'])
  })

  it('leaves out those whom the asker could not find', async () => {
    const addressesFor: SourceFacts['addressesFor'] = async (_asker, peer) =>
      peer === 'ann' ? ['/ip4/…'] : []
    assert.deepEqual(await named({ addressesFor }), ['ann'])
  })

  it('names no more than an answer holds', async () => {
    const providers = (): string[] => Array.from({ length: 50 }, (_, i) => `p${i}`)
    assert.equal((await named({ providers })).length, 20)
  })
})
