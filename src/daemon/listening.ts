/**
 * Where a node listens, and what is said when it cannot.
 */
import { createServer } from 'node:net'
import { parseAddress } from '../adapters/libp2p/addresses.ts'
import type { Host } from '../adapters/libp2p/host.ts'
import { NodeError } from '../node/errors.ts'

/** Unless told otherwise, so that a firewall can be opened for it. */
const DEFAULT_PORT = 4801
const EXAMPLES = {
  bootstrap: `/ip4/192.168.1.5/tcp/${DEFAULT_PORT}/p2p/12D3KooWSahP5pFRCEfaziPEba7urXGeif6T1y8jmodzdFUvzBHj`,
  listen: `/ip4/0.0.0.0/tcp/${DEFAULT_PORT}`
}

/** @throws NodeError `bad-input` with the first that is no address */
export function checkAddresses(field: keyof typeof EXAMPLES, addresses: readonly string[]): void {
  for (const address of addresses) {
    try {
      parseAddress(address)
    } catch (cause) {
      const why = (cause as Error).message
      const message = `${field} must be a multiaddr, got "${address}" (${why}); for example: ${EXAMPLES[field]}`
      throw new NodeError({ code: 'bad-input', field, message }, { cause })
    }
  }
}

/** TCP 4801, or a free port if that is taken, on IPv4 and IPv6. */
export async function defaultListen(): Promise<string[]> {
  const port = (await isFree(DEFAULT_PORT)) ? DEFAULT_PORT : 0
  return [`/ip4/0.0.0.0/tcp/${port}`, `/ip6/::/tcp/${port}`]
}

/** @throws NodeError `bad-input`, field `listen`, when an address that was asked for cannot be had */
export async function startHost(host: Host, listen: string[] | undefined): Promise<void> {
  try {
    await host.start()
  } catch (cause) {
    if ((cause as Error).name !== 'UnsupportedListenAddressesError') throw cause
    const reason = /EADDRINUSE/.test((cause as Error).message)
      ? 'another program has it'
      : (cause as Error).message
    const message = `cannot listen on ${listen?.join(', ')}: ${reason}; port 0 means any free one`
    throw new NodeError({ code: 'bad-input', field: 'listen', message }, { cause })
  }
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen({ port, host: '0.0.0.0' }, () => server.close(() => resolve(true)))
  return promise
}
