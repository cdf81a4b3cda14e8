/**
 * A small node in memory, for tests of what talks to a node. It finds, gets and connects without a network.
 */
import type {
  AggregateAnswer,
  AggregateRequest,
  Content,
  ContentRequest,
  Download,
  GetEvent,
  GetRequest,
  Hit,
  NamedValue,
  NodeApi,
  NodeEvent,
  NumberedEvent,
  Peer,
  Provider,
  SearchEvent,
  SearchRequest,
  Share,
  SharePreview,
  StageReport,
  Want
} from '../../src/node/api.ts'
import { NodeError } from '../../src/node/errors.ts'
import type { Entry } from '../../src/wire/entry.ts'

export const PEER = '12D3KooWSahP5pFRCEfaziPEba7urXGeif6T1y8jmodzdFUvzBHj'
export const CID = 'bafkreidgvpkjawlxz6sffxzwgooowe5yt7i6wsyg236mfoks77nywkptdq'

export function anEntry(given: Partial<Entry> = {}): Entry {
  return {
    cid: CID,
    name: 'a.txt',
    path: 'docs/a.txt',
    size: 12,
    mime: 'text/plain',
    modified: 1_000,
    ...given
  }
}

export function aPeer(given: Partial<Peer> = {}): Peer {
  const address = `/ip4/192.168.1.5/tcp/4801/p2p/${PEER}`
  const peer: Peer = {
    peerId: PEER,
    nickname: 'ana',
    address,
    direction: 'outbound',
    neighbour: true,
    path: 'lan',
    rttMs: 2,
    since: 1_000
  }
  return { ...peer, ...given }
}

export function aHit(given: Partial<Hit> = {}): Hit {
  const { cid, name, path, size, mime } = anEntry()
  const provider = { peerId: PEER, nickname: 'ana', how: 'known', confirmed: true } as const
  return {
    row: 1,
    cid,
    name,
    path,
    size,
    mime,
    providers: [provider],
    stage: 'catalogue',
    elapsedMs: 3,
    ...given
  }
}

/** Three: all who are said to have it deny, nobody was asked with success, and one that a provider confirmed. */
export function hitsToOrder(): Hit[] {
  const [provider] = aHit().providers as [Provider]
  const unsure: Provider = { ...provider, confirmed: false }
  const denied: Provider = { ...unsure, denied: true }
  return [
    aHit({ providers: [denied] }),
    aHit({ row: 2, name: 'b.txt', providers: [unsure, denied] }),
    aHit({ row: 3, name: 'c.txt', providers: [provider, denied] })
  ]
}

export function aDownload(given: Partial<Download> = {}): Download {
  const download: Download = {
    id: 'd1',
    cid: CID,
    name: 'a.txt',
    size: 12,
    bytesDone: 0,
    state: 'finding',
    rate: 0,
    etaS: null,
    sources: [],
    path: '/tmp/a.txt',
    error: null
  }
  return { ...download, ...given }
}

export function anAnswer(given: Partial<AggregateAnswer> = {}): AggregateAnswer {
  const answer: AggregateAnswer = {
    op: 'sum',
    name: 'value',
    value: '8.5',
    exact: true,
    nodes: 3,
    trusted: 0,
    missing: [],
    complete: true,
    failedLinks: [],
    moreFailedLinks: 0,
    elapsedMs: 20,
    ageMs: 0
  }
  return { ...answer, ...given }
}

/** Lists are open to the test; a stream that has told everything waits for its signal when `endless`. */
export class FakeNode implements NodeApi {
  hits: Hit[] = [aHit()]
  /** Stages of a search after the catalogue. */
  asking: StageReport[] = []
  own: Entry[] = [anEntry()]
  contacts: Peer[] = [aPeer()]
  running: Download[] = []
  offered: Share[] = []
  wanted: Want[] = []
  held: NamedValue[] = []
  happened: NodeEvent[] = []
  /** What was asked, in order: method and first argument. */
  readonly asked: [string, unknown][] = []
  /** Streams that ended because their signal aborted. */
  aborted = 0
  endless = false
  /** What can be read, and how much of it comes. */
  readable = {
    cid: CID,
    name: 'a.txt',
    mime: 'text/plain',
    bytes: Buffer.from('bytes, and more of them') as Uint8Array
  }
  readableBytes = Number.POSITIVE_INFINITY
  /** Contents that were closed. */
  closed = 0

