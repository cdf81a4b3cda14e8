/**
 * One file from four nodes whose lines are limited, each twice as fast as the one before: against the sum of the limits.
 */
import { link, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashedCid, knows, quietNode } from './nodes.ts'
import { MIB, noiseFile } from './noise.ts'
import { median } from './peers.ts'
import type { Scenario } from './scenario.ts'

const LIMITS_MIB = [1, 2, 4, 8]

export const sources: Scenario = async ({ folder, sizeMiB = 300, runs }) => {
  await using stack = new AsyncDisposableStack()
  const file = await noiseFile(join(folder, 'source'), sizeMiB)
  const seeds = []
  for (const mebibytes of LIMITS_MIB) {
    const name = `seed${mebibytes}`
    const path = join(folder, name, 'file.bin')
    await mkdir(join(folder, name))
    await link(file.path, path)
    const seed = await quietNode(folder, name, { shares: [path], rates: { upload: mebibytes * MIB } })
    seeds.push(stack.use(seed))
  }
  const cids = await Promise.all(seeds.map(hashedCid))
  const bootstrap = seeds.map(({ address }) => address)
  const getter = stack.use(await quietNode(folder, 'getter', { bootstrap }))
  await knows(getter, seeds.length)
  const speeds: number[] = []
  for (let run = 0; run < runs; run++) {
    const output = join(folder, `got${run}`)
    const start = performance.now()
    const done = await getter.get({ target: cids[0] as string, output })
    const seconds = (performance.now() - start) / 1000
    speeds.push(sizeMiB / seconds)
    const parts = seeds.map(seed => done.sources.find(({ peerId }) => peerId === seed.peerId)?.bytes ?? 0)
    console.log(
      `${seconds.toFixed(1)} s, ${(sizeMiB / seconds).toFixed(2)} MiB/s; of it ` +
        parts.map((bytes, i) => `${(bytes / MIB).toFixed(0)} MiB at ${LIMITS_MIB[i]} MiB/s`).join(', ')
    )
    await rm(output)
  }
  const limit = LIMITS_MIB.reduce((sum, mebibytes) => sum + mebibytes, 0)
  console.log(`ratio ${(median(speeds) / limit).toFixed(2)} (speed / sum of the limits, ${limit} MiB/s)`)
}
