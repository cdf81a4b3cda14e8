/**
 * The folders of a share as IPFS has them: their cids, kept up with what is hashed. Only folders that changed, and those
 * above them, are built again.
 */
import {
  buildDirectory,
  buildInSteps,
  ContentError,
  type Directory,
  type DirectoryEntry,
  fileDagSize,
  parseCid
} from '../content/index.ts'
import type { ServedFile } from '../swarm/index.ts'

/** Entries made in one step. */
const STEP_ENTRIES = 250

interface TreeFile {
  cid: string
  /** Bytes. */
  size: number
}

interface Folder {
  name: string
  above: Folder | undefined
  files: Map<string, TreeFile>
  folders: Map<string, Folder>
  /** Grows with every change in it or below. */
  version: number
  /** Undefined when something in it changed. Its nodes are made again when somebody asks for them. */
  built: Omit<Directory, 'nodes'> | undefined
}

export class FolderTree {
  readonly #root: Folder = emptyFolder('', undefined)
  readonly #byCid = new Map<string, Set<Folder>>()

  /** Cid of the whole; undefined while something has changed. */
  get cid(): string | undefined {
    return this.#root.built?.cid
  }

  /** @param path - inside, parts joined with `/` */
  set(path: string, file: TreeFile): void {
    const [folders, name] = split(path)
    let folder = this.#root
    for (const part of folders) {
      const below = folder.folders.get(part) ?? emptyFolder(part, folder)
      folder.folders.set(part, below)
      folder = below
    }
    folder.files.set(name, file)
    this.#changed(folder)
  }

  delete(path: string): void {
    const [folders, name] = split(path)
    let folder: Folder | undefined = this.#root
    for (const part of folders) folder = folder?.folders.get(part)
    if (folder?.files.delete(name) !== true) return
    this.#changed(folder)
    // IPFS could have empty folders; shares have only what is in their files' paths.
    for (let empty = folder; empty.above != null && isEmpty(empty); empty = empty.above)
      empty.above.folders.delete(empty.name)
  }

  /** Builds what changed, bottom up. What changes meanwhile is built in the next run. */
  *build(): Generator<void, void> {
    yield* this.#buildFolder(this.#root)
  }

  /** Cid of a folder inside; the empty path is the whole. Undefined when there is none, or while it is not built. */
  cidAt(path: string): string | undefined {
    let folder: Folder | undefined = this.#root
    for (const part of path === '' ? [] : path.split('/')) folder = folder?.folders.get(part)
    return folder?.built?.cid
  }

  /** Folders that are built: the whole, then what is in it, level by level. */
  *folders(): Generator<{ cid: string; depth: number }, void> {
    const queue = [{ folder: this.#root, depth: 0 }]
    // Grows while it is gone through.
    for (const { folder, depth } of queue) {
      if (folder.built != null) yield { cid: folder.built.cid, depth }
      for (const below of folder.folders.values()) queue.push({ folder: below, depth: depth + 1 })
    }
  }

  /** A folder of the tree, to be served: it has nodes and no blocks. */
  find(cid: string): ServedFile | undefined {
    const [folder] = this.#byCid.get(cid) ?? []
    if (folder?.built == null) return undefined
    const { dagSize } = folder.built
    return {
      root: cid,
      name: folder.name,
      size: dagSize,
      blocks: 0,
      has: () => false,
      innerNodes: async () => nodesOf(folder, cid),
      read: async () => {
        throw new RangeError('a folder has no blocks')
      }
    }
  }

  *#buildFolder(folder: Folder): Generator<void, void> {
    const { version } = folder
    // A copy: between two steps others may change the map.
    for (const below of [...folder.folders.values()]) {
      if (below.built == null) yield* this.#buildFolder(below)
    }
    const { cid, digest, dagSize } = yield* buildInSteps(yield* entriesOf(folder))
    // Many folders are small, and each is a step of its own.
    yield
    // It changed meanwhile: what was built is old already.
    if (folder.version !== version) return
    folder.built = { cid, digest, dagSize }
    const same = this.#byCid.get(cid) ?? new Set()
    this.#byCid.set(cid, same.add(folder))
  }

  #changed(from: Folder): void {
    for (let folder: Folder | undefined = from; folder != null; folder = folder.above) {
      const { built } = folder
      folder.version++
      folder.built = undefined
      if (built == null) continue
      const same = this.#byCid.get(built.cid)
      same?.delete(folder)
      if (same?.size === 0) this.#byCid.delete(built.cid)
    }
  }
}

function emptyFolder(name: string, above: Folder | undefined): Folder {
  return { name, above, files: new Map(), folders: new Map(), version: 0, built: undefined }
}

function isEmpty(folder: Folder): boolean {
  return folder.files.size === 0 && folder.folders.size === 0
}

function split(path: string): [folders: string[], name: string] {
  const parts = path.split('/')
  return [parts.slice(0, -1), parts.at(-1) as string]
}

/** Without folders that changed a moment ago: whoever builds with these finds the folder changed, too. */
function* entriesOf({ files, folders }: Folder): Generator<void, DirectoryEntry[]> {
  const entries: DirectoryEntry[] = []
  for (const { name, built } of folders.values()) {
    if (built == null) continue
    entries.push({ name, codec: 'dag-pb', digest: built.digest, dagSize: built.dagSize, isFolder: true })
  }
  for (const [name, { cid, size }] of [...files]) {
    // A file that has just become a folder is still known as a file, for a moment.
    if (folders.has(name)) continue
    const { codec, digest } = parseCid(cid)
    entries.push({ name, codec, digest, dagSize: fileDagSize(size), isFolder: false })
    if (entries.length % STEP_ENTRIES === 0) yield
  }
  return entries
}

/** @throws ContentError `changed` when the folder is another one by now */
function nodesOf(folder: Folder, cid: string): Uint8Array[] {
  const steps = entriesOf(folder)
  let step = steps.next()
  while (!step.done) step = steps.next()
  const directory = buildDirectory(step.value)
  if (directory.cid !== cid) throw new ContentError({ code: 'changed', name: folder.name })
  return directory.nodes
}
