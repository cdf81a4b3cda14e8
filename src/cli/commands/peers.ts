/**
 * Other nodes: peers, connect, disconnect, browse.
 */
import type { Command } from 'commander'
import type { Peer } from '../../node/api.ts'
import type { Entry } from '../../wire/entry.ts'
import type { Context, Runner } from '../context.ts'
import { CliError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { peerName } from '../render/peer-name.ts'
import { safe } from '../render/safe-text.ts'
import { table } from '../render/table.ts'
import { formatBytes, formatDuration } from '../render/units.ts'
import { checkMultiaddr } from '../values.ts'

export const EXAMPLE_ADDRESS =
  '/ip4/192.168.1.5/tcp/4801/p2p/12D3KooWSahP5pFRCEfaziPEba7urXGeif6T1y8jmodzdFUvzBHj'

interface Contact {
  peerId: string
  address: string
}

type BrowseEvent = ({ type: 'entry' } & Entry) | { type: 'done'; entries: number }

export function addPeerCommands(program: Command, run: Runner): void {
  program.command('peers').description('list peers with open connections').action(run(peers))
  program.command('connect <address>').description('connect to the node at a multiaddr').action(run(connect))
  program.command('disconnect <peer>').description('close the connections to a peer').action(run(disconnect))
  program
    .command('browse <peer>')
    .description('list what a peer offers: PeerId, or nick~7f3k')
    .action(run(browse))
}

async function peers({ client, out }: Context) {
  const list = await (await client()).ask<{ peers: Peer[] }>('GET', '/peers')
  const now = Date.now()
  out.result(list, () =>
    table(list.peers, [
      { title: 'PEER', of: peer => peerName(peer) },
      { title: 'PEER ID', of: peer => peer.peerId },
      { title: 'ROLE', of: peer => (peer.neighbour ? 'neighbour' : 'contact') },
      { title: 'PATH', of: peer => peer.path },
      { title: 'RTT', of: ({ rttMs }) => (rttMs === null ? '' : formatDuration(rttMs)), right: true },
      { title: 'FOR', of: ({ since }) => formatDuration(Math.max(0, now - since)), right: true },
      {
        title: 'ADDRESS',
        of: ({ direction, address }) => `${direction === 'inbound' ? 'from' : 'to'} ${address}`
      }
    ])
  )
  if (list.peers.length === 0) out.note('no peers yet; connect to one with: p2pnode connect ADDRESS')
  return EXIT.done
}

async function connect({ client, out }: Context, address: string) {
  const body = { address: checkMultiaddr('address', address, EXAMPLE_ADDRESS) }
  const contact = await (await client()).ask<Contact>('POST', '/peers', { body })
  out.result(contact, () => `connected to ${safe(contact.peerId)}\n`)
  return EXIT.done
}

async function disconnect({ client, out }: Context, peer: string) {
  const contact = await (await client()).ask<Contact>('DELETE', `/peers/${encodeURIComponent(peer)}`)
  out.result(contact, () => `disconnected from ${safe(contact.peerId)}\n`)
  return EXIT.done
}

async function browse({ client, out }: Context, peer: string) {
  const entries: Entry[] = []
  for await (const event of (await client()).events<BrowseEvent>(
    'GET',
    `/browse/${encodeURIComponent(peer)}`
  )) {
    if (event.type === 'entry') {
      const { type: _, ...entry } = event
      entries.push(entry)
      continue
    }
    out.result({ entries }, () => entryTable(entries))
    if (entries.length === 0) out.note('it offers nothing')
    return EXIT.done
  }
  throw new CliError('not-running', 'the node stopped in the middle of the list')
}

function entryTable(entries: readonly Entry[]): string {
  return table(entries, [
    { title: 'SIZE', of: entry => formatBytes(entry.size), right: true },
    { title: 'MODIFIED', of: entry => day(entry.modified) },
    { title: 'PATH', of: entry => entry.path },
    { title: 'CID', of: entry => entry.cid }
  ])
}

function day(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10)
}
