/**
 * A line between two nodes that carries so many bytes per second: a TCP proxy, dialled instead of the node behind it.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Shorter pauses than this are saved up, ms: timers are no finer. */
const LEAST_PAUSE_MS = 4

export class SlowLine implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #bytesPerSecond: number
  /** When what was carried so far has arrived. */
  #arrivedAt = 0
  #held: PromiseWithResolvers<void> | undefined
  /** Bytes that come through although it is held. */
  #allowance = 0

  private constructor(port: number, bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond
    this.#server = createServer(socket => this.#join(socket, connect(port, '127.0.0.1')))
  }

  /** @param to - multiaddr of a node on loopback */
  static async open(to: string, bytesPerSecond: number): Promise<SlowLine> {
    const line = new SlowLine(Number(/\/tcp\/(\d+)/.exec(to)?.[1]), bytesPerSecond)
    await once(line.#server.listen(0, '127.0.0.1'), 'listening')
    return line
  }

  /** Where to dial. */
  get address(): string {
    return `/ip4/127.0.0.1/tcp/${(this.#server.address() as AddressInfo).port}`
  }

  /** From now on, and until `release`, nothing comes through either way but so many `bytes`. */
  hold(bytes = 0): void {
    this.#allowance = bytes
    this.#held?.resolve()
    this.#held = Promise.withResolvers()
  }

  release(): void {
    this.#held?.resolve()
    this.#held = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release()
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #join(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near]
    ] as const) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
      // What breaks a connection is the nodes' to notice.
      from.on('error', () => undefined)
      void this.#carry(from, to)
    }
  }

  async #carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from) {
        await this.#pass((chunk as Buffer).length)
        if (!to.write(chunk)) await once(to, 'drain')
      }
      to.end()
    } catch {
      // The other end went, and this one goes with it.
      to.destroy()
    }
  }

  async #pass(bytes: number): Promise<void> {
    while (this.#held !== undefined && this.#allowance < bytes) await this.#held.promise
    this.#allowance -= bytes
    const now = performance.now()
    this.#arrivedAt = Math.max(this.#arrivedAt, now) + (1_000 * bytes) / this.#bytesPerSecond
    if (this.#arrivedAt - now > LEAST_PAUSE_MS) await sleep(this.#arrivedAt - now)
  }
}
