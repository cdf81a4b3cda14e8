/**
 * Names like those of a file-sharing network: five words, of which word number k is about as frequent as 1 / k^0.9.
 */
import { hash } from 'node:crypto'
import type { Entry } from '../src/wire/entry.ts'
import { cidFromBytes } from '../src/wire/ids.ts'

const WORDS = 200_000
const WORDS_OF_A_NAME = 5
const ENDINGS = ['mp4', 'jpg', 'mp3', 'pdf', 'txt']
const MIMES = ['video/mp4', 'image/jpeg', 'audio/mpeg', 'application/pdf', 'text/plain']

/** Sums of 1 / k^0.9, to be searched by halving. */
const sums = new Float64Array(WORDS)
for (let k = 0, sum = 0; k < WORDS; k++) {
  sum += 1 / (k + 1) ** 0.9
  sums[k] = sum
}

/** Word number k: the lower, the more frequent. */
export function wordNumber(k: number): string {
  return `w${k.toString(36)}`
}

export class Names {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Path inside a share, without the share's name. */
  next(number: number): string {
    const words = Array.from({ length: WORDS_OF_A_NAME }, () => wordNumber(this.#zipf()))
    return `${words.join(' ')} ${number}.${ENDINGS[number % ENDINGS.length]}`
  }

  entry(number: number): Entry {
    const name = this.next(number)
    const digest = hash('sha256', `${number}`, 'buffer')
    return {
      cid: cidFromBytes(Buffer.concat([Uint8Array.of(1, 0x55, 0x12, 32), digest])),
      name,
      path: `share/${name}`,
      size: number,
      mime: MIMES[number % MIMES.length] as string,
      modified: 1_700_000_000_000 + number
    }
  }

  #zipf(): number {
    const wanted = this.#random() * (sums[WORDS - 1] as number)
    let low = 0
    let high = WORDS - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sums[middle] as number) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }

  /** mulberry32 */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
