import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type ApiAccess, readApiFile } from '../../src/adapters/http/index.ts'
import type { Download } from '../../src/node/api.ts'
import { eventually, line, type ProcessNode, Testnet } from '../../src/testnet/index.ts'
import { findChromium, launchChromium } from '../support/chromium.ts'
import { perTest } from '../support/per-test.ts'
import { frameOf, webm } from '../support/webm.ts'

const MIB = 1024 * 1024
const PICTURE = { width: 320, height: 240 }
const PICTURES = 12
const FRAME_MS = 100
const LENGTH_MS = 60_000
/** Of the getter: twice what the film needs while it plays, and far from all of it within the test. */
const BYTES_PER_SECOND = MIB
/** Near the end. */
const JUMP_TO_S = 55

interface Seen {
  at: number
  length: number
  pictures: number
  error: string | null
}

/** About 30 MiB, of which no two blocks are alike. */
async function makeFilm(page: Page): Promise<Buffer> {
  const urls = await page.evaluate<string[]>(
    `noisePictures(${JSON.stringify({ ...PICTURE, count: PICTURES })})`
  )
  const frames = urls.map(url => frameOf(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')))
  return webm({ ...PICTURE, frames, frameMs: FRAME_MS, lengthMs: LENGTH_MS })
}

async function shared(node: ProcessNode, path: string): Promise<string> {
  const { id } = await node.share(path)
  const hashed = async (): Promise<string | false> =>
    (await node.shares()).find(share => share.id === id)?.cid ?? false
  return (await eventually(hashed, { within: 20_000, what: `${path} hashed` })) as string
}

/** A path that a `<video>` can play, for whoever has the token. */
async function pathOf(cid: string, { url, token }: ApiAccess): Promise<string> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${url}/api/v1/content/${cid}/ticket`, { headers })
  return ((await answer.json()) as { path: string }).path
}

describe('a video in Chromium', () => {
  const test = perTest()
  let chromium: string | undefined

  before(async function () {
    chromium = await findChromium()
    if (chromium !== undefined) return
    for (const each of this.test?.parent?.tests ?? [])
      each.title += ' [skipped: no chromium, chromium-browser or google-chrome in PATH]'
    this.skip()
  })

  it('plays and seeks while the file is still on its way', async () => {
    const net = test.use(
      await Testnet.start({
        nodes: 2,
        topology: line,
        isolation: 'process',
        node: { rates: { download: BYTES_PER_SECOND } }
      })
    )
    const [sharer, getter] = net.nodes as [ProcessNode, ProcessNode]
    const browser = test.use(await launchChromium(chromium as string))
    const page = await browser.newPage()
    const api = (await readApiFile(join(getter.folder, 'data'))) as ApiAccess
    await page.goto(`${api.url}/healthz`)
    await page.addScriptTag({ path: join(import.meta.dirname, '../support/player-page.js') })

    const film = await makeFilm(page)
    await writeFile(join(sharer.folder, 'film.webm'), film)
    const cid = await shared(sharer, join(sharer.folder, 'film.webm'))
    await net.caughtUp(1)
    const path = await pathOf(cid, api)
    const download = async (): Promise<Download> => (await getter.downloads())[0] as Download
    const seen = (): Promise<Seen> => page.evaluate<Seen>('seen()')
    const playsBeyond = (seconds: number): Promise<Seen> =>
      eventually(
        async () => {
          const now = await seen()
          assert.ok(now.at > seconds, JSON.stringify(now))
          return now
        },
        { within: 20_000, what: `it plays beyond ${seconds} s` }
      )

    await page.evaluate(`play(${JSON.stringify(path)})`)
    const early = await playsBeyond(2)
    const before = await download()
    assert.ok(before.state === 'downloading' && before.bytesDone < film.length / 2, JSON.stringify(before))
    assert.equal(early.length, LENGTH_MS / 1000)

    await page.evaluate(`jumpTo(${JUMP_TO_S})`)
    const late = await playsBeyond(JUMP_TO_S + 1)
    const after = await download()
    assert.ok(after.state === 'downloading' && after.bytesDone < film.length * 0.75, JSON.stringify(after))
    assert.ok(late.pictures > early.pictures && early.pictures > 0, JSON.stringify({ early, late }))
    assert.equal(late.error, null)

    await page.goto(`${api.url}${path}`)
    const canPlay = (): Promise<boolean> => page.evaluate("document.querySelector('video').readyState > 0")
    await eventually(canPlay, { within: 10_000, what: 'it plays in a page of its own' })
  }).timeout(60_000)
})
