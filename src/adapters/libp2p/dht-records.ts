/**
 * Provider records in the Kademlia DHT.
 */
import type { SingleKadDHT } from '@libp2p/kad-dht'
import { CID } from 'multiformats/cid'
import type { PeerKey } from '../../base/ports.ts'
import type { ContentRouting } from '../../node/provider-records.ts'
import type { Host } from './host.ts'

/** Of one answer: providers whom anybody may have named, and addresses of each that are kept. */
const MAX_PROVIDERS = 20
const MAX_ADDRESSES = 8

export class DhtRecords implements ContentRouting {
  readonly #host: Host
  readonly #dht: SingleKadDHT

  constructor(host: Host, dht: SingleKadDHT) {
    this.#host = host
    this.#dht = dht
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
