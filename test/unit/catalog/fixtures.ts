/**
 * Entries for tests: the cid follows from the path unless it is given.
 */
import { createHash } from 'node:crypto'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import * as digest from 'multiformats/hashes/digest'
import type { PeerKey } from '../../../src/base/ports.ts'
import { MemoryEntryStore } from '../../../src/catalog/memory-store.ts'
import { OwnCatalogue, type Published } from '../../../src/catalog/own-catalogue.ts'
import type { HeadSeal } from '../../../src/catalog/ports.ts'
import type { Entry } from '../../../src/wire/entry.ts'

export function cidOf(text: string): string {
  return CID.createV1(0x55, digest.create(0x12, createHash('sha256').update(text).digest())).toString()
}

export function entry(path: string, rest: Partial<Entry> = {}): Entry {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return {
    cid: cidOf(path),
    name,
    path,
    size: 1_000,
    mime: 'text/plain',
    modified: 1_700_000_000_000,
    ...rest
  }
}

/** `count` entries whose paths begin with `prefix` and a number from `first` on. */
export function entries(count: number, prefix = 'share/file', first = 0): Entry[] {
  return Array.from({ length: count }, (_, i) => entry(`${prefix} ${first + i}.txt`))
}

/** A PeerId for a name. */
export function peer(name: string): PeerKey {
  return base58btc.encode(digest.create(0x12, createHash('sha256').update(name).digest()).bytes).slice(1)
}

/** Envelopes that carry their signer's name instead of a signature. A first byte of 0 is a bad one. */
export function fakeSeal(self: PeerKey): HeadSeal {
  return {
    async seal(payload) {
      return Buffer.concat([Buffer.from([1, self.length]), Buffer.from(self), payload])
    },
    async open(envelope) {
      const length = envelope[1] ?? 0
      if (envelope[0] !== 1) return undefined
      return {
        signer: Buffer.from(envelope.subarray(2, 2 + length)).toString(),
        payload: envelope.subarray(2 + length)
      }
    }
  }
}

/** The catalogue of a provider that has nothing yet, in memory; it is called `name`, and so is its PeerId. */
export function ownCatalogue(name: string, ttlS = 600): OwnCatalogue {
  const self = peer(name)
  const store = new MemoryEntryStore()
  return new OwnCatalogue({ self, nickname: name, store, seal: fakeSeal(self), ttlS, lastSeq: 0 })
}

/** Publishes all changes, also those that are too many to be in pages at once. */
export async function publishAll(own: OwnCatalogue, now: number): Promise<Published> {
  // The round under way, and one with what came after it began.
  for (let round = 0; round < 2; round++) {
    while (own.settle()) {
      // Nothing else has to run meanwhile.
    }
  }
  return await own.publish(now)
}
