/**
 * One side of a transfer by WebTorrent, in a process of its own: BitTorrent over TCP, from peer to peer, without a
 * tracker or the DHT.
 */
import { once } from 'node:events'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import WebTorrent from 'webtorrent'
import { runSide } from './side.js'

async function start() {
  const client = new WebTorrent({
    dht: false,
    tracker: false,
    lsd: false,
    utp: false,
    natUpnp: false,
    natPmp: false
  })
  client.on('error', error => {
    throw error
  })
  return client
}

await runSide({
  async seed(path) {
    const client = await start()
    const torrent = await new Promise(resolve => client.seed(path, { announce: [] }, resolve))
    if (!client.listening) await once(client, 'listening')
    return {
      torrent: Buffer.from(torrent.torrentFile).toString('base64'),
      address: `127.0.0.1:${client.torrentPort}`
    }
  },

  /** A client that waits; connections are made for a torrent, so the first one is made within the measured time. */
  async connect() {
    const client = await start()
    return async ({ torrent, address }, path) => {
      const folder = `${path}.in`
      await mkdir(folder)
      const job = client.add(Buffer.from(torrent, 'base64'), { path: folder, announce: [] })
      job.once('infoHash', () => job.addPeer(address))
      await once(job, 'done')
      await rename(join(folder, job.name), path)
    }
  }
})
