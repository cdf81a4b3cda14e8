/**
 * What both sides of every rival have in common: they are told what to do over the channel of their process.
 */
import { createReadStream } from 'node:fs'

const [role, path, folder] = process.argv.slice(2)

/**
 * Runs the side that this process was started for. `seed(path, folder)` answers with an offer; `connect(offer, folder)`
 * with a function `(offer, path)` that fetches it to there and is measured.
 */
export async function runSide({ seed, connect }) {
  process.on('disconnect', () => process.exit())
  if (role === 'seed') {
    process.send(await seed(path, folder))
    return
  }
  process.on('message', async ({ offer, path }) => {
    const fetch = await connect(offer, folder)
    const start = performance.now()
    await fetch(offer, path)
    process.send({ seconds: (performance.now() - start) / 1000 })
  })
}

export function fileParts(path) {
  return createReadStream(path, { highWaterMark: 1024 * 1024 })
}

/** Calls `work` for every item, `count` at a time. */
export async function eachOf(items, count, work) {
  const left = items.values()
  const next = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: count }, next))
}
