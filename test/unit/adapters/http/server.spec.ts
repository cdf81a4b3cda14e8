import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { type ApiServer, newToken, startApi } from '../../../../src/adapters/http/index.ts'
import type { NodeError } from '../../../../src/node/errors.ts'
import { FakeNode } from '../../../support/fake-node.ts'

describe('the API server', () => {
  const token = newToken()
  const servers: ApiServer[] = []
  let node: FakeNode

  const start = async (given: { port: number; explicit: boolean; heartbeatMs?: number }) => {
    const server = await startApi({ node, token, host: '127.0.0.1', ...given })
    servers.push(server)
    return server
  }
  const listen = async (server: ApiServer) => {
    const headers = { authorization: `Bearer ${token}` }
    const [response] = (await once(
      request(`${server.url}/api/v1/events`, { headers }).end(),
      'response'
    )) as [IncomingMessage]
    return response
  }

  beforeEach(() => {
    node = new FakeNode()
    node.endless = true
  })

  afterEach(async () => {
    await Promise.all(servers.splice(0).map(server => server.close()))
  })

  it('takes the next port when nobody insisted on the first', async () => {
    const first = await start({ port: 0, explicit: true })
    const second = await start({ port: Number(new URL(first.url).port), explicit: false })
    assert.notEqual(second.url, first.url)
  })

  it('refuses a taken port that was asked for by name', async () => {
    const first = await start({ port: 0, explicit: true })
    const port = Number(new URL(first.url).port)
    await assert.rejects(start({ port, explicit: true }), (error: NodeError) => {
      assert.partialDeepStrictEqual(error.fault, { code: 'bad-input', field: 'api' })
      assert.match(error.message, new RegExp(`127.0.0.1:${port}: another program`))
      return true
    })
  })

  it('tells the node when the listener has gone', async () => {
    const response = await listen(await start({ port: 0, explicit: true, heartbeatMs: 1 }))
    response.destroy()
    await new Promise<void>(resolve => {
      const look = () => (node.aborted > 0 ? resolve() : void setImmediate(look))
      look()
    })
  })

  it('keeps a silent stream alive with comments', async () => {
    const response = await listen(await start({ port: 0, explicit: true, heartbeatMs: 1 }))
    for await (const chunk of response) if (String(chunk).includes(': still here\n\n')) break
  })

  it('ends its streams when it closes', async () => {
    const server = await start({ port: 0, explicit: true })
    const response = await listen(server)
    const ended = response.resume() && once(response, 'end')
    await server.close()
    await ended
    assert.equal(node.aborted, 1)
  })
})
