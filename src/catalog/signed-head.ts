/**
 * Heads in their envelopes: sealed by this node, opened from others. An envelope is opened once, however often it comes.
 */
import { hash } from 'node:crypto'
import { SeenTable } from '../base/seen-table.ts'
import { decodeHead, encodeHead, type Head, type SignedHead } from '../wire/head.ts'
import type { HeadSeal } from './ports.ts'

/** Envelopes whose signature was found right: two for each of MAX_HEADS providers. */
const MAX_REMEMBERED = 40_000
/** Neighbours repeat a head within seconds, and once more when somebody joins; its next one comes in half an hour. */
const REMEMBERED_MS = 60 * 60_000

export type OpenedHead =
  | { kind: 'open'; signed: SignedHead }
  | { kind: 'bad'; reason: 'bad-signature' | 'bad-head' | 'not-the-provider' }

export async function sealHead(seal: HeadSeal, head: Head): Promise<SignedHead> {
  return { head, envelope: await seal.seal(encodeHead(head)) }
}

export class HeadOpener {
  readonly #seal: HeadSeal
  readonly #good: SeenTable<string, Head>

  constructor(seal: HeadSeal, now: number) {
    this.#seal = seal
    this.#good = new SeenTable({ lifetimeMs: REMEMBERED_MS, capacity: MAX_REMEMBERED }, now)
  }

  /** Whether opening this envelope will cost no signature check. */
  knows(envelope: Uint8Array): boolean {
    return this.#good.has(hash('sha256', envelope, 'hex'))
  }

  /** The head inside, when its provider signed it. Says nothing about `seq` and `ttlS`. */
  async open(envelope: Uint8Array, now: number): Promise<OpenedHead> {
    const id = hash('sha256', envelope, 'hex')
    const known = this.#good.get(id)
    if (known != null) return { kind: 'open', signed: { head: known, envelope } }

    const opened = await this.#seal.open(envelope)
    if (opened == null) return { kind: 'bad', reason: 'bad-signature' }
    const head = readHead(opened.payload)
    if (head == null) return { kind: 'bad', reason: 'bad-head' }
    if (head.provider !== opened.signer) return { kind: 'bad', reason: 'not-the-provider' }

    this.#good.set(id, head, now)
    return { kind: 'open', signed: { head, envelope } }
  }
}

function readHead(payload: Uint8Array): Head | undefined {
  try {
    return decodeHead(payload)
  } catch {
    // A codec throws nothing but WireError, and which field was wrong helps nobody here.
    return undefined
  }
}
