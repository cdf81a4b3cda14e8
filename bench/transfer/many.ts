/**
 * Many downloads at once: what they take of memory beyond what the nodes take without them.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashedCid, Meter, quietNode, whyNoMeter } from './nodes.ts'
import { noiseFile } from './noise.ts'
import type { Scenario } from './scenario.ts'

const DOWNLOADS = [1, 10, 50]

export const many: Scenario = async ({ folder, sizeMiB = 32 }) => {
  const whyNot = whyNoMeter()
  if (whyNot !== undefined) {
    console.log(`skipped: ${whyNot}`)
    return
  }
  const source = join(folder, 'files')
  await mkdir(source)
  for (let i = 0; i < Math.max(...DOWNLOADS); i++) await noiseFile(join(source, `${i}.bin`), sizeMiB)
  await using seed = await quietNode(folder, 'seed', { shares: [source] })
  await hashedCid(seed)
  for (const count of DOWNLOADS) {
    await using getter = await quietNode(folder, `getter${count}`, { bootstrap: [seed.address] })
    const links = await Promise.all(
      Array.from({ length: count }, async (_, i) => (await seed.link(join(source, `${i}.bin`))).link)
    )
    const meters = { getter: await Meter.start(getter), seeder: await Meter.start(seed) }
    const start = performance.now()
    await Promise.all(links.map((target, i) => getter.get({ target, output: join(folder, 'got', `${i}`) })))
    const seconds = (performance.now() - start) / 1000
    console.log(`${count} x ${sizeMiB} MiB in ${seconds.toFixed(1)} s; ${await peaks(meters)}`)
    await rm(join(folder, 'got'), { recursive: true })
  }
}

/** One line: what each took of memory. */
export async function peaks(meters: Readonly<Record<string, Meter>>): Promise<string> {
  const parts = Object.entries(meters).map(async ([who, meter]) => {
    const { peakMiB } = await meter.read()
    const more = peakMiB - meter.idleMiB
    return `${who} ${peakMiB.toFixed(0)} MiB at most, ${more.toFixed(0)} more than idle`
  })
  return (await Promise.all(parts)).join('; ')
}
