/**
 * What the host sends and receives, by protocol. Given to libp2p as its metrics, of which it is the least part: the library's
 * own for Prometheus keeps its numbers in one table for all hosts of a process.
 */
import type { MessageStream, Metrics, MultiaddrConnection, Stream } from '@libp2p/interface'
import { Counters } from '../../base/counters.ts'

/** All that goes over the connections: the protocols, the muxer's frames, encryption and handshakes. */
const WIRE = 'wire'

const NOTHING = {
  update: () => {},
  increment: () => {},
  decrement: () => {},
  reset: () => {},
  observe: () => {},
  timer: () => () => {}
}

/** As much of a socket as is needed to count what goes over it. */
export interface CountedSocket {
  readonly bytesRead: number
  readonly bytesWritten: number
  once(event: 'close', listener: () => void): unknown
}

export class Traffic implements Pick<Metrics, 'trackMultiaddrConnection' | 'trackProtocolStream'> {
  readonly #bytes = new Counters()
  /** Sockets of which the library sees nothing any more, with what they had carried before. */
  readonly #sockets = new Map<CountedSocket, { sent: number; received: number }>()

  /** Bytes by `sent PROTOCOL` and `received PROTOCOL`; PROTOCOL is `wire` for all that went over the connections. */
  toJSON(): Record<string, number> {
    for (const socket of this.#sockets.keys()) this.#count(socket)
    return this.#bytes.toJSON()
  }

  /** From now on the bytes of a connection pass the library by. */
  follow(socket: CountedSocket): void {
    this.#sockets.set(socket, { sent: socket.bytesWritten, received: socket.bytesRead })
    socket.once('close', () => {
      this.#count(socket)
      this.#sockets.delete(socket)
    })
  }

  #count(socket: CountedSocket): void {
    const counted = this.#sockets.get(socket)
    if (counted === undefined) return
    const { bytesWritten: sent, bytesRead: received } = socket
    this.#bytes.add(`sent ${WIRE}`, sent - counted.sent)
    this.#bytes.add(`received ${WIRE}`, received - counted.received)
    this.#sockets.set(socket, { sent, received })
  }

  trackMultiaddrConnection(connection: MultiaddrConnection): void {
    this.#track(connection, WIRE)
  }

  trackProtocolStream(stream: Stream): void {
    this.#track(stream, stream.protocol)
  }

  /** What the library and its services register themselves is not kept. */
  readonly registerMetric = () => NOTHING as never
  readonly registerMetricGroup = () => NOTHING as never
  readonly registerCounter = () => NOTHING as never
  readonly registerCounterGroup = () => NOTHING as never
  readonly registerHistogram = () => NOTHING as never
  readonly registerHistogramGroup = () => NOTHING as never
  readonly registerSummary = () => NOTHING as never
  readonly registerSummaryGroup = () => NOTHING as never
  readonly traceFunction: Metrics['traceFunction'] = (_name: string, run: never) => run
  readonly createTrace = (): undefined => undefined

  #track(stream: MessageStream, name: string): void {
    const sent = `sent ${name}`
    const received = `received ${name}`
    const send = stream.send.bind(stream)
    stream.send = data => {
      this.#bytes.add(sent, data.byteLength)
      return send(data)
    }
    // A listener of our own would make the stream hand out what its reader is not there yet to take.
    const dispatch = stream.dispatchEvent.bind(stream)
    stream.dispatchEvent = (event: Event): boolean => {
      if (event.type === 'message') {
        this.#bytes.add(received, (event as unknown as { data: { byteLength: number } }).data.byteLength)
      }
      return dispatch(event)
    }
  }
}
