/**
 * Provider records in the Kademlia DHT.
 */
import type { SingleKadDHT } from '@libp2p/kad-dht'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Datastore } from 'interface-datastore'
import { base32 } from 'multiformats/bases/base32'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as multihash from 'multiformats/hashes/digest'
import type { PeerKey } from '../../base/ports.ts'
import type { ContentRouting } from '../../node/provider-records.ts'
import type { Host } from './host.ts'

/** Of one answer: providers whom anybody may have named, and addresses of each that are kept. */
const MAX_PROVIDERS = 20
const MAX_ADDRESSES = 8
/** Where the library keeps the records, its own and those of others: below it, the hash in base32, then the PeerId. */
const RECORDS = '/dht/provider'

export class DhtRecords implements ContentRouting {
  readonly #host: Host
  readonly #dht: SingleKadDHT
  readonly #datastore: Datastore

  /** @param datastore - that of the host */
  constructor(host: Host, dht: SingleKadDHT, datastore: Datastore) {
    this.#host = host
    this.#dht = dht
    this.#datastore = datastore
  }

  get isReady(): boolean {
    return this.#dht.routingTable.size > 0
  }

  async provide(cid: string, signal: AbortSignal): Promise<void> {
    let stored = 0
    for await (const event of this.#dht.provide(CID.parse(cid), { signal })) {
      if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') stored++
    }
    if (stored === 0) throw new Error(`nobody took the record of ${cid}`)
  }

  async withdraw(cid: string): Promise<void> {
    await this.#dht.cancelReprovide(CID.parse(cid))
  }

  /** The library says every record of its own again, and tells nobody which those are. */
  async *own(signal: AbortSignal): AsyncGenerator<string> {
    const self = this.#host.peerId.toString()
    for await (const key of this.#datastore.queryKeys({ prefix: RECORDS }, { signal })) {
      const parts = key.list()
      if (parts.at(-1) === self) yield cidOf(parts.at(-2) as string)
    }
  }

  async *find(cid: string, signal: AbortSignal): AsyncGenerator<PeerKey> {
    for await (const event of this.#dht.findProviders(CID.parse(cid), { signal })) {
      if (event.name !== 'PROVIDER') continue
      for (const { id, multiaddrs } of event.providers.slice(0, MAX_PROVIDERS)) {
        if (multiaddrs.length > 0) {
          await this.#host.peerStore.merge(id, { multiaddrs: multiaddrs.slice(0, MAX_ADDRESSES) }, { signal })
        }
        yield id.toString()
      }
    }
  }
}

/** Asks others in the DHT where a peer is. Undefined: nobody knows. `from`: who said so. */
export async function locateInDht(
  dht: SingleKadDHT,
  peer: PeerKey,
  signal: AbortSignal
): Promise<{ from: PeerKey; addresses: string[] } | undefined> {
  for await (const event of dht.findPeer(peerIdFromString(peer), { signal, useCache: false })) {
    if (event.name !== 'FINAL_PEER') continue
    const addresses = event.peer.multiaddrs.slice(0, MAX_ADDRESSES).map(address => address.toString())
    return { from: event.from.toString(), addresses }
  }
  return undefined
}

function cidOf(hash: string): string {
  return CID.createV1(raw.code, multihash.decode(base32.decode(base32.prefix + hash))).toString()
}
