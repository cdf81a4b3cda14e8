/**
 * The libp2p host: transports, encryption, muxer and the services that every node runs.
 */
import { type GossipSub, gossipsub } from '@chainsafe/libp2p-gossipsub'
import { type Identify, type IdentifyPush, identify, identifyPush } from '@libp2p/identify'
import type { ConnectionGater, Libp2p, Metrics, PrivateKey } from '@libp2p/interface'
import { FaultTolerance } from '@libp2p/interface'
import type { AddressManager } from '@libp2p/interface-internal'
import { kadDHT, passthroughMapper, type SingleKadDHT } from '@libp2p/kad-dht'
import { memory } from '@libp2p/memory'
import { noise } from '@libp2p/noise'
import { type Ping, ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import type { Datastore } from 'interface-datastore'
import { createLibp2p } from 'libp2p'
import { MAX_ANNOUNCEMENT_BYTES } from '../../wire/limits.ts'
import { ANNOUNCE_GOSSIP } from './announce-topic.ts'
import { sparingYamux } from './window-updates.ts'

export const DHT_PROTOCOL = '/p2pnode/kad/1.0.0'

/** A paused stream must fit the read buffer, or the library resets it. */
const STREAM_WINDOW_BYTES = 2 * 1024 * 1024
const STREAM_READ_BUFFER_BYTES = 4 * 1024 * 1024
/** Connections in all. Each takes a socket and about 100 KiB; a node chooses 12 neighbours and accepts 32. */
const MAX_CONNECTIONS = 300
/** New connections per second from one IP: a class room behind one NAT starts at the same time. */
const INBOUND_PER_SECOND_AND_IP = 50
/**
 * Pings of one connection at the same time, each way. The library's monitor of connections, its DHT and whoever looks
 * ping one another's peers; with the default of one the second ping fails, and the monitor then cuts a connection that
 * is well.
 */
const PING_STREAMS = 8
/** A connection is tried this often, ms. Each time opens a stream, and an idle node does little else. */
const PING_INTERVAL_MS = 30_000
/**
 * Connections that have not shaken hands. The library waits 10 s for each, so one IP can keep 10 times the above open
 * and say nothing; with fewer than that nobody else could come in.
 */
const MAX_PENDING_CONNECTIONS = 12 * INBOUND_PER_SECOND_AND_IP
/** Addresses of a peer are kept this long without contact, so that a node finds back after days off, ms. */
const PEER_AGE_MS = 7 * 24 * 60 * 60_000
/** Gossipsub frames: several announcements in one RPC. A longer one kills the peer's stream. */
const MAX_GOSSIP_RPC_BYTES = 16 * MAX_ANNOUNCEMENT_BYTES
/**
 * Old provider records of ours are said again one at a time, and only when they are over. By itself the library does it ten
 * at a time and a day before, as quickly as peers answer; each record asks some twenty of them. What is to be said again is
 * so a second apart (node/provider-records.ts) long before the library comes to it: here is what that did not reach.
 */
const REPROVIDE = { concurrency: 1, threshold: 0 }

export interface HostServices extends Record<string, unknown> {
  /** The library's own; it hides public addresses until somebody vouches for them. */
  addressManager: AddressManager
  identify: Identify
  identifyPush: IdentifyPush
  ping: Ping
  pubsub: GossipSub
  /** Absent with `dht: false`. */
  dht?: SingleKadDHT
}

export type Host = Libp2p<HostServices>

export interface HostOptions {
  privateKey: PrivateKey
  /** Open already; the host neither opens nor closes it. */
  datastore: Datastore
  /** Multiaddrs; `/memory/NAME` for nodes within one process. */
  listen: string[]
  /** Fail when one of `listen` cannot be had, instead of going on with the others. */
  strictListen: boolean
  dht: boolean
  gater: ConnectionGater
  /** TLS; the library's by default. */
  tls?: ReturnType<typeof tls>
  /** Counts what goes over the connections. */
  traffic: Metrics
  /** Name and version of the program, as peers see it. */
  userAgent: string
}

/**
 * Makes a host without starting it.
 *
 * TLS comes before noise: with sends of 1 MiB it moves more bytes per CPU second. `passthroughMapper` keeps private
 * addresses in the DHT, which is what a LAN lives by; whom they are told is decided where they are given out.
 */
export function createHost(options: HostOptions): Promise<Host> {
  const inMemory = options.listen.some(address => address.startsWith('/memory/'))
  return createLibp2p({
    start: false,
    privateKey: options.privateKey,
    datastore: options.datastore,
    metrics: () => options.traffic,
    nodeInfo: { userAgent: options.userAgent },
    addresses: { listen: options.listen },
    transports: inMemory ? [memory(), tcp()] : [tcp()],
    connectionEncrypters: [options.tls ?? tls(), noise()],
    streamMuxers: [
      sparingYamux({
        streamOptions: {
          maxStreamWindowSize: STREAM_WINDOW_BYTES,
          maxReadBufferLength: STREAM_READ_BUFFER_BYTES
        }
      })
    ],
    transportManager: {
      faultTolerance: options.strictListen ? FaultTolerance.FATAL_ALL : FaultTolerance.NO_FATAL
    },
    connectionManager: {
      maxConnections: MAX_CONNECTIONS,
      inboundConnectionThreshold: inMemory ? Number.POSITIVE_INFINITY : INBOUND_PER_SECOND_AND_IP,
      maxIncomingPendingConnections: inMemory ? 10_000 : MAX_PENDING_CONNECTIONS
    },
    // Where a hundred nodes share one event loop, pings come late and would cut connections that are well.
    connectionMonitor: { enabled: !inMemory, pingInterval: PING_INTERVAL_MS },
    peerStore: { maxAddressAge: PEER_AGE_MS, maxPeerAge: PEER_AGE_MS },
    connectionGater: options.gater,
    services: {
      addressManager: (components: { addressManager: AddressManager }) => components.addressManager,
      identify: identify(),
      identifyPush: identifyPush(),
      ping: ping({ maxInboundStreams: PING_STREAMS, maxOutboundStreams: PING_STREAMS }),
      pubsub: gossipsub({
        ...ANNOUNCE_GOSSIP,
        allowPublishToZeroTopicPeers: true,
        fallbackToFloodsub: false,
        maxInboundDataLength: MAX_GOSSIP_RPC_BYTES,
        // The library punishes more than 10 peers of one IP for good; a LAN behind a NAT, a class room or a test has them.
        scoreParams: { IPColocationFactorWeight: 0 }
      }),
      ...(options.dht
        ? {
            dht: kadDHT({
              protocol: DHT_PROTOCOL,
              clientMode: false,
              peerInfoMapper: passthroughMapper,
              allowQueryWithZeroPeers: true,
              reprovide: REPROVIDE
            })
          }
        : {})
    }
  }) as unknown as Promise<Host>
}
