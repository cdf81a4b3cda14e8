/**
 * What happens in a node, one line of safe text for each event.
 */
import type { NodeEvent } from '../../node/api.ts'
import { peerName } from './peer-name.ts'
import { hashProgressText, progressText } from './progress.ts'
import { safe } from './safe-text.ts'
import { count } from './units.ts'

export function eventLine(event: NodeEvent): string {
  return safe(text(event))
}

function text(event: NodeEvent): string {
  switch (event.type) {
    case 'peer:connected':
      return `connected ${peerName(event)} at ${event.address}`
    case 'peer:disconnected':
      return `disconnected ${peerName(event)}`
    case 'neighbour:joined':
      return `new neighbour ${peerName(event)}`
    case 'neighbour:left':
      return `neighbour gone ${peerName(event)}`
    case 'share:added':
      return `shared ${event.share.path}`
    case 'share:updated': {
      const { path, files, hashed, state, progress } = event.share
      const speed = progress === null ? '' : `, ${hashProgressText(progress)}`
      return `share ${path}: ${state}, ${hashed} of ${count(files, 'file')} hashed${speed}`
    }
    case 'share:removed':
      return `no longer shared ${event.id}`
    case 'catalogue:changed':
      return `${peerName({ peerId: event.provider })} offers ${count(event.entries, 'file')}`
    case 'search:started':
      return `search ${event.text}`
    case 'search:ended':
      return `search ${event.text}: ${count(event.hits, 'hit')}`
    case 'download:updated':
      return `download ${event.download.name}: ${progressText(event.download)}`
    case 'want:matched':
      return `wanted ${event.text}: ${event.match.name} of ${peerName(event.match)}`
    case 'node:leaving':
      return 'leaving the network'
    default:
      // A newer node may tell more.
      return (event as { type: string }).type
  }
}