  status() {
    return {
      peerId: PEER,
      nickname: 'ana',
      version: '0.1.0',
      addresses: [`/ip4/127.0.0.1/tcp/4801/p2p/${PEER}`],
      data: '/data',
      downloads: '/downloads',
      startedAt: 1_000,
      peers: this.contacts.length,
      neighbours: 1,
      shares: { count: this.offered.length, files: 0, bytes: 0, pending: 0 },
      catalogue: { providers: 1, entries: 1, complete: true, partial: 0 },
      dht: 'off' as const,
      reachability: 'lan' as const,
      rates: { upload: null, peerUpload: null, download: null },
      warnings: []
    }
  }

  stats() {
    return { search: { 'dropped: duplicate': 3 } }
  }

  async doctor() {
    return [{ name: 'clock', ok: true, detail: 'right' }]
  }

  shares() {
    return this.offered
  }

  async share(path: string, options?: object) {
    this.asked.push(['share', options ?? path])
    if (path.includes('missing')) {
      throw new NodeError({ code: 'bad-input', field: 'path', message: `${path} does not exist` })
    }
    const share: Share = {
      id: `s${this.offered.length + 1}`,
      path,
      name: path.split('/').at(-1) ?? '',
      cid: null,
      files: 1,
      bytes: 12,
      hashed: 0,
      pending: 1,
      errors: [],
      moreErrors: 0,
      state: 'scanning',
      progress: null
    }
    this.offered.push(share)
    return share
  }

  async unshare(target: string) {
    this.asked.push(['unshare', target])
    const share = this.offered.find(share => share.id === target || share.path === target)
    if (share == null) throw new NodeError({ code: 'not-found', message: `no share ${target}` })
    this.offered = this.offered.filter(other => other !== share)
    return share
  }

  async scan(id: string | undefined) {
    this.asked.push(['scan', id])
    return this.offered
  }

  async *previewShare(path: string): AsyncGenerator<SharePreview> {
    this.asked.push(['previewShare', path])
    yield { type: 'file', path: 'a.txt', size: 12 }
    yield { type: 'ignored', path: '.git', reason: 'hidden' }
    yield { type: 'refused', path: 'pipe', message: 'neither a file nor a folder' }
    yield { type: 'done', files: 1, bytes: 12, ignored: 1, refused: 1 }
  }

  pauseHashing() {
    this.asked.push(['pauseHashing', undefined])
    return this.offered
  }

  resumeHashing() {
    this.asked.push(['resumeHashing', undefined])
    return this.offered
  }

  async link(target: string) {
    this.asked.push(['link', target])
    const { cid, name, size } = anEntry()
    const { addresses } = this.status()
    return { link: `p2p:${cid}?name=${name}&size=${size}&p=${addresses[0]}`, cid, name, size, addresses }
  }

  entries() {
    return this.own
  }

  wants() {
    return this.wanted
  }

  async addWant(text: string, options: { get?: boolean | undefined } = {}) {
    this.asked.push(['addWant', { text, ...options }])
    const id = `w${this.wanted.length + 1}`
    const want: Want = { id, text, get: options.get ?? false, createdAt: 1_000, count: 0, matches: [] }
    this.wanted.push(want)
    return want
  }

  async removeWant(id: string) {
    const want = this.wanted.find(want => want.id === id)
    if (want == null) throw new NodeError({ code: 'not-found', message: `no want ${id}` })
    this.wanted = this.wanted.filter(other => other !== want)
    return want
  }

  async *search(request: SearchRequest, { signal }: { signal: AbortSignal }): AsyncGenerator<SearchEvent> {
    this.asked.push(['search', request])
    if (request.text === 'refused')
      throw new NodeError({ code: 'bad-input', field: 'text', message: 'refused' })
    for (const hit of this.hits) yield { type: 'hit', ...hit }
    if (this.endless) return await this.#untilAborted(signal)
    const stages = [
      { stage: 'catalogue' as const, messages: 0, bytes: 0, hits: this.hits.length, elapsedMs: 1 },
      ...this.asking
    ]
    yield { type: 'done', hits: this.hits.length, truncated: false, stages, elapsedMs: 4 }
  }

