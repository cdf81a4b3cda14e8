import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { parseRange } from '../../../../src/adapters/http/byte-range.ts'
import { startApi } from '../../../../src/adapters/http/index.ts'
import { NodeError } from '../../../../src/node/errors.ts'
import { eventually } from '../../../../src/testnet/index.ts'
import { CID, FakeNode } from '../../../support/fake-node.ts'

const TOKEN = 'a-token'
const PATH = `/api/v1/content/${CID}`

describe('a Range header', () => {
  const cases: Array<[header: string | undefined, size: number, range: ReturnType<typeof parseRange>]> = [
    [undefined, 10, undefined],
    ['bytes=0-3', 10, { start: 0, end: 4 }],
    ['bytes=4-', 10, { start: 4, end: 10 }],
    ['bytes=-3', 10, { start: 7, end: 10 }],
    ['bytes=-30', 10, { start: 0, end: 10 }],
    ['bytes=8-30', 10, { start: 8, end: 10 }],
    ['Bytes= 1 - 2 ', 10, { start: 1, end: 3 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=10-12', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-1', 0, 'unsatisfiable'],
    ['bytes=3-1', 10, undefined],
    ['bytes=-', 10, undefined],
    ['bytes=0-1,4-5', 10, undefined],
    ['items=0-1', 10, undefined],
    ['bytes=a-b', 10, undefined]
  ]
  for (const [header, size, range] of cases) {
    it(`${header} of ${size} bytes means ${JSON.stringify(range) ?? 'all'}`, () => {
      assert.deepEqual(parseRange(header, size), range)
    })
  }
})

describe('GET content', () => {
  let node: FakeNode
  let server: Awaited<ReturnType<typeof startApi>>

  beforeEach(async () => {
    node = new FakeNode()
    server = await startApi({ node, token: TOKEN, host: '127.0.0.1', port: 0, explicit: true })
  })

  afterEach(() => server.close())

  async function open(headers: Record<string, string> = {}, method = 'GET', path = PATH) {
    const asked = httpRequest(new URL(path, server.url), {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...headers },
      agent: false
    })
    asked.end()
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    return response
  }

  async function ask(...given: Parameters<typeof open>) {
    const response = await open(...given)
    const body = Buffer.concat(await response.toArray()).toString()
    return { status: response.statusCode, headers: response.headers, body }
  }

  const closed = () => eventually(() => assert.equal(node.closed, 1), { within: 5_000 })

  it('gives all, with its length, its type, and its cid as ETag', async () => {
    const { status, headers, body } = await ask()
    assert.deepEqual([status, body], [200, 'bytes, and more of them'])
    assert.equal(headers['content-length'], '23')
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
    assert.equal(headers.etag, `"${CID}"`)
    assert.equal(headers['accept-ranges'], 'bytes')
    await closed()
  })

  it('gives a range as part of it', async () => {
    const { status, headers, body } = await ask({ range: 'bytes=7-9' })
    assert.deepEqual([status, body], [206, 'and'])
    assert.equal(headers['content-range'], 'bytes 7-9/23')
    assert.equal(headers['content-length'], '3')
  })

  it('refuses a range that begins behind the end, and says how much there is', async () => {
    const { status, headers } = await ask({ range: 'bytes=23-' })
    assert.deepEqual([status, headers['content-range']], [416, 'bytes */23'])
    await closed()
  })

  it('gives a range only of what the asker has the rest of', async () => {
    assert.equal((await ask({ range: 'bytes=0-1', 'if-range': `"${CID}"` })).status, 206)
    assert.equal((await ask({ range: 'bytes=0-1', 'if-range': '"another"' })).status, 200)
  })

  it('gives nothing to whoever has it', async () => {
    const { status, body } = await ask({ 'if-none-match': `"x", W/"${CID}"` })
    assert.deepEqual([status, body], [304, ''])
    await closed()
  })

  it('tells of it without giving it', async () => {
    const { status, headers, body } = await ask({}, 'HEAD')
    assert.deepEqual([status, body, headers['content-length']], [200, '', '23'])
    await closed()
  })

  it('gives the empty file', async () => {
    node.readable.bytes = new Uint8Array()
    const { status, headers } = await ask()
    assert.deepEqual([status, headers['content-length']], [200, '0'])
  })

  const types: Array<[mime: string, disposition: RegExp]> = [
    ['video/mp4', /^inline/],
    ['image/png', /^inline/],
    ['image/svg+xml', /^attachment/],
    ['text/html', /^attachment/],
    ['application/javascript', /^attachment/],
    ['', /^attachment/]
  ]
  for (const [mime, disposition] of types) {
    it(`sends ${mime || 'what has no type'} so that nothing of it runs: ${disposition.source}`, async () => {
      node.readable.mime = mime
      const { headers } = await ask()
      assert.match(`${headers['content-disposition']}`, disposition)
      const itself =
        mime === 'video/mp4'
          ? " allow-same-origin; default-src 'none'; media-src 'self'"
          : "; default-src 'none'"
      assert.equal(headers['content-security-policy'], `sandbox${itself}`)
      assert.equal(headers['x-content-type-options'], 'nosniff')
    })
  }

  it('names it so that no name breaks out of its header', async () => {
    node.readable.name = 'ünï"\r\nx: y%.txt'
    const { headers } = await ask()
    assert.equal(
      headers['content-disposition'],
      `inline; filename="_n____x: y_.txt"; filename*=UTF-8''%C3%BCn%C3%AF%22%0D%0Ax%3A%20y%25.txt`
    )
  })

  it('is for holders of the token only', async () => {
    assert.equal((await ask({ authorization: 'Bearer another' })).status, 401)
    assert.equal((await ask({ authorization: 'Bearer another' }, 'HEAD')).status, 401)
  })

  describe('with a ticket in its address', () => {
    const LINK = `p2p:${CID}?name=a%20film.mp4`
    const ticketed = async (target: string): Promise<string> => {
      const { body } = await ask({}, 'GET', `/api/v1/content/${encodeURIComponent(target)}/ticket`)
      return JSON.parse(body).path
    }
    const status = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      (await ask({ authorization: '', ...headers }, method, path)).status

    it('needs no token, for all and for parts of it', async () => {
      for (const target of [CID, LINK]) {
        const path = await ticketed(target)
        assert.equal(await status(path), 200)
        assert.equal(await status(path, { range: 'bytes=2-3' }), 206)
        assert.equal(await status(path, {}, 'HEAD'), 200)
      }
    })

    it('gives that content and nothing else', async () => {
      const query = new URL(await ticketed(CID), server.url).search
      for (const path of [
        `/api/v1/content/${encodeURIComponent(LINK)}${query}`,
        `/api/v1/content/another${query}`,
        `${PATH}/ticket${query}`,
        `/api/v1/status${query}`,
        `/api/v1/browse/${CID}${query}`,
        `${PATH}?ticket=`,
        `${PATH}${query}&ticket=x`,
        `${PATH}?ticket=${TOKEN}`
      ])
        assert.equal(await status(path), 401, path)
      assert.equal(await status(`${PATH}${query}`, {}, 'DELETE'), 401)
    })

    it('gives nothing to pages of other sites', async () => {
      assert.equal(await status(await ticketed(CID), { origin: 'http://elsewhere.example' }), 403)
    })

    it('gives nothing any more when the token is another one', async () => {
      const path = await ticketed(CID)
      await server.close()
      server = await startApi({ node, token: 'a new one', host: '127.0.0.1', port: 0, explicit: true })
      assert.equal(await status(path), 401)
    })

    it('is not to be had without the token, nor for a row that is soon another one', async () => {
      const { status } = await ask({ authorization: '' }, 'GET', `${PATH}/ticket`)
      assert.equal(status, 401)
      assert.equal((await ask({}, 'GET', '/api/v1/content/1/ticket')).status, 400)
    })
  })

  it('says so when nobody has it', async () => {
    const { status, body } = await ask({}, 'GET', '/api/v1/content/nobody')
    assert.deepEqual([status, JSON.parse(body).code], [504, 'no-source'])
  })

  it('says what is wrong when not even the first bytes come', async () => {
    node.openContent = async () => ({
      ...node.readable,
      size: 23,
      read: () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.reject(new NodeError({ code: 'no-source', message: 'nobody gives block 0' }))
        })
      }),
      close: () => void node.closed++
    })
    const { status, headers, body } = await ask()
    assert.deepEqual([status, JSON.parse(body).code], [504, 'no-source'])
    await closed()
    assert.match(headers['content-type'] ?? '', /json/)
  })

  it('is closed when the asker goes away while it waits for bytes', async () => {
    node.readableBytes = 10
    const response = await open()
    const [first] = (await once(response, 'data')) as [Buffer]
    assert.ok('bytes, and more of them'.startsWith(first.toString()))
    assert.equal(node.closed, 0)
    response.destroy()
    await closed()
  })

  it('breaks off when the bytes do, so that nobody takes a part for all', async () => {
    const { bytes } = node.readable
    node.openContent = async () => ({
      ...node.readable,
      size: bytes.length,
      async *read() {
        yield bytes.subarray(0, 5)
        throw new Error('the disk has gone')
      },
      close: () => void node.closed++
    })
    const response = await open()
    await assert.rejects(response.toArray(), { code: 'ECONNRESET' })
    await closed()
  })
})
