/**
 * Two ends of one stream, without a network between them.
 */
import { once } from 'node:events'
import type { MultiaddrConnection, Stream } from '@libp2p/interface'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { FrameStream } from '../../../../src/adapters/libp2p/streams.ts'

export const MAX_FRAME_BYTES = 64 * 1024

const open: MultiaddrConnection[] = []

/** A stream of yamux, and the other end of it as our side sees it. */
export async function pair(): Promise<[Stream, FrameStream]> {
  const [here, there] = multiaddrConnectionPair() as [MultiaddrConnection, MultiaddrConnection]
  const muxer = yamux({ streamOptions: { maxStreamWindowSize: 256 * 1024 } })()
  open.push(here, there)
  const [client, server] = [muxer.createStreamMuxer(here), muxer.createStreamMuxer(there)]
  const accepted = once(server as unknown as EventTarget, 'stream') as Promise<[CustomEvent<Stream>]>
  const far = (await client.createStream()) as Stream
  return [far, new FrameStream((await accepted)[0].detail, { maxFrameBytes: MAX_FRAME_BYTES })]
}

/** Ends all that were made. */
export function closePairs(): void {
  for (const connection of open.splice(0)) connection.abort(new Error('the test is over'))
}
