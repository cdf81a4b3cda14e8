/**
 * A video without an encoder: frames that are whole pictures, as the browser makes them, in a WebM file that can be
 * entered at each of them (https://www.matroska.org/technical/elements.html).
 */

export interface Film {
  /** VP8 key frames, shown one after the other, again and again. */
  frames: readonly Uint8Array[]
  width: number
  height: number
  frameMs: number
  lengthMs: number
}

/** Frames of one cluster: where a player can begin. */
const CLUSTER_FRAMES = 10
const NS_PER_MS = 1_000_000

/** The VP8 key frame in a picture of lossy WebP (RFC 9649). */
export function frameOf(webp: Uint8Array): Uint8Array {
  const view = Buffer.from(webp.buffer, webp.byteOffset, webp.byteLength)
  for (let at = 12; at < view.length; ) {
    const [kind, length] = [view.toString('latin1', at, at + 4), view.readUInt32LE(at + 4)]
    if (kind === 'VP8 ') return view.subarray(at + 8, at + 8 + length)
    at += 8 + length + (length % 2)
  }
  throw new Error('there is no lossy picture in it')
}

export function webm(film: Film): Buffer {
  const { frames, frameMs, lengthMs } = film
  const clusters: Array<{ timeMs: number; bytes: Buffer }> = []
  const clusterMs = frameMs * CLUSTER_FRAMES
  for (let timeMs = 0; timeMs < lengthMs; timeMs += clusterMs) {
    const blocks = Array.from({ length: CLUSTER_FRAMES }, (_, i) => {
      const frame = frames[(timeMs / frameMs + i) % frames.length] as Uint8Array
      // Track 1, its time within the cluster, a key frame.
      const head = Buffer.of(0x81, 0, 0, 0x80)
      head.writeInt16BE(i * frameMs, 1)
      return element(0xa3, Buffer.concat([head, frame]))
    })
    clusters.push({ timeMs, bytes: element(0x1f43b675, number(0xe7, timeMs), ...blocks) })
  }
  const head = Buffer.concat([info(lengthMs), tracks(film)])
  const cues = (start: number): Buffer => {
    let position = start
    const points = clusters.map(({ timeMs, bytes }) => {
      const at = position
      position += bytes.length
      return element(0xbb, number(0xb3, timeMs), element(0xb7, number(0xf7, 1), number(0xf1, at)))
    })
    return element(0x1c53bb6b, ...points)
  }
  // Numbers take the same room whatever they are, so the table can be measured before its places are known.
  const table = cues(head.length + cues(0).length)
  return Buffer.concat([ebmlHead(), element(0x18538067, head, table, ...clusters.map(({ bytes }) => bytes))])
}

function ebmlHead(): Buffer {
  const docType = element(0x4282, Buffer.from('webm'))
  return element(
    0x1a45dfa3,
    number(0x4286, 1),
    number(0x42f7, 1),
    number(0x42f2, 4),
    number(0x42f3, 8),
    docType,
    number(0x4287, 2),
    number(0x4285, 2)
  )
}

function info(lengthMs: number): Buffer {
  const duration = Buffer.alloc(8)
  duration.writeDoubleBE(lengthMs)
  return element(0x1549a966, number(0x2ad7b1, NS_PER_MS), element(0x4489, duration))
}

function tracks({ width, height }: Film): Buffer {
  const video = element(0xe0, number(0xb0, width), number(0xba, height))
  const codec = element(0x86, Buffer.from('V_VP8'))
  return element(0x1654ae6b, element(0xae, number(0xd7, 1), number(0x73c5, 1), number(0x83, 1), codec, video))
}

function number(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return element(id, bytes)
}

/** An id as it is written, the length in eight bytes, and what is in it. */
function element(id: number, ...parts: readonly Uint8Array[]): Buffer {
  const hex = id.toString(16)
  const content = Buffer.concat(parts)
  const length = Buffer.alloc(8)
  length.writeBigUInt64BE(BigInt(content.length))
  length[0] = 0x01
  return Buffer.concat([Buffer.from(hex, 'hex'), length, content])
}
