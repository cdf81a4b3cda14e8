/**
 * The announcement topic on gossipsub. The validator learns a message before it says whether it may go on.
 */
import { type GossipSub, type Message, TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import type { PeerId } from '@libp2p/interface'
import type { PeerKey } from '../../base/ports.ts'
import type { AnnounceTopic, TopicVerdict } from '../../catalog/index.ts'
import { MAX_ANNOUNCEMENT_BYTES } from '../../wire/limits.ts'

export const ANNOUNCE_TOPIC = '/p2pnode/announce/1'

const RESULTS: Readonly<Record<TopicVerdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject
}

export class GossipAnnounceTopic implements AnnounceTopic {
  readonly #pubsub: GossipSub
  readonly #topic: string

  constructor(pubsub: GossipSub, topic: string = ANNOUNCE_TOPIC) {
    this.#pubsub = pubsub
    this.#topic = topic
  }

  /** @throws RangeError when it is over MAX_ANNOUNCEMENT_BYTES: the library would send it, and receivers cut us off */
  async publish(announcement: Uint8Array): Promise<void> {
    if (announcement.length > MAX_ANNOUNCEMENT_BYTES) {
      throw new RangeError(
        `an announcement of ${announcement.length} bytes is over ${MAX_ANNOUNCEMENT_BYTES}`
      )
    }
    await this.#pubsub.publish(this.#topic, announcement)
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
