import assert from 'node:assert/strict'
import { MemoryEntryStore } from '../../../src/catalog/index.ts'
import type { Hit, SearchEvent } from '../../../src/node/api.ts'
import { CatalogueFinder } from '../../../src/node/provider-finder.ts'
import { aHit, CID } from '../../support/fake-node.ts'

describe('CatalogueFinder', () => {
  /** Whom it names in this order, when searches tell `events`. */
  async function found(finder: (searched: SearchEvent[]) => CatalogueFinder, events: SearchEvent[] = []) {
    return await Array.fromAsync(finder(events).find(CID, new AbortController().signal))
  }
  const finderOf = (events: SearchEvent[]): CatalogueFinder =>
    new CatalogueFinder({
      self: 'me',
      store: new MemoryEntryStore(),
      searches: {
        async *search() {
          yield* events
        }
      }
    })
  const provider = (peerId: string) => ({ peerId, nickname: '', how: 'known', confirmed: false }) as const

  it('names those last that said they do not have it', async () => {
    const peers = await found(events => {
      const finder = finderOf(events)
      finder.name(CID, ['ann', 'bob'])
      finder.name(CID, ['bob', 'ann', 'cid'], ['ann'])
      return finder
    })
    assert.deepEqual(peers, ['bob', 'cid', 'ann'])
  })

  it('does not name those of a search that deny', async () => {
    const hit: Hit = aHit({ providers: [provider('bob'), { ...provider('ann'), denied: true }] })
    assert.deepEqual(await found(finderOf, [{ type: 'hit', ...hit }]), ['bob'])
  })
})
