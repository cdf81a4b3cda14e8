/**
 * Downloads across restarts: a record and a bitmap of verified blocks for each, in files of their own, so that one
 * that is damaged harms no other.
 */
import { mkdir, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setAside, TEMPORARY_SUFFIX, writeAtomically } from './atomic-write.ts'
import { diskError, isMissing } from './disk-error.ts'

const RECORD = '.json'
const BITMAP = '.have'
const DIGESTS = '.hashes'
const FILES = '.files'
/** What belongs to a record. */
const COMPANIONS = [BITMAP, DIGESTS, FILES]

/** Ids become file names. */
const VALID_ID = /^[A-Za-z0-9_-]{1,64}$/

export interface StoredDownload<Item> {
  record: Item
  /** As given to `saveHave`, last time before the end. It may tell less than the truth, never of other blocks. */
  have: Uint8Array | undefined
}

export interface DownloadStoreOptions<Item> {
  /** Makes a record of what was read, or throws. Without it, any object with the right id is one. */
  parse?: (value: unknown) => Item
  /** Told of each record that cannot be read; `path` is where it lies now. */
  onCorrupt?: (path: string, error: unknown) => void
}

export class DownloadStore<Item extends { id: string }> {
  readonly #folder: string
  readonly #options: DownloadStoreOptions<Item>
  /** Last operation on each id: files of one id are written one after the other. */
  readonly #last = new Map<string, Promise<void>>()

  /** @param folder - `<data>/downloads`; made on first use */
  constructor(folder: string, options: DownloadStoreOptions<Item> = {}) {
    this.#folder = folder
    this.#options = options
  }

  /** All downloads, in no order. For the start, before anything is saved. */
  async load(): Promise<Array<StoredDownload<Item>>> {
    const names = await this.#names()
    const downloads: Array<StoredDownload<Item>> = []
    for (const name of names.filter(name => name.endsWith(RECORD))) {
      const record = await this.#read(name)
      if (record != null) downloads.push({ record, have: await this.#readBytes(record.id + BITMAP) })
    }
    const ids = new Set(downloads.map(({ record }) => record.id))
    const isOrphan = (name: string): boolean =>
      COMPANIONS.some(suffix => name.endsWith(suffix) && !ids.has(name.slice(0, -suffix.length)))
    const leftover = names.filter(name => name.endsWith(TEMPORARY_SUFFIX) || isOrphan(name))
    for (const name of leftover) await this.#delete(name)
    return downloads
  }

  /** Durable when it resolves. @throws NodeError `disk` */
  async save(record: Item): Promise<void> {
    const text = JSON.stringify(record)
    await this.#inTurn(record.id, () => this.#write(record.id + RECORD, text, true))
  }

  /**
   * Not durable at once: after a power cut the bitmap may be an older one or missing, so blocks are verified again
   * before they count. Save it after the data. @throws NodeError `disk`
   */
  async saveHave(id: string, have: Uint8Array): Promise<void> {
    const bytes = have.slice()
    await this.#inTurn(id, () => this.#write(id + BITMAP, bytes, false))
  }

  /** As `saveHave`: what is read again must be checked. @throws NodeError `disk` */
  async saveDigests(id: string, digests: Uint8Array): Promise<void> {
    await this.#inTurn(id, () => this.#write(id + DIGESTS, digests, false))
  }

  async loadDigests(id: string): Promise<Uint8Array | undefined> {
    return VALID_ID.test(id) ? await this.#readBytes(id + DIGESTS) : undefined
  }

  /** As `saveHave`. @throws NodeError `disk` */
  async saveFiles(id: string, list: Uint8Array): Promise<void> {
    await this.#inTurn(id, () => this.#write(id + FILES, list, false))
  }

  async loadFiles(id: string): Promise<Uint8Array | undefined> {
    return VALID_ID.test(id) ? await this.#readBytes(id + FILES) : undefined
  }

  /** Safe to call for what is not there. */
  async remove(id: string): Promise<void> {
    await this.#inTurn(id, async () => {
      for (const suffix of [RECORD, ...COMPANIONS]) await this.#delete(id + suffix)
    })
  }

  async #names(): Promise<string[]> {
    try {
      await mkdir(this.#folder, { recursive: true })
      return await readdir(this.#folder)
    } catch (error) {
      throw diskError(error, 'read', this.#folder)
    }
  }

  async #read(name: string): Promise<Item | undefined> {
    const path = join(this.#folder, name)
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      throw diskError(error, 'read', path)
    }
    try {
      return this.#parse(text, name.slice(0, -RECORD.length))
    } catch (error) {
      const aside = setAside(path)
      this.#options.onCorrupt?.(aside, error)
      return undefined
    }
  }

  #parse(text: string, id: string): Item {
    const value: unknown = JSON.parse(text)
    const record = this.#options.parse == null ? (value as Item) : this.#options.parse(value)
    if (record?.id !== id || !VALID_ID.test(id)) throw new Error(`its id is ${JSON.stringify(record?.id)}`)
    return record
  }

  async #readBytes(name: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(join(this.#folder, name))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw diskError(error, 'read', join(this.#folder, name))
    }
  }

  async #write(name: string, content: string | Uint8Array, durable: boolean): Promise<void> {
    const path = join(this.#folder, name)
    try {
      await mkdir(this.#folder, { recursive: true })
      await writeAtomically(path, content, { durable })
    } catch (error) {
      throw diskError(error, 'write', path)
    }
  }

  async #delete(name: string): Promise<void> {
    try {
      await unlink(join(this.#folder, name))
    } catch (error) {
      if (!isMissing(error)) throw diskError(error, 'delete', join(this.#folder, name))
    }
  }

  async #inTurn(id: string, run: () => Promise<void>): Promise<void> {
    if (!VALID_ID.test(id)) throw new TypeError(`download id ${JSON.stringify(id)}`)
    const before = this.#last.get(id) ?? Promise.resolve()
    const turn = before.then(run, run)
    this.#last.set(id, turn)
    try {
      await turn
    } finally {
      if (this.#last.get(id) === turn) this.#last.delete(id)
    }
  }
}
