import assert from 'node:assert/strict'
import { defaultDataFolder, resolveOutput } from '../../../src/cli/paths.ts'
import { daemonOptions } from '../../../src/cli/start-options.ts'
import { aWorld } from '../../support/cli-world.ts'

const ADDRESS = '/ip4/10.0.0.1/tcp/4801'

describe('daemonOptions', () => {
  it('has defaults for everything', () => {
    assert.deepEqual(daemonOptions({}, '/data', aWorld()), {
      bootstrap: [],
      shares: [],
      listen: undefined,
      data: '/data',
      downloads: '/home/ana/Downloads/p2pnode',
      reshare: true,
      name: undefined,
      api: { host: '127.0.0.1', port: 4_800, explicit: false },
      lan: true,
      dht: true,
      dial: true,
      aggregate: true,
      rates: { upload: null, peerUpload: null, download: null },
      logLevel: 'info'
    })
  })

  it('takes the environment where there is no flag', () => {
    const env = {
      P2PNODE_BOOTSTRAP: `${ADDRESS}, ${ADDRESS}`,
      P2PNODE_SHARE: 'music',
      P2PNODE_NAME: 'ana',
      P2PNODE_API: '127.0.0.1:0',
      P2PNODE_NO_LAN: '1',
      P2PNODE_DHT: '0',
      P2PNODE_LOG_LEVEL: 'debug'
    }
    const options = daemonOptions({ name: 'bea' }, '/data', aWorld({ env }))
    assert.deepEqual(options.bootstrap, [ADDRESS, ADDRESS])
    assert.deepEqual(options.shares, ['/here/music'])
    assert.equal(options.name, 'bea')
    assert.deepEqual(options.api, { host: '127.0.0.1', port: 0, explicit: true })
    assert.deepEqual([options.lan, options.dht, options.dial], [false, false, true])
    assert.equal(options.logLevel, 'debug')
  })

  it('takes limits as sizes per second', () => {
    const env = { P2PNODE_PEER_UPLOAD_RATE: '1MiB' }
    const flags = { uploadRate: '2MB/s', downloadRate: '500KB' }
    const { rates } = daemonOptions(flags, '/data', aWorld({ env }))
    assert.deepEqual(rates, { upload: 2_000_000, peerUpload: 1_048_576, download: 500_000 })
  })

  const wrong: [object, Record<string, string>, string][] = [
    [{ bootstrap: ['10.0.0.1:4801'] }, {}, 'bootstrap'],
    [{ listen: ['4801'] }, {}, 'listen'],
    [{ api: 'here' }, {}, 'api'],
    [{ logLevel: 'loud' }, {}, 'log-level'],
    [{ uploadRate: 'fast' }, {}, 'upload-rate'],
    [{ downloadRate: '1KB' }, {}, 'download-rate'],
    [{}, { P2PNODE_PEER_UPLOAD_RATE: '-3' }, 'P2PNODE_PEER_UPLOAD_RATE'],
    [{ name: 'a\nb' }, {}, 'name'],
    [{}, { P2PNODE_NO_DIAL: 'perhaps' }, 'P2PNODE_NO_DIAL'],
    [{}, { P2PNODE_API: 'here' }, 'P2PNODE_API']
  ]
  for (const [flags, env, field] of wrong) {
    it(`names ${field} when it is wrong`, () => {
      assert.throws(() => daemonOptions(flags, '/data', aWorld({ env })), { code: 'bad-input', field })
    })
  }
})

describe('paths', () => {
  const home = { env: {}, home: '/home/ana' }
  it('finds the data folder of each system', () => {
    assert.equal(defaultDataFolder({ ...home, platform: 'linux' }), '/home/ana/.local/share/p2pnode')
    assert.equal(
      defaultDataFolder({ ...home, platform: 'linux', env: { XDG_DATA_HOME: '/x' } }),
      '/x/p2pnode'
    )
    assert.equal(
      defaultDataFolder({ ...home, platform: 'darwin' }),
      '/home/ana/Library/Application Support/p2pnode'
    )
  })

  it('keeps the slash that makes a path a folder', () => {
    assert.equal(resolveOutput('/here', 'music/'), '/here/music/')
    assert.equal(resolveOutput('/here', '../a.txt'), '/a.txt')
    assert.equal(resolveOutput('/here', '/'), '/')
  })
})
