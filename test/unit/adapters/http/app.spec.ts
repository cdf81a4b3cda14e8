import assert from 'node:assert/strict'
import type { InjectOptions } from 'fastify'
import { buildApi } from '../../../../src/adapters/http/index.ts'
import type { Api } from '../../../../src/adapters/http/routes.ts'
import { aDownload, aHit, anEntry, CID, FakeNode, hitsToOrder, PEER } from '../../../support/fake-node.ts'

const TOKEN = 'a-token'

describe('the HTTP API', () => {
  let node: FakeNode
  let api: Api

  beforeEach(() => {
    node = new FakeNode()
    api = buildApi({ node, token: TOKEN })
  })

  afterEach(() => api.close())

  const ask = async (method: InjectOptions['method'], url: string, given: InjectOptions = {}) => {
    const headers = { authorization: `Bearer ${TOKEN}`, ...given.headers }
    const answer = await api.inject({ ...given, method, url, headers })
    return {
      status: answer.statusCode,
      body: answer.body,
      headers: answer.headers,
      json: () => answer.json()
    }
  }
  const events = (body: string) =>
    body
      .split('\n')
      .filter(line => line.startsWith('data: '))
      .map(line => JSON.parse(line.slice(6)))

  describe('lets in', () => {
    const cases: { name: string; url?: string; headers: Record<string, string>; status: number }[] = [
      { name: 'the holder of the token', headers: { authorization: `Bearer ${TOKEN}` }, status: 200 },
      { name: 'nobody without a token', headers: {}, status: 401 },
      { name: 'nobody with another token', headers: { authorization: 'Bearer a-tokem' }, status: 401 },
      { name: 'nobody to what does not exist', url: '/api/v1/nothing', headers: {}, status: 401 },
      { name: 'nobody to the description', url: '/api/v1/openapi.json', headers: {}, status: 401 },
      { name: 'everybody to healthz', url: '/healthz', headers: {}, status: 200 },
      { name: 'everybody to readyz', url: '/readyz', headers: {}, status: 200 },
      {
        name: 'no foreign host',
        headers: { host: 'evil.example', authorization: `Bearer ${TOKEN}` },
        status: 403
      },
      { name: 'no foreign host to healthz', url: '/healthz', headers: { host: 'evil.example' }, status: 403 },
      {
        name: 'no host that only begins like ours',
        url: '/healthz',
        headers: { host: '127.0.0.1.evil.example' },
        status: 403
      },
      { name: 'loopback by number', url: '/healthz', headers: { host: '127.0.0.1:4800' }, status: 200 },
      { name: 'loopback of IPv6', url: '/healthz', headers: { host: '[::1]:4800' }, status: 200 },
      {
        name: 'our own origin',
        url: '/healthz',
        headers: { host: 'localhost:1', origin: 'http://localhost:1' },
        status: 200
      },
      {
        name: 'no other origin',
        url: '/healthz',
        headers: { host: 'localhost:1', origin: 'http://localhost:2' },
        status: 403
      },
      { name: 'no nameless origin', url: '/healthz', headers: { origin: 'null' }, status: 403 }
    ]
    for (const { name, url = '/api/v1/status', headers, status } of cases) {
      it(name, async () => {
        const answer = await api.inject({ url, headers })
        assert.equal(answer.statusCode, status)
        if (status !== 200) assert.equal(answer.json().type, 'error')
      })
    }
  })

  it('answers each list under its plural', async () => {
    node.running.push(aDownload())
    for (const name of ['shares', 'entries', 'downloads', 'uploads', 'peers', 'wants']) {
      const { status, json } = await ask('GET', `/api/v1/${name}`)
      assert.equal(status, 200)
      assert.deepEqual(Object.keys(json()), [name])
      assert.ok(Array.isArray(json()[name]))
    }
    assert.deepEqual((await ask('GET', '/api/v1/doctor')).json().checks.length, 1)
  })

  it('keeps wants, and makes links', async () => {
    const { status, json } = await ask('POST', '/api/v1/wants', { payload: { text: 'summer', get: true } })
    assert.deepEqual([status, json().id, json().get], [201, 'w1', true])
    assert.equal((await ask('DELETE', '/api/v1/wants/w1')).status, 200)
    assert.equal((await ask('DELETE', '/api/v1/wants/w1')).status, 404)
    assert.equal((await ask('POST', '/api/v1/wants', { payload: { text: '' } })).status, 400)
    assert.equal((await ask('GET', `/api/v1/link?target=${anEntry().cid}`)).json().cid, anEntry().cid)
  })

  it('answers a long list of entries whole', async () => {
    node.own = Array.from({ length: 1_000 }, (_, i) => anEntry({ name: `${i}.txt` }))
    assert.deepEqual((await ask('GET', '/api/v1/entries')).json(), { entries: node.own })
  })

  it('shares, and takes a path as the name of a share', async () => {
    const shared = await ask('POST', '/api/v1/shares', { payload: { path: '/home/ana/music' } })
    assert.equal(shared.status, 201)
    assert.equal(shared.json().id, 's1')
    assert.equal((await ask('POST', '/api/v1/shares/scan')).status, 200)
    const removed = await ask('DELETE', `/api/v1/shares/${encodeURIComponent('/home/ana/music')}`)
    assert.equal(removed.status, 200)
    assert.deepEqual(node.offered, [])
  })

  describe('refuses', () => {
    const cases: [string, InjectOptions['method'], string, object | undefined, number, object][] = [
      ['hops out of range', 'GET', '/api/v1/search?text=a&ttl=9', undefined, 400, { field: 'ttl' }],
      ['a search without words', 'GET', '/api/v1/search', undefined, 400, { field: 'text' }],
      ['too long a text', 'GET', `/api/v1/search?text=${'a'.repeat(129)}`, undefined, 400, { field: 'text' }],
      [
        'a path that depends on where we stand',
        'POST',
        '/api/v1/shares',
        { path: 'music' },
        400,
        { field: 'path' }
      ],
      ['no body', 'POST', '/api/v1/peers', undefined, 400, { code: 'bad-input' }],
      ['what the node refuses', 'GET', '/api/v1/search?text=refused', undefined, 400, { field: 'text' }],
      ['what the node does not know', 'DELETE', '/api/v1/shares/s9', undefined, 404, { code: 'not-found' }],
      [
        'a download without a source',
        'POST',
        '/api/v1/downloads',
        { target: 'nobody' },
        504,
        { code: 'no-source' }
      ],
      ['a peer out of reach', 'GET', '/api/v1/browse/x', undefined, 504, { code: 'unreachable' }],
      [
        'a body over 64 KiB',
        'POST',
        '/api/v1/peers',
        { address: 'a'.repeat(65_536) },
        413,
        { code: 'too-large' }
      ]
    ]
    for (const [name, method, url, payload, status, fields] of cases) {
      it(name, async () => {
        const answer = await ask(method, url, payload === undefined ? {} : { payload })
        assert.equal(answer.status, status)
        assert.equal(answer.json().type, 'error')
        assert.partialDeepStrictEqual(answer.json(), fields)
      })
    }
  })

  it('names field, value and a right example', async () => {
    const { message } = (await ask('GET', '/api/v1/search?text=a&ttl=9')).json()
    assert.match(message, /^ttl: .*7.*, got "9"; a right one: 4$/)
  })

  it('refuses before the stream begins what fails at once', async () => {
    const answer = await ask('GET', '/api/v1/search?text=refused', {
      headers: { accept: 'text/event-stream' }
    })
    assert.equal(answer.status, 400)
  })

  it('streams a search to those who accept events', async () => {
    node.hits = [aHit(), aHit({ row: 2, name: 'b\nc' })]
    const answer = await ask('GET', '/api/v1/search?text=a&wide=true&limit=5', {
      headers: { accept: 'text/event-stream' }
    })
    assert.match(String(answer.headers['content-type']), /^text\/event-stream/)
    assert.deepEqual(
      events(answer.body).map(event => event.type),
      ['hit', 'hit', 'done']
    )
    assert.deepEqual(node.asked, [['search', { text: 'a', wide: true, limit: 5 }]])
  })

  it('collects a search for others', async () => {
    const { hits, done } = (await ask('GET', '/api/v1/search?text=a')).json()
    assert.deepEqual(hits, [aHit()])
    assert.equal(done.type, 'done')
  })

  it('collects those first that a provider confirmed, and those last that all their providers deny', async () => {
    node.hits = hitsToOrder()
    const { hits } = (await ask('GET', '/api/v1/search?text=a')).json()
    assert.deepEqual(hits, [node.hits[2], node.hits[1], node.hits[0]])
  })

  it('starts a download that goes on by itself', async () => {
    const answer = await ask('POST', '/api/v1/downloads', { payload: { target: CID, output: '/tmp/x' } })
    assert.equal(answer.status, 202)
    assert.deepEqual(answer.json(), aDownload({ path: '/tmp/x' }))
  })

  it('streams the progress of a download, and why it failed', async () => {
    const headers = { accept: 'text/event-stream' }
    const good = await ask('POST', '/api/v1/downloads', { payload: { target: CID }, headers })
    assert.deepEqual(
      events(good.body).map(event => event.type),
      ['progress', 'done']
    )
    const bad = await ask('POST', '/api/v1/downloads', { payload: { target: 'broken' }, headers })
    assert.deepEqual(events(bad.body).at(-1), { type: 'error', code: 'bad-content', message: 'wrong bytes' })
  })

  it('changes downloads', async () => {
    node.running.push(aDownload())
    assert.equal((await ask('POST', '/api/v1/downloads/d1/pause')).json().state, 'paused')
    assert.equal((await ask('POST', '/api/v1/downloads/d1/resume')).json().state, 'downloading')
    assert.equal((await ask('DELETE', '/api/v1/downloads/d1')).status, 200)
  })

  it('lists the entries of a peer, as one object or as events', async () => {
    assert.deepEqual((await ask('GET', `/api/v1/browse/${PEER}`)).json(), { entries: node.own })
    const { body } = await ask('GET', `/api/v1/browse/${PEER}`, { headers: { accept: 'text/event-stream' } })
    assert.deepEqual(events(body), [
      { type: 'entry', ...anEntry() },
      { type: 'done', entries: 1 }
    ])
  })

  it('replays the events after the last id', async () => {
    node.happened = [1, 2, 3].map(() => ({ type: 'neighbour:left', peerId: PEER }))
    const { body } = await ask('GET', '/api/v1/events', { headers: { 'last-event-id': '2' } })
    assert.match(body, /\nid: 3\nevent: neighbour:left\n/)
    assert.deepEqual(events(body), [{ type: 'neighbour:left', peerId: PEER, at: 1_000 }])
  })

  it('connects and disconnects', async () => {
    const address = '/ip4/10.0.0.1/tcp/1'
    assert.deepEqual((await ask('POST', '/api/v1/peers', { payload: { address } })).json(), {
      peerId: PEER,
      address
    })
    assert.equal((await ask('DELETE', '/api/v1/peers/ana~7f3k')).status, 200)
    assert.deepEqual(node.asked.at(-1), ['disconnect', 'ana~7f3k'])
  })

  it('answers before it leaves', async () => {
    assert.equal((await ask('POST', '/api/v1/leave')).status, 202)
  })

  it('is not ready while the node cannot say how it is', async () => {
    node.status = () => {
      throw new Error('stopped')
    }
    assert.equal((await api.inject('/readyz')).statusCode, 503)
    assert.equal((await api.inject('/healthz')).statusCode, 200)
  })

  it('describes itself', async () => {
    const { paths, components } = (await ask('GET', '/api/v1/openapi.json')).json()
    assert.ok(paths['/api/v1/search'].get.responses['200'].content['text/event-stream'])
    assert.ok(components.schemas.Hit)
  })
})
