import { eventually } from '../../src/testnet/index.ts'
import {
  findOneAnother,
  finds,
  ifLan,
  LanNodes,
  loseOneAnother,
  skipWithoutLan
} from '../network/lan-nodes.ts'
import { perTest } from '../support/per-test.ts'

const OUTAGE_MS = 10_000

describe(`two nodes on a LAN whose cable is pulled${ifLan}`, function () {
  this.timeout(180_000)
  const test = perTest()

  skipWithoutLan()

  it('are neighbours again within 30 s of a cable being plugged in again', async () => {
    const net = test.use(await LanNodes.create())
    const [first, second] = [await net.start(0), await net.start(1)]
    await findOneAnother(first, second)
    await net.lan.cable(1, 'down')
    const pulledAt = Date.now()
    await loseOneAnother(first, second)
    console.log(`      both noticed the loss after ${Date.now() - pulledAt} ms`)
    await eventually(() => Date.now() - pulledAt > OUTAGE_MS, { within: OUTAGE_MS + 1_000 })
    await net.lan.cable(1, 'up')
    const pluggedAt = Date.now()
    await findOneAnother(first, second)
    console.log(`      neighbours again ${Date.now() - pluggedAt} ms after the plug`)
    await finds(first, second)
  })
})
