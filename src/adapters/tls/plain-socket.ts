/**
 * The TCP socket under a connection of the library, when it can be had without anything being lost.
 */
import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { MessageStream } from '@libp2p/interface'

/**
 * Takes the socket away from the connection: from now on nothing that comes in reaches the connection, nor does it read.
 * It still hears of the socket's end, errors and idleness, and can close or reset it.
 *
 * Must be called in the same turn in which the connection is handed over, or bytes that come in between go astray.
 *
 * @returns undefined where the connection is something else (a WebSocket, memory, TCP within a pre-shared key), or has
 * bytes in hand in either direction; then it is as it was
 */
export function takeSocket(connection: MessageStream): Socket | undefined {
  const { socket } = connection as { socket?: unknown }
  if (!(socket instanceof Socket) || socket instanceof TLSSocket) return undefined
  // A pipe has no address; its handle is another one, too.
  if (socket.remoteAddress === undefined || socket.destroyed || socket.writableEnded) return undefined
  if (connection.status !== 'open' || connection.readBufferLength > 0 || connection.writeBufferLength > 0)
    return undefined
  if (socket.readableLength > 0 || socket.writableLength > 0) return undefined
  socket.pause()
  socket.removeAllListeners('data')
  return socket
}
