/**
 * Which addresses lie where: our own machine, a LAN that we are on, or the Internet.
 */
import { BlockList, isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'

export type Reach = 'loopback' | 'private' | 'public' | 'memory'

const LOOPBACK = blockList(['127.0.0.0/8', '::1/128'])
// RFC 1918, RFC 6598 (carrier NAT), RFC 3927 (link local), RFC 5737 and RFC 2544 (documentation and tests, routed by
// nobody); RFC 4193 and RFC 4291 link local.
const PRIVATE = blockList([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '198.18.0.0/15',
  'fc00::/7',
  'fe80::/10'
])
/** How long a list of interfaces is believed, ms: reading it takes longer than an answer may. */
const INTERFACES_AGE_MS = 2_000

function blockList(subnets: string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [address, prefix] = subnet.split('/') as [string, string]
    list.addSubnet(address, Number(prefix), isIPv4(address) ? 'ipv4' : 'ipv6')
  }
  return list
}

/** @throws Error when `text` is no multiaddr, or a part of it has no sense, such as a PeerId that is none */
export function parseAddress(text: string): Multiaddr {
  const address = multiaddr(text)
  // The library looks at some parts only when it encodes them.
  void address.bytes
  return address
}

/** IP address of a multiaddr, or undefined for names, memory and relays. */
export function ipOf(address: Multiaddr): string | undefined {
  const parts = address.getComponents()
  if (parts.some(part => part.name === 'p2p-circuit')) return undefined
  return parts.find(part => part.name === 'ip4' || part.name === 'ip6')?.value
}

export function reachOf(address: Multiaddr): Reach {
  if (address.getComponents()[0]?.name === 'memory') return 'memory'
  const ip = ipOf(address)
  return ip === undefined ? 'public' : reachOfIp(ip)
}

export function reachOfIp(ip: string): Exclude<Reach, 'memory'> {
  const family = isIPv4(ip) ? 'ipv4' : 'ipv6'
  if (LOOPBACK.check(ip, family)) return 'loopback'
  return PRIVATE.check(ip, family) ? 'private' : 'public'
}

export interface Interface {
  name: string
  address: string
  /** `192.168.1.0/24`; null where the system does not tell. */
  cidr: string | null
  family: 'IPv4' | 'IPv6'
  internal: boolean
}

let known: { at: number; interfaces: Interface[] } | undefined

/** Addresses of this machine, at most INTERFACES_AGE_MS old. */
export function interfaces(): Interface[] {
  const now = performance.now()
  if (known === undefined || now - known.at > INTERFACES_AGE_MS) {
    const all = Object.entries(networkInterfaces())
    known = { at: now, interfaces: all.flatMap(([name, list = []]) => list.map(i => ({ ...i, name }))) }
  }
  return known.interfaces
}

/** Whether one of our interfaces is in the range of `ip`. */
export function isOnOurLan(ip: string): boolean {
  const family = isIPv4(ip) ? 'ipv4' : 'ipv6'
  return interfaces().some(({ cidr, family: own }) => {
    if (cidr === null || own.toLowerCase() !== family) return false
    return blockList([cidr]).check(ip, family)
  })
}

/** On this machine, or on a network that an interface of ours is on. */
export function isNear(address: Multiaddr): boolean {
  if (reachOf(address) !== 'public') return true
  const ip = ipOf(address)
  return ip !== undefined && isOnOurLan(ip)
}

/** Public addresses dial from anywhere; private and loopback ones only where an interface of ours is in their range. */
export function isDialable(address: Multiaddr): boolean {
  const reach = reachOf(address)
  if (reach === 'public' || reach === 'memory') return true
  return isOnOurLan(ipOf(address) as string)
}
