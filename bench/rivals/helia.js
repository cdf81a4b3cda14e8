/**
 * One side of a transfer by Helia, in a process of its own: UnixFS over bitswap, blocks in files, TCP and TLS.
 */
import { mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { unixfs } from '@helia/unixfs'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { FsBlockstore } from 'blockstore-fs'
import { MemoryDatastore } from 'datastore-core'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'
import { eachOf, fileParts, runSide } from './side.js'

/** Files that are fetched at once, as p2pnode does. */
const CONCURRENT_FILES = 8

async function start(folder) {
  const light = createHeliaLight({
    blockstore: new FsBlockstore(folder),
    datastore: new MemoryDatastore()
  })
  const options = {
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [tls()],
    streamMuxers: [yamux()],
    services: { identify: identify() }
  }
  const helia = withBitswap(withLibp2pLight(light, options))
  await helia.start()
  return helia
}

await runSide({
  /** Adds a file, or a folder of files, and says where it is to be had. */
  async seed(path, folder) {
    const helia = await start(folder)
    const fs = unixfs(helia)
    const names = await readdir(path).catch(() => undefined)
    let root
    if (names === undefined) root = await fs.addByteStream(fileParts(path))
    else {
      const files = names.map(name => ({ path: name, content: fileParts(join(path, name)) }))
      for await (const entry of fs.addAll(files, { wrapWithDirectory: true })) root = entry.cid
    }
    return { root: `${root}`, addresses: helia.libp2p.getMultiaddrs().map(String) }
  },

  async connect({ addresses }, folder) {
    const helia = await start(folder)
    await helia.libp2p.dial(addresses.map(address => multiaddr(address)))
    const fs = unixfs(helia)
    const save = async (cid, path) => {
      const file = await open(path, 'wx')
      for await (const chunk of fs.cat(cid)) await file.write(chunk)
      await file.close()
    }
    return async ({ root }, path) => {
      const cid = CID.parse(root)
      if ((await fs.stat(cid)).type !== 'directory') return await save(cid, path)
      await mkdir(path)
      const entries = await Array.fromAsync(fs.ls(cid))
      await eachOf(entries, CONCURRENT_FILES, entry => save(entry.cid, join(path, entry.name)))
    }
  }
})
