/**
 * Listening: on the asked port, or on one nearby when it was not asked for by name.
 */
import type { AddressInfo } from 'node:net'
import { NodeError } from '../../node/errors.ts'
import { type ApiOptions, buildApi } from './app.ts'
import { CLOSE_GRACE_MS, PORTS_TO_TRY } from './constants.ts'
import type { Api } from './routes.ts'

export interface ApiServerOptions extends ApiOptions {
  host: string
  /** 0: any free one. */
  port: number
  /** The port was asked for: take it or fail. */
  explicit: boolean
}

export interface ApiServer {
  /** `http://host:port`, with the port that was got. */
  url: string
  /** Ends streams, lets other answers finish for a moment, then cuts. Safe to call twice. */
  close(): Promise<void>
}

/** @throws NodeError `bad-input`, field `api`, when the address cannot be had */
export async function startApi(options: ApiServerOptions): Promise<ApiServer> {
  const app = buildApi(options)
  await app.ready()
  const port = await listen(app, options)
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  let closed: Promise<void> | undefined
  return {
    url: `http://${host}:${port}`,
    close: () => {
      closed ??= close(app)
      return closed
    }
  }
}

async function listen(app: Api, { host, port, explicit }: ApiServerOptions): Promise<number> {
  for (const candidate of explicit ? [port] : portsFrom(port)) {
    try {
      await app.listen({ host, port: candidate })
      return (app.server.address() as AddressInfo).port
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EADDRINUSE' && !explicit) continue
      await app.close()
      throw new NodeError(
        { code: 'bad-input', field: 'api', message: why(code, host, port, error) },
        { cause: error }
      )
    }
  }
  throw new Error('port 0 was taken')
}

function why(code: string | undefined, host: string, port: number, error: unknown): string {
  const address = `${host}:${port}`
  if (code === 'EADDRINUSE') {
    return `the API cannot listen on ${address}: another program has it; try --api ${host}:0 for any free port`
  }
  if (code === 'EACCES') return `the API may not listen on ${address}: ports below 1024 need more rights`
  return `the API cannot listen on ${address}: ${(error as Error).message}; a right one: 127.0.0.1:4800`
}

function portsFrom(port: number): number[] {
  const near = Array.from({ length: PORTS_TO_TRY }, (_, i) => port + i)
  return [...near.filter(candidate => candidate < 65_536), 0]
}

async function close(app: Api): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS)
  try {
    await app.close()
  } finally {
    clearTimeout(cut)
  }
}
