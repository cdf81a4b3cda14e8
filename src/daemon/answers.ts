/**
 * Numbers that a node holds, and questions to the whole network about them.
 */
import { JsonValueStore } from '../adapters/files/index.ts'
import { AggregateLinks } from '../adapters/libp2p/aggregate-links.ts'
import { Ed25519Seal } from '../adapters/libp2p/statement-seal.ts'
import { Aggregates, factFigure } from '../node/aggregates.ts'
import { Values } from '../node/values.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'
import type { Transfer } from './transfer.ts'

export interface Answers {
  values: Values
  aggregates: Aggregates
  /** Undefined when this node takes no part. */
  links: AggregateLinks | undefined
}

export function createAnswers(ground: Ground, network: Network, { shares }: Transfer): Answers {
  const { self, options, privateKey, inData, clock, random, log, onCorrupt } = ground
  const values = new Values({
    store: new JsonValueStore(inData('values.json'), { onCorrupt }),
    onChanged: () => aggregates.forget()
  })
  const { host, links: neighbours } = network
  const links =
    options.aggregate === false
      ? undefined
      : new AggregateLinks({ host, neighbours, log: message => log.debug(message) })
  const aggregates = new Aggregates({
    self,
    links,
    seal: new Ed25519Seal(privateKey),
    figure: name => factFigure(name, () => shares.totals()) ?? values.figure(name),
    clock,
    random
  })
  return { values, aggregates, links }
}
