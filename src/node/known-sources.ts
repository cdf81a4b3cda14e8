/**
 * Whom a node names to a peer that asks who else has a file.
 */
import type { PeerKey } from '../base/ports.ts'
import { MAX_SOURCES } from '../wire/limits.ts'

export interface SourceFacts {
  self: PeerKey
  /** Peers that announce it. */
  providers(root: string): PeerKey[]
  /** Peers that fetch it from here, or from which it is fetched: nobody has announced these. */
  fetchers(root: string): PeerKey[]
  /** Whether the asker may know that it is here. */
  maySee(root: string, asker: PeerKey): Promise<boolean>
  /** Where the asker may look for a peer. */
  addressesFor(asker: PeerKey, peer: PeerKey): Promise<string[]>
}

export async function knownSources(
  root: string,
  asker: PeerKey,
  facts: SourceFacts
): Promise<Array<{ peer: PeerKey; addresses: string[] }>> {
  const fetchers = (await facts.maySee(root, asker)) ? facts.fetchers(root) : []
  const peers = new Set([...fetchers, ...facts.providers(root)])
  peers.delete(asker)
  peers.delete(facts.self)
  const named: Array<{ peer: PeerKey; addresses: string[] }> = []
  for (const peer of peers) {
    if (named.length >= MAX_SOURCES) break
    const addresses = await facts.addressesFor(asker, peer)
    if (addresses.length > 0) named.push({ peer, addresses })
  }
  return named
}