  async *browse(peer: string): AsyncGenerator<Entry> {
    if (!this.contacts.some(contact => contact.peerId === peer)) {
      throw new NodeError({ code: 'unreachable', message: `no way to ${peer}` })
    }
    yield* this.own
  }

  async *get(request: GetRequest, { signal }: { signal: AbortSignal }): AsyncGenerator<GetEvent> {
    this.asked.push(['get', request])
    if (request.target === 'nobody') throw new NodeError({ code: 'no-source', message: 'nobody has it' })
    const download = aDownload({ path: request.output ?? '/downloads/a.txt' })
    yield { type: 'progress', ...download }
    if (request.target === 'broken') throw new NodeError({ code: 'bad-content', message: 'wrong bytes' })
    if (this.endless) return await this.#untilAborted(signal)
    yield { type: 'done', ...download, bytesDone: 12, state: 'done' }
  }

  downloads() {
    return this.running
  }

  async pause(id: string) {
    return this.#changed(id, 'paused')
  }

  async resume(id: string) {
    return this.#changed(id, 'downloading')
  }

  async cancel(id: string) {
    return this.#changed(id, 'failed')
  }

  uploads() {
    const sent = { peerId: PEER, cid: CID, name: 'a.txt', bytes: 5, rate: 1 }
    return [{ ...sent, state: 'sending' as const, position: null }]
  }

  async openContent({ target }: ContentRequest, { signal }: { signal: AbortSignal }): Promise<Content> {
    this.asked.push(['openContent', target])
    if (target === 'nobody') throw new NodeError({ code: 'no-source', message: 'nobody has it' })
    const { bytes, ...facts } = this.readable
    const read = async function* (this: FakeNode, { start = 0, end = bytes.length } = {}) {
      for (let at = start; at < end; at += 5) {
        if (at >= this.readableBytes) await this.#untilAborted(signal)
        signal.throwIfAborted()
        yield bytes.subarray(at, Math.min(end, at + 5))
      }
    }
    return { ...facts, size: bytes.length, read: read.bind(this), close: () => void this.closed++ }
  }

  values(name?: string) {
    return this.held.filter(held => name === undefined || held.name === name)
  }

  async addValues(name: string | undefined, values: readonly string[]) {
    this.asked.push(['addValues', values])
    if (values.includes('abc')) {
      throw new NodeError({ code: 'bad-input', field: 'values', message: '"abc" is not a number' })
    }
    const added = values.map(value => ({ name: name ?? 'value', value }))
    this.held.push(...added)
    return added
  }

  async removeValues(name: string | undefined, values: readonly string[] | 'all') {
    this.asked.push(['removeValues', values])
    const isGone = (held: NamedValue) =>
      held.name === (name ?? 'value') && (values === 'all' || values.includes(held.value))
    const gone = this.held.filter(isGone)
    this.held = this.held.filter(held => !isGone(held))
    return gone
  }

  async aggregate(request: AggregateRequest) {
    this.asked.push(['aggregate', request])
    const answer = anAnswer({ op: request.op, name: request.name ?? 'value' })
    if (request.audit === true) answer.contributions = [{ peerId: PEER, values: 2, value: '8.5' }]
    if (request.name === 'broken') {
      answer.complete = false
      answer.missing = [PEER]
      answer.failedLinks = [{ from: PEER, to: PEER, reason: 'gone' }]
    }
    return answer
  }

  peers() {
    return this.contacts
  }

  async connect(address: string) {
    this.asked.push(['connect', address])
    return { peerId: PEER, address }
  }

  async disconnect(peer: string) {
    this.asked.push(['disconnect', peer])
    return { peerId: PEER, address: aPeer().address }
  }

  async *events({
    signal,
    sinceId = 0
  }: {
    signal: AbortSignal
    sinceId?: number
  }): AsyncGenerator<NumberedEvent> {
    for (const [i, event] of this.happened.entries()) {
      if (i + 1 > sinceId) yield { id: i + 1, at: 1_000, event }
    }
    if (this.endless) await this.#untilAborted(signal)
  }

  async leave() {
    this.asked.push(['leave', undefined])
  }

  #changed(id: string, state: Download['state']): Download {
    const download = this.running.find(download => download.id === id)
    if (download == null) throw new NodeError({ code: 'not-found', message: `no download ${id}` })
    download.state = state
    return download
  }

  async #untilAborted(signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve))
    this.aborted++
  }
}
