import assert from 'node:assert/strict'
import { P2pNode } from '../../../src/node/node.ts'
import type { ShareWatcher } from '../../../src/node/share-ports.ts'
import { ShareFixture } from '../../disk/share-fixture.ts'

const signal = new AbortController().signal

/** A node of which only the shares are more than a stand-in. */
function nodeWith({ shares }: ShareFixture): P2pNode {
  const parts = {
    self: 'me',
    clock: { now: () => 0 },
    host: {
      addresses: () => [],
      contacts: () => [],
      dht: () => 'off',
      isPublic: () => false,
      warnings: () => []
    },
    links: { neighbours: () => [] },
    catalog: { status: () => ({}) },
    machine: { run: async () => [] },
    shares
  }
  return new P2pNode(parts as unknown as ConstructorParameters<typeof P2pNode>[0])
}

describe('P2pNode', () => {
  const warning = 'there are no more watches: changes are noticed within a minute'
  const watchers: Array<{ name: string; watch: ShareWatcher['watch']; expected: string }> = [
    {
      name: 'there is no watch',
      watch: async () => {
        throw new Error('ENOSPC')
      },
      expected: 'it cannot be watched (ENOSPC): changes are noticed within a minute'
    },
    {
      name: 'not all of it is watched',
      watch: async () => ({ warning: () => warning, close: async () => {} }),
      expected: warning
    }
  ]
  for (const { name, watch, expected } of watchers) {
    it(`says in status and doctor that a share is only looked at now and then, when ${name}`, async () => {
      await using net = await ShareFixture.start({ ports: { watcher: { watch } } })
      const path = net.folder.join('s')
      await net.folder.write('s/a', 'x')
      await net.shares.share(path)
      await net.scan()
      const node = nodeWith(net)
      assert.deepEqual(node.status().warnings, [`${path}: ${expected}`])
      const checks = await node.doctor({ signal })
      assert.deepEqual(
        checks.filter(check => check.name === 'warning'),
        [{ name: 'warning', ok: false, detail: `${path}: ${expected}` }]
      )
    })
  }
})
