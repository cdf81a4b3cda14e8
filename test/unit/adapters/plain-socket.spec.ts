import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { MessageStream } from '@libp2p/interface'
import { takeSocket } from '../../../src/adapters/tls/plain-socket.ts'

describe('taking the socket of a connection', () => {
  let server: Server
  let socket: Socket

  beforeEach(async () => {
    server = createServer(near => near.on('error', () => undefined)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket, 'connect')
    socket.on('data', () => undefined)
  })

  afterEach(() => {
    socket.destroy()
    server.close()
  })

  const connection = (given: object = {}): MessageStream =>
    ({ status: 'open', readBufferLength: 0, writeBufferLength: 0, socket, ...given }) as never

  it('stops its reading and hands it out', () => {
    assert.equal(takeSocket(connection()), socket)
    assert.equal(socket.listenerCount('data'), 0)
    assert.ok(socket.isPaused())
  })

  const refusals: Array<[what: string, given: object]> = [
    ['has no socket', { socket: undefined }],
    ['has something else under that name', { socket: { pause: () => undefined } }],
    ['holds bytes that came in', { readBufferLength: 1 }],
    ['holds bytes that are to go out', { writeBufferLength: 1 }],
    ['has ended', { status: 'closed' }]
  ]
  for (const [what, given] of refusals) {
    it(`leaves alone a connection that ${what}`, () => {
      assert.equal(takeSocket(connection(given)), undefined)
      assert.equal(socket.listenerCount('data'), 1)
      assert.equal(socket.isPaused(), false)
    })
  }

  it('leaves alone a socket that is gone', () => {
    socket.destroy()
    assert.equal(takeSocket(connection()), undefined)
  })
})
