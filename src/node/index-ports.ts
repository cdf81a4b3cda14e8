/**
 * What the word index needs from the network.
 */
import type { PeerKey } from '../base/ports.ts'
import type { Contact, IndexMessage } from '../wire/index-message.ts'

export interface IndexReply {
  message: IndexMessage
  /** Of the frame it came in. */
  bytes: number
}

/** Requests to servers of the index, and those of others to this one. */
export interface IndexLinks {
  /** Takes requests of others, or no more of them; peers see by the protocols that we speak whether we do. */
  serve(server: IndexServer | undefined): Promise<void>
  /**
   * Sends one request, dialling when it must. Rejects when no answer came: also when the peer may not be dialled.
   *
   * @param onSent - told how many bytes the request took, when there was a connection to send it over
   */
  request(
    peer: PeerKey,
    message: IndexMessage,
    options: { signal: AbortSignal; onSent?: ((bytes: number) => void) | undefined }
  ): Promise<IndexReply>
  /** Asking costs no dialling. */
  isConnected(peer: PeerKey): boolean
  /** It is connected, or there is an address that may be dialled. */
  canReach(peer: PeerKey): boolean
  /** Null: not measured. */
  rttMs(peer: PeerKey): number | null
  /** What is the same for peers that one owner of addresses can have many of; undefined: on a LAN, or not known. */
  groupOf(peer: PeerKey): string | undefined
  /** Where a peer can be reached, as far as `asker` may be told. */
  contactOf(peer: PeerKey, asker: PeerKey): Contact
  /** Where this node can be reached, as far as `asker` may be told. */
  ownAddresses(asker: PeerKey): string[]
  /** `from` named a server, or itself, and addresses; who is not on our LAN cannot name any there. */
  remember(contact: Contact, from: PeerKey): void
  /** `from` named a provider: whoever wants a file of it finds it by these addresses. */
  introduce(contact: Contact, from: PeerKey): Promise<void>
  /** Peers of earlier runs that were servers. */
  remembered(): Promise<PeerKey[]>
  /** A connected peer said whether it is a server: each time that it connects, and when that changes. */
  onServer(handler: (peer: PeerKey, isServer: boolean) => void): void
}

export interface IndexServer {
  answer(from: PeerKey, request: IndexMessage): IndexMessage
}
