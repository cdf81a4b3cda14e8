/**
 * What a peer is called: nicknames are not unique, so the end of the PeerId goes with them.
 */

/** `ana~7f3k`; without a nickname `~7f3k`. */
export function peerName({ peerId, nickname }: { peerId: string; nickname?: string | null }): string {
  return `${nickname ?? ''}~${peerId.slice(-4)}`
}
