/**
 * The network as the other parts see it: the host, its contacts and neighbours, and who is dialled.
 */
import type { PrivateKey } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'
import { parseAddress } from '../adapters/libp2p/addresses.ts'
import { CATALOG_PROTOCOL } from '../adapters/libp2p/catalog-exchange.ts'
import { ConnectionGuard } from '../adapters/libp2p/connection-guard.ts'
import { HostContacts } from '../adapters/libp2p/contacts.ts'
import { DialPolicy, peerAtEnd } from '../adapters/libp2p/dial-policy.ts'
import { FILE_PROTOCOL } from '../adapters/libp2p/file-server.ts'
import { createHost, type Host } from '../adapters/libp2p/host.ts'
import { Libp2pView } from '../adapters/libp2p/host-view.ts'
import { LAN_SERVICE, LanDiscovery } from '../adapters/libp2p/lan-discovery.ts'
import { SEARCH_PROTOCOL, SearchLinks } from '../adapters/libp2p/search-links.ts'
import { Traffic } from '../adapters/libp2p/traffic.ts'
import { packageVersion } from '../adapters/system/version.ts'
import { directTls } from '../adapters/tls/index.ts'
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import type { EventLog } from '../node/event-log.ts'
import { Supervisor } from '../node/supervisor.ts'
import type { StrikeReason } from '../search/index.ts'
import { defaultListen } from './listening.ts'
import type { Log, NodeOptions } from './options.ts'

export interface Network {
  host: Host
  /** What the host and its services keep. */
  datastore: Datastore
  traffic: Traffic
  links: SearchLinks
  contacts: HostContacts
  guard: ConnectionGuard
  view: Libp2pView
  supervisor: Supervisor
  discovery: LanDiscovery
  /** A peer broke the protocol; three times cost it ten minutes. */
  strike(peer: PeerKey, reason: StrikeReason): void
}

export interface NetworkOptions {
  options: NodeOptions
  privateKey: PrivateKey
  datastore: Datastore
  nickname: string
  events: EventLog
  clock: Clock
  random: Random
  log: Log
}

/** Nothing of it runs yet. */
export async function createNetwork(given: NetworkOptions): Promise<Network> {
  const { options, privateKey, datastore, nickname, events, clock, random, log } = given
  const { dht = true, dial = true, maxNeighbours } = options
  const traffic = new Traffic()
  const policy = new DialPolicy({ dial, isOut: peer => links.isStruckOut(peer) })
  const host = await createHost({
    privateKey,
    traffic,
    tls: directTls({ onTaken: socket => traffic.follow(socket) }),
    datastore,
    listen: options.listen ?? (await defaultListen()),
    strictListen: options.listen !== undefined,
    dht,
    gater: policy.gater(),
    userAgent: `p2pnode/${packageVersion()}`
  })
  const links = new SearchLinks({
    nickname,
    referrals: asker => contacts.referrals(3, asker),
    ...(maxNeighbours === undefined ? {} : { maxNeighbours }),
    onStruckOut: peer => contacts.cut(peer, 'it broke the rules three times'),
    // A clock that is given stands for all time there is.
    ...(options.clock === undefined ? {} : { now: () => clock.now() }),
    log: message => log.debug(message)
  })
  const contacts = new HostContacts({
    host,
    policy,
    protocol: SEARCH_PROTOCOL,
    events: {
      onConnected: (peerId, address) => {
        events.emit({ type: 'peer:connected', peerId, address })
        supervisor.tick()
      },
      onDisconnected: peerId => {
        events.emit({ type: 'peer:disconnected', peerId })
        supervisor.onDisconnected(peerId)
      },
      onIdentified: () => supervisor.tick()
    }
  })
  const view = new Libp2pView({ host, contacts, clock })
  const guard = new ConnectionGuard({
    host,
    isNeighbour: peer => links.isNeighbour(peer),
    protocols: [CATALOG_PROTOCOL, FILE_PROTOCOL]
  })
  const self = host.peerId.toString()
  const supervisor = new Supervisor({
    self,
    bootstrap: options.bootstrap ?? [],
    dial,
    maxChosen: maxNeighbours,
    contacts,
    links: {
      neighbours: () => links.neighbours().map(({ peer }) => peer),
      open: (peer, signal) => links.open(peer, signal)
    },
    clock,
    random,
    peerOf,
    log: message => log.debug(message)
  })
  const discovery = new LanDiscovery({
    self,
    service: LAN_SERVICE,
    addresses: () => host.getMultiaddrs(),
    onPeer: (peer, addresses) => {
      supervisor.found(peer, addresses.map(String), 'lan').catch(err => log.debug({ err }, 'discovery'))
    },
    onWarning: message => view.warn(message)
  })
  links.onJoin(peerId => {
    events.emit({ type: 'neighbour:joined', peerId, nickname: links.nickname(peerId) ?? '' })
    supervisor.onNeighbour(peerId)
  })
  links.onLeave(peerId => events.emit({ type: 'neighbour:left', peerId }))
  const strike: Network['strike'] = (peer, reason) => links.strike(peer, reason)
  return { host, datastore, traffic, links, contacts, guard, view, supervisor, discovery, strike }
}

/** The PeerId at the end of a multiaddr. */
export function peerOf(address: string): string | undefined {
  return peerAtEnd(parseAddress(address))
}
