/**
 * The system's watches on single folders, each taken once however many want it.
 */
import { type FSWatcher, watch } from 'node:fs'
import { errorCode } from './disk-error.ts'

/** @param name - in the folder; null when the system does not say which */
export type FolderListener = (type: 'change' | 'rename', name: string | null) => void

interface Watched {
  watcher: FSWatcher
  listeners: Set<FolderListener>
}

export class FolderWatches {
  readonly #watched = new Map<string, Watched>()

  /** Folders that are watched. */
  get size(): number {
    return this.#watched.size
  }

  /**
   * Watches what happens in a folder, not below it; with `recursive`, which only macOS and Windows do well, also below.
   *
   * @returns ends it
   * @throws when the folder is not there, or the system has no more watches (ENOSPC, EMFILE)
   */
  add(folder: string, recursive: boolean, listener: FolderListener): () => void {
    const key = recursive ? `${folder}\0recursive` : folder
    const watched = this.#watched.get(key) ?? this.#start(key, folder, recursive)
    watched.listeners.add(listener)
    return () => {
      watched.listeners.delete(listener)
      if (watched.listeners.size > 0) return
      if (this.#watched.get(key) === watched) this.#watched.delete(key)
      watched.watcher.close()
    }
  }

  #start(key: string, folder: string, recursive: boolean): Watched {
    const watcher = watch(folder, { recursive, persistent: false })
    const watched: Watched = { watcher, listeners: new Set() }
    const tell: FolderListener = (type, name) => {
      for (const listener of [...watched.listeners]) listener(type, name)
    }
    watcher.on('change', (type, name) =>
      tell(type as 'change' | 'rename', name == null ? null : String(name))
    )
    // The folder went, or the drive: whoever looks again will see it.
    watcher.on('error', () => tell('rename', null))
    this.#watched.set(key, watched)
    return watched
  }
}

/** Whether the system has no watches left, so that changes will be noticed by looking only. */
export function isOutOfWatches(error: unknown): boolean {
  return ['ENOSPC', 'EMFILE', 'ENFILE'].includes(errorCode(error) ?? '')
}
