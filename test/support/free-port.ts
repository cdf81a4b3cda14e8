/**
 * Ports for nodes whose address must be known before they run.
 */
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that systems give to outgoing connections, which would take one at any moment. */
const FIRST = 20_000
const LAST = 32_000

/** A TCP port of loopback that nobody has; given to one caller of this process only. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST))
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
}

const given = new Set<number>()

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return true
  } catch {
    // Taken, or not ours to take.
    return false
  } finally {
    server.close()
  }
}
