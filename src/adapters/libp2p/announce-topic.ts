/**
 * The announcement topic on gossipsub. The validator learns a message before it says whether it may go on.
 */
import { hash } from 'node:crypto'
import {
  type GossipSub,
  type GossipsubOpts,
  type Message,
  StrictNoSign,
  TopicValidatorResult
} from '@chainsafe/libp2p-gossipsub'
import type { PeerId } from '@libp2p/interface'
import type { PeerKey } from '../../base/ports.ts'
import type { AnnounceTopic, TopicVerdict } from '../../catalog/index.ts'
import { MAX_ANNOUNCEMENT_BYTES } from '../../wire/limits.ts'

export const ANNOUNCE_TOPIC = '/p2pnode/announce/1'

/** Bytes of a message's id. */
const MESSAGE_ID_BYTES = 20

/**
 * What all hosts must agree on. The author's signature is in the announcement, so the library adds none: it would check its own for
 * every copy that comes in, before it looks whether it knows the message.
 */
export const ANNOUNCE_GOSSIP: Partial<GossipsubOpts> = {
  globalSignaturePolicy: StrictNoSign,
  msgIdFn: ({ data }) => hash('sha256', data, 'buffer').subarray(0, MESSAGE_ID_BYTES)
}

/** Has more than its type says. */
type MeshedPubsub = GossipSub & { getMeshPeers(topic: string): string[] }

const RESULTS: Readonly<Record<TopicVerdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject
}

export class GossipAnnounceTopic implements AnnounceTopic {
  readonly #pubsub: MeshedPubsub
  readonly #topic: string

  constructor(pubsub: GossipSub, topic: string = ANNOUNCE_TOPIC) {
    this.#pubsub = pubsub as MeshedPubsub
    this.#topic = topic
  }

  /** @throws RangeError when it is over MAX_ANNOUNCEMENT_BYTES: the library would send it, and receivers cut us off */
  async publish(announcement: Uint8Array): Promise<PeerKey[]> {
    if (announcement.length > MAX_ANNOUNCEMENT_BYTES) {
      throw new RangeError(
        `an announcement of ${announcement.length} bytes is over ${MAX_ANNOUNCEMENT_BYTES}`
      )
    }
    const { recipients } = await this.#pubsub.publish(this.#topic, announcement)
    return recipients.map(String)
  }

  mesh(): PeerKey[] {
    return this.#pubsub.getMeshPeers(this.#topic)
  }

  onAnnouncement(
    handler: ((announcement: Uint8Array, from: PeerKey) => Promise<TopicVerdict>) | undefined
  ): void {
    if (handler == null) {
      this.#pubsub.unsubscribe(this.#topic)
      this.#pubsub.topicValidators.delete(this.#topic)
      return
    }
    this.#pubsub.topicValidators.set(this.#topic, async (from: PeerId, { data }: Message) => {
      return RESULTS[await handler(data, from.toString())]
    })
    this.#pubsub.subscribe(this.#topic)
  }
}
