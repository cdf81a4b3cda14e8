/**
 * How this node is placed in the network: its addresses, its contacts, its role in the DHT.
 */
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../../base/ports.ts'
import { type DhtRole, DhtRoleRule, ROLE_INTERVAL_MS } from '../../node/dht-role.ts'
import type { ContactView, HostView } from '../../node/node-ports.ts'
import { interfaces, reachOf, reachOfIp } from './addresses.ts'
import type { HostContacts } from './contacts.ts'
import type { Host } from './host.ts'

export class Libp2pView implements HostView {
  readonly #host: Host
  readonly #contacts: HostContacts
  readonly #clock: Clock
  #onRole: (role: DhtRole) => Promise<void> = async () => {}
  readonly #rule = new DhtRoleRule()
  readonly #warnings: string[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(options: { host: Host; contacts: HostContacts; clock: Clock }) {
    this.#host = options.host
    this.#contacts = options.contacts
    this.#clock = options.clock
  }

  /** `told` hears the role every minute, whether or not it changed. */
  onRole(told: (role: DhtRole) => Promise<void>): void {
    this.#onRole = told
  }

  /** After the host has started. */
  async start(): Promise<void> {
    this.#vouchForInterfaces()
    await this.#decideRole()
    this.#timer = setInterval(() => {
      this.#decideRole().catch(err =>
        this.warn(`the role in the DHT and the word index cannot be changed: ${(err as Error).message}`)
      )
    }, ROLE_INTERVAL_MS)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  addresses(): string[] {
    return this.#host.getMultiaddrs().map(String)
  }

  contacts(): ContactView[] {
    return this.#contacts.list()
  }

  dht(): 'off' | 'client' | 'server' {
    return this.#host.services.dht?.getMode() ?? 'off'
  }

  isPublic(): boolean {
    return this.#host.getMultiaddrs().some(address => reachOf(address) === 'public')
  }

  warnings(): string[] {
    return [...this.#warnings]
  }

  /** Something that a person should know; said once. */
  warn(message: string): void {
    if (!this.#warnings.includes(message) && this.#warnings.length < 20) this.#warnings.push(message)
  }

  stats(): Record<string, Record<string, number>> {
    const { pubsub } = this.#host.services
    const topics = pubsub.getTopics()
    const subscribers = topics.reduce((sum, topic) => sum + pubsub.getSubscribers(topic).length, 0)
    return { gossip: { topics: topics.length, subscribers } }
  }

  async #decideRole(): Promise<void> {
    const { dht } = this.#host.services
    const hasPublicAddress = this.isPublic()
    const knowsPublicPeer = this.#contacts
      .list()
      .some(({ address }) => reachOf(multiaddr(address)) === 'public')
    const role = this.#rule.decide({ hasPublicAddress, knowsPublicPeer }, this.#clock.now())
    if (dht !== undefined && dht.getMode() !== role) await dht.setMode(role)
    await this.#onRole(role)
  }

  /** A public address on an interface of ours needs nobody else's word. */
  #vouchForInterfaces(): void {
    const { addressManager } = this.#host.services
    for (const listen of addressManager.getListenAddrs()) {
      for (const address of publicAddressesOf(listen))
        addressManager.confirmObservedAddr(address, { type: 'transport' })
    }
  }
}

/** Public addresses at which a listener on `listen`, perhaps on all interfaces, can be reached. */
function publicAddressesOf(listen: Multiaddr): Multiaddr[] {
  const [host, ...rest] = listen.getComponents()
  if (host?.name !== 'ip4' && host?.name !== 'ip6') return []
  const family = host.name === 'ip4' ? 'IPv4' : 'IPv6'
  const isAll = host.value === '0.0.0.0' || host.value === '::'
  const suffix = rest
    .map(({ name, value }) => (value === undefined ? `/${name}` : `/${name}/${value}`))
    .join('')
  return interfaces()
    .filter(own => own.family === family && (isAll || own.address === host.value))
    .filter(own => reachOfIp(own.address) === 'public')
    .map(own => multiaddr(`/${host.name}/${own.address}${suffix}`))
}
