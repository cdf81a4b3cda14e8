/**
 * Client of the local API: finds the node of a data folder and asks it.
 *
 * node:http and not fetch: fetch gives up on an answer that takes five minutes, and a scan may take an hour.
 */
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { type ApiAccess, readApiFile } from '../adapters/http/api-file.ts'
import { CliError } from './errors.ts'
import { parseEvents } from './event-parser.ts'

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface Call {
  query?: Query
  body?: object
}

type Method = 'GET' | 'POST' | 'DELETE'

/** Errors of a socket to which nobody listens, or not any more. */
const GONE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT'
])

export class ApiClient {
  readonly #access: ApiAccess
  readonly #dataFolder: string
  readonly #signal: AbortSignal

  constructor(access: ApiAccess, dataFolder: string, signal: AbortSignal) {
    this.#access = access
    this.#dataFolder = dataFolder
    this.#signal = signal
  }

  get url(): string {
    return this.#access.url
  }

  /** @throws CliError as the node says, or `not-running` */
  async ask<T>(method: Method, path: string, call: Call = {}): Promise<T> {
    const response = await this.#send(method, path, 'application/json', call)
    return JSON.parse(await this.#text(response)) as T
  }

  /** @throws CliError as the node says, now or in the middle, or `not-running` when the stream breaks off */
  async *events<T extends { type: string }>(
    method: Method,
    path: string,
    call: Call = {}
  ): AsyncGenerator<T> {
    const response = await this.#send(method, path, 'text/event-stream', call)
    try {
      for await (const data of parseEvents(response)) {
        const event = JSON.parse(data) as T | ErrorBody
        if (event.type === 'error') throw remoteError(event as ErrorBody)
        yield event as T
      }
    } catch (error) {
      throw this.#explained(error)
    } finally {
      response.destroy()
    }
  }

  /**
   * The bytes of a file from `start` on, as they come.
   *
   * @param onTag - told the entity tag of the answer, before the first byte
   * @throws CliError as the node says, before the first byte; `cut` when the answer breaks off
   */
  async *bytes(
    path: string,
    call: Call,
    start: number,
    onTag: (etag: string | undefined) => void
  ): AsyncGenerator<Uint8Array> {
    const range: Record<string, string> = start === 0 ? {} : { range: `bytes=${start}-` }
    const response = await this.#send('GET', path, '*/*', call, range)
    onTag(response.headers.etag)
    try {
      for await (const chunk of response) yield chunk as Buffer
    } catch (cause) {
      this.#signal.throwIfAborted()
      throw new CliError('cut', 'the node stopped sending', { cause })
    } finally {
      response.destroy()
    }
  }

  async #send(
    method: Method,
    path: string,
    accept: string,
    { query = {}, body }: Call,
    more: Readonly<Record<string, string>> = {}
  ): Promise<IncomingMessage> {
    const url = new URL(`/api/v1${path}`, this.#access.url)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    const headers: Record<string, string> = {
      accept,
      authorization: `Bearer ${this.#access.token}`,
      ...more
    }
    const text = body === undefined ? undefined : JSON.stringify(body)
    if (text !== undefined) {
      headers['content-type'] = 'application/json'
      // Without it Node sends no body with DELETE.
      headers['content-length'] = String(Buffer.byteLength(text))
    }
    const asked = request(url, { method, headers, agent: false, signal: this.#signal })
    try {
      asked.end(text)
      const [response] = (await once(asked, 'response')) as [IncomingMessage]
      // Aborting after the answer began fails the request once more; the answer's own error tells it.
      asked.on('error', () => undefined)
      if ((response.statusCode ?? 500) < 400) return response
      throw errorOf(await this.#text(response), response.statusCode)
    } catch (error) {
      throw this.#explained(error)
    }
  }

  async #text(response: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of response) chunks.push(chunk as Buffer)
    } catch (error) {
      throw this.#explained(error)
    }
    return Buffer.concat(chunks).toString('utf8')
  }

  #explained(error: unknown): unknown {
    this.#signal.throwIfAborted()
    if (GONE.has((error as NodeJS.ErrnoException).code ?? '')) return notRunning(this.#dataFolder, error)
    return error
  }
}

/** @throws CliError `not-running` when no node has left its address in `dataFolder` */
export async function openClient(dataFolder: string, signal: AbortSignal): Promise<ApiClient> {
  const access = await readApiFile(dataFolder)
  if (access === undefined) throw notRunning(dataFolder)
  return new ApiClient(access, dataFolder, signal)
}

interface ErrorBody {
  type: 'error'
  code: string
  message: string
  field?: string
}

function remoteError({ code, message, field }: ErrorBody): CliError {
  return new CliError(code, message, { field })
}

function errorOf(text: string, status: number | undefined): CliError {
  try {
    const body = JSON.parse(text) as ErrorBody
    if (body.type === 'error') return remoteError(body)
  } catch {
    // Not ours: another program has taken the port.
  }
  return new CliError('not-running', `what answers for this node (HTTP ${status}) is not p2pnode`)
}

function notRunning(dataFolder: string, cause?: unknown): CliError {
  const start = `p2pnode start --data ${quoted(dataFolder)}`
  const message = `no node is running with the data folder ${dataFolder}\nstart one with: ${start}`
  return new CliError('not-running', message, { cause })
}

function quoted(path: string): string {
  return /^[\w./~+@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
