/**
 * yamux with fewer window updates: the library answers every frame with one, however small it was, so that each message
 * of a few bytes costs a packet back. Updates may come when it suits the receiver (yamux spec, Flow Control); here
 * a few small frames share one. Large frames are answered as ever.
 */
import type { MultiaddrConnection } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'

/** Received bytes that are left unanswered: a quarter of the smallest window, so no sender waits for them. */
const UNANSWERED_BYTES = 64 * 1024
/** `StreamState.Established` of the library. In other states an update also opens or resumes the stream. */
const ESTABLISHED = 3

/** As much of the library's stream as is needed. */
interface WindowedStream {
  state: number
  recvWindow: number
  recvWindowCapacity: number
  sendWindowUpdate?(): void
}

interface Muxer {
  /** Called for each stream, of either side, before anything is sent on it. */
  cleanUpStream?(stream: WindowedStream): void
}

export function sparingYamux(...given: Parameters<typeof yamux>): ReturnType<typeof yamux> {
  const make = yamux(...given)
  return () => {
    const factory = make()
    const create = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection: MultiaddrConnection) => {
      const muxer = create(connection)
      spareIn(muxer as unknown as Muxer)
      return muxer
    }
    return factory
  }
}

/** A version of the library that has other names for these things is left as it is. */
function spareIn(muxer: Muxer): void {
  const track = muxer.cleanUpStream?.bind(muxer)
  if (track === undefined) return
  muxer.cleanUpStream = stream => {
    const update = stream.sendWindowUpdate?.bind(stream)
    if (update === undefined) return track(stream)
    stream.sendWindowUpdate = () => {
      const unanswered = stream.recvWindow - stream.recvWindowCapacity
      if (stream.state === ESTABLISHED && unanswered < UNANSWERED_BYTES) return
      update()
    }
    track(stream)
  }
}
