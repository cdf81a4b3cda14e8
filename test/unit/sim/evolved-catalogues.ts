/**
 * Real catalogues of many nodes that tell their neighbours heads and pull pages from one another until nothing changes.
 */
import {
  type CacheLimits,
  type EntryStore,
  KnownCatalogue,
  type PageFacts
} from '../../../src/catalog/index.ts'
import type { Graph } from '../../../src/sim/topology.ts'
import type { Entry } from '../../../src/wire/entry.ts'
import type { Head, SignedHead } from '../../../src/wire/head.ts'
import { encodePage, pageHash, pageKey, pagesRoot } from '../../../src/wire/page.ts'

const NOW = 1_000_000
const MANY = 1_000_000

interface Node {
  catalogue: KnownCatalogue
  store: PageStore
  /** What each neighbour was told already. */
  told: Map<number, number>
}

export class EvolvedCatalogues {
  readonly #graph: Graph
  readonly #nodes: Node[]
  readonly #heads: SignedHead[]
  readonly #pages: Uint8Array[]

  /** @param entriesOf - what a node shares: at most one page */
  constructor(graph: Graph, entriesOf: (node: number) => Entry[], limits: CacheLimits) {
    this.#graph = graph
    const shares = Array.from({ length: graph.nodes }, (_, node) => sorted(entriesOf(node)))
    this.#pages = shares.map(entries => (entries.length === 0 ? new Uint8Array() : encodePage(entries)))
    this.#heads = shares.map((entries, node) => headOf(node, entries, this.#pages[node] as Uint8Array))
    this.#nodes = shares.map((_, node) => {
      const store = new PageStore()
      const catalogue = new KnownCatalogue({ self: String(node), store, now: NOW, limits })
      return { catalogue, store, told: new Map() }
    })
  }

  /** Everybody tells all neighbours what is new and pulls what it wants, again and again. */
  rest(): void {
    for (let hasNews = true; hasNews; ) {
      hasNews = false
      for (let node = 0; node < this.#nodes.length; node++) {
        for (const neighbour of this.#graph.neighboursOf(node))
          hasNews = this.#tell(node, neighbour) || hasNews
      }
      for (const node of this.#nodes) this.#pull(node)
    }
  }

  knownTo(node: number): Set<number> {
    return new Set((this.#nodes[node] as Node).store.providers())
  }

  #tell(from: number, to: number): boolean {
    const { catalogue, told } = this.#nodes[from] as Node
    const receiver = (this.#nodes[to] as Node).catalogue
    const own = this.#heads[from] as SignedHead
    const isFirst = !told.has(to)
    if (isFirst) receiver.onHead(own, 0, String(from), NOW)
    const { heads, version } = catalogue.notices(String(to), told.get(to) ?? 0, NOW)
    told.set(to, version)
    for (const { envelope, hops } of heads) receiver.onHead(this.#signed(envelope), hops, String(from), NOW)
    return isFirst || heads.length > 0
  }

  /** One provider after the other, as each may be the last one there is room for. */
  #pull({ catalogue }: Node): void {
    const failed = new Set<string>()
    for (;;) {
      const [wanted] = catalogue.wanted(1, provider => failed.has(provider))
      if (wanted === undefined) return
      const provider = Number(wanted.provider)
      const hash = pageHash(this.#pages[provider] as Uint8Array)
      const verdict = catalogue.onPageList(wanted.provider, wanted.seq, [hash])
      if (verdict.kind === 'pull') catalogue.onPage(wanted.provider, this.#pages[provider] as Uint8Array)
      else failed.add(wanted.provider)
    }
  }

  /** Envelopes of this test are the numbers of their providers. */
  #signed(envelope: Uint8Array): SignedHead {
    return this.#heads[Buffer.from(envelope).readUInt32BE(0)] as SignedHead
  }
}

function headOf(node: number, entries: readonly Entry[], page: Uint8Array): SignedHead {
  const hashes = entries.length === 0 ? [] : [pageHash(page)]
  const envelope = Buffer.alloc(4)
  envelope.writeUInt32BE(node)
  const head: Head = {
    provider: String(node),
    nickname: `n${node}`,
    seq: NOW,
    ttlS: 3_600,
    files: entries.length,
    bytes: 0,
    pledgeFree: 0,
    pageCount: hashes.length,
    pagesRoot: pagesRoot(hashes)
  }
  return { head, envelope }
}

function sorted(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((a, b) => Buffer.compare(pageKey(a), pageKey(b)))
}

/** Pages and nothing else: nobody searches here. */
class PageStore implements EntryStore {
  readonly #pages = new Map<string, Map<string, readonly Entry[]>>()

  providers(): number[] {
    return [...this.#pages.keys()].map(Number)
  }

  putPage(provider: string, hash: string, entries: readonly Entry[]): void {
    const pages = this.#pages.get(provider) ?? new Map<string, readonly Entry[]>()
    this.#pages.set(provider, pages.set(hash, entries))
  }

  dropPage(provider: string, hash: string): void {
    this.#pages.get(provider)?.delete(hash)
    if (this.#pages.get(provider)?.size === 0) this.#pages.delete(provider)
  }

  dropProvider(provider: string): void {
    this.#pages.delete(provider)
  }

  pagesOf(provider: string): string[] {
    return [...(this.#pages.get(provider)?.keys() ?? [])]
  }

  hasPage(provider: string, hash: string): boolean {
    return this.#pages.get(provider)?.has(hash) === true
  }

  facts(): PageFacts[] {
    return []
  }

  page(provider: string, hash: string): readonly Entry[] | undefined {
    return this.#pages.get(provider)?.get(hash)
  }

  locate(): undefined {
    return undefined
  }

  search(): [] {
    return []
  }

  byCid(): [] {
    return []
  }

  count(): number {
    return MANY
  }

  batch<Result>(run: () => Result): Result {
    return run()
  }
}
