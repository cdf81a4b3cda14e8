/**
 * Files that are holes from end to end, one ten times as large as the other: does what is held grow with the file?
 */
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { peaks } from './many.ts'
import { hashedCid, Meter, quietNode, whyNoMeter } from './nodes.ts'
import { MIB } from './noise.ts'
import type { Scenario } from './scenario.ts'

export const sparse: Scenario = async ({ folder, sizeMiB = 10 * 1024 }) => {
  const whyNot = whyNoMeter()
  if (whyNot !== undefined) {
    console.log(`skipped: ${whyNot}`)
    return
  }
  for (const mebibytes of [Math.ceil(sizeMiB / 10), sizeMiB])
    await measure(join(folder, `${mebibytes}`), mebibytes)
}

async function measure(folder: string, mebibytes: number): Promise<void> {
  await mkdir(folder)
  const path = join(folder, 'holes.bin')
  await using file = await open(path, 'wx')
  await file.truncate(mebibytes * MIB)
  await using seed = await quietNode(folder, 'seed', { shares: [path] })
  await hashedCid(seed)
  await using getter = await quietNode(folder, 'getter', { bootstrap: [seed.address] })
  const { link: target } = await seed.link(path)
  const meters = { getter: await Meter.start(getter), seeder: await Meter.start(seed) }
  const start = performance.now()
  const done = await getter.get({ target })
  const seconds = (performance.now() - start) / 1000
  const gib = mebibytes / 1024
  const cpu = async (meter: Meter): Promise<string> => ((await meter.read()).cpuSeconds / gib).toFixed(2)
  console.log(
    `${mebibytes} MiB in ${seconds.toFixed(1)} s; ${await peaks(meters)}; ` +
      `CPU s per GiB: getter ${await cpu(meters.getter)}, seeder ${await cpu(meters.seeder)}`
  )
  await rm(done.path)
}
