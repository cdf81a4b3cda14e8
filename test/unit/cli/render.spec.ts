import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { hitLine } from '../../../src/cli/commands/search.ts'
import { LiveRows } from '../../../src/cli/render/live-rows.ts'
import { peerName } from '../../../src/cli/render/peer-name.ts'
import { openProgress, progressText } from '../../../src/cli/render/progress.ts'
import { jsonLine, safe, shorten, width } from '../../../src/cli/render/safe-text.ts'
import { stageNotes, stageTable } from '../../../src/cli/render/stages.ts'
import { table } from '../../../src/cli/render/table.ts'
import { formatBytes, formatDuration, percent } from '../../../src/cli/render/units.ts'
import type { Download, StageReport } from '../../../src/node/api.ts'
import { eventually } from '../../../src/testnet/index.ts'
import { aDownload, aHit, PEER } from '../../support/fake-node.ts'

const text = fc.string({ unit: 'binary', maxLength: 30 })
const obeyed = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

describe('safe text', () => {
  it('shows what a terminal would obey', () => {
    assert.equal(safe('a\x1b[2Jb\u202ecod.exe\nc\u009b'), 'a\\u{1b}[2Jb\\u{202e}cod.exe\\nc\\u{9b}')
    assert.equal(safe('canción 写真 👨‍👩‍👧'), 'canción 写真 👨‍👩‍👧')
  })

  it('leaves nothing that a terminal would obey', () => {
    fc.assert(fc.property(text, name => !obeyed.test(safe(name))))
  })

  it('prints JSON that means the same and is safe, too', () => {
    fc.assert(
      fc.property(text, name => {
        const line = jsonLine({ name })
        assert.deepEqual(JSON.parse(line), { name })
        assert.ok(!obeyed.test(line.slice(0, -1)))
      })
    )
  })

  it('never lets a shortened text be wider than its place', () => {
    fc.assert(fc.property(text, fc.nat({ max: 20 }), (name, n) => width(shorten(safe(name), n + 1)) <= n + 1))
  })
})

describe('rendering', () => {
  it('aligns columns by what they take on the screen, and makes cells safe', () => {
    const rows = [
      { name: '写真', n: 7 },
      { name: 'a\nb', n: 1_200 }
    ]
    const lines = table(rows, [
      { title: 'NAME', of: row => row.name },
      { title: 'N', of: row => String(row.n), right: true }
    ])
    assert.equal(lines, 'NAME     N\n写真     7\na\\nb  1200\n')
    assert.equal(table([], []), '')
  })

  const bytes: [number, string][] = [
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_024, '1.0 KiB'],
    [10_240, '10 KiB'],
    [1_048_575, '1.0 MiB'],
    [1.5 * 1024 ** 3, '1.5 GiB']
  ]
  for (const [n, expected] of bytes)
    it(`writes ${n} bytes as ${expected}`, () => assert.equal(formatBytes(n), expected))

  const durations: [number, string][] = [
    [4, '4 ms'],
    [1_500, '1.5 s'],
    [59_600, '1m 00s'],
    [7_260_000, '2h 01m'],
    [90_000_000, '1d 1h']
  ]
  for (const [ms, expected] of durations) {
    it(`writes ${ms} ms as ${expected}`, () => assert.equal(formatDuration(ms), expected))
  }

  it('never says that all is there while something is missing', () => {
    assert.equal(percent(999, 1_000), '99%')
    assert.equal(percent(0, 0), '100%')
    assert.equal(percent(5, null), '?')
  })

  it('names a peer by nickname and the end of its id', () => {
    assert.equal(peerName({ peerId: PEER, nickname: 'ana' }), `ana~${PEER.slice(-4)}`)
    assert.equal(peerName({ peerId: PEER, nickname: null }), `~${PEER.slice(-4)}`)
  })

  it('shows a hit with how many of its providers are reachable', () => {
    const away = { peerId: PEER, nickname: 'bob', how: 'index', confirmed: false } as const
    const line = hitLine(aHit({ row: 3, name: 'a\u202e.txt', providers: [away, ...aHit().providers] }))
    assert.match(line, /^ {2}3 .*12 B {2}a\\u\{202e\}\.txt .*1 of 2 reachable .*ana~.* docs$/)
  })

  it('says of a hit that all its providers deny that they do', () => {
    const denied = (nickname: string) =>
      ({ peerId: PEER, nickname, how: 'index', confirmed: false, denied: true }) as const
    const unsure = { peerId: PEER, nickname: 'cid', how: 'index', confirmed: false } as const
    assert.match(
      hitLine(aHit({ providers: [denied('ana'), denied('bob')] })),
      /0 of 2 reachable +all deny it +docs$/
    )
    assert.match(hitLine(aHit({ providers: [unsure, denied('bob')] })), /0 of 2 reachable +cid~.* docs$/)
  })

  it('shows what each stage cost', () => {
    const stages = [
      { stage: 'flood', messages: 1_234, bytes: 2_048, hits: 1, elapsedMs: 40, nodes: 9 }
    ] as const
    assert.match(stageTable(stages), /STAGE.*\nflood +1 +1,234 +2\.0 KiB +9 +40 ms\n/)
  })

  const bare = { messages: 0, bytes: 0, hits: 0, elapsedMs: 0 }
  const notes: Array<{ name: string; report: StageReport; expect: string[] }> = [
    { name: 'nothing where nothing is to be told', report: { ...bare, stage: 'catalogue' }, expect: [] },
    {
      name: 'the neighbours of a probe',
      report: { ...bare, stage: 'neighbours', peersByHop: [8], droppedHits: { repeated: 1, late: 1_002 } },
      expect: ['neighbours  peers by hop: 1: 8', 'neighbours  hits dropped: 1,003 (late 1,002, repeated 1)']
    },
    {
      name: 'how to see farther, where there was no trace',
      report: { ...bare, stage: 'flood', peersByHop: [8], peersUntold: 53 },
      expect: ['flood       peers by hop: 1: 8, farther: 53 (each hop with --trace)']
    },
    {
      name: 'every hop, and for how many it is not told',
      report: { ...bare, stage: 'flood', peersByHop: [8, 21, 40], peersUntold: 1_500, visits: [] },
      expect: ['flood       peers by hop: 1: 8, 2: 21, 3: 40, not told: 1,500']
    },
    {
      name: 'copies that were dropped here, and that there may be more',
      report: { ...bare, stage: 'flood', droppedCopies: { 'no-budget': 4, 'no-report': 1 }, truncated: true },
      expect: ['flood       copies dropped: 5 (no-budget 4, no-report 1), and maybe more farther on']
    },
    {
      name: 'that copies were dropped elsewhere',
      report: { ...bare, stage: 'flood', truncated: true },
      expect: ['flood       copies dropped: some, farther on']
    }
  ]
  for (const { name, report, expect } of notes) {
    it(`tells of a stage ${name}`, () => {
      assert.equal(stageNotes([report]), expect.map(line => `${line}\n`).join(''))
    })
  }

  it('tells the progress of a download', () => {
    const running = aDownload({ state: 'downloading', size: 2_048, bytesDone: 1_024, rate: 512, etaS: 2 })
    assert.equal(progressText(running), '50%, 1.0 KiB of 2.0 KiB, 512 B/s, 2.0 s left, 0 sources')
    assert.equal(progressText(aDownload()), 'finding, 0 B of 12 B')
  })

  describe('the bar of a download', () => {
    let shown: string
    const screen = (isTTY: boolean) => {
      shown = ''
      const write = (chunk: unknown, _: unknown, done: () => void): void => {
        shown += chunk
        done()
      }
      return Object.assign(new Writable({ write }), { isTTY, columns: 100, rows: 24 })
    }
    /** What is in the line in the end, as a terminal shows it. */
    const line = (): string => {
      return stripVTControlCharacters(shown.split('\x1b[1G').at(-1) ?? '')
    }
    const running = (facts: Partial<Download>) =>
      aDownload({ state: 'downloading', name: '\x1b[31mfilm.mp4', size: 2_048, rate: 512, ...facts })

    it('stays in its line, says how far it is, and leaves nothing behind', async () => {
      const progress = await openProgress(screen(true))
      progress.show(aDownload({ name: 'film.mp4', size: null }))
      assert.equal(line(), `film.mp4 [${' '.repeat(24)}] finding, 0 B of ?`)
      progress.show(running({ bytesDone: 512, etaS: 3 }))
      const text = '25%, 512 B of 2.0 KiB, 512 B/s, 3.0 s left, 0 sources'
      await eventually(
        () => assert.equal(line(), `\\u{1b}[31mfilm.mp4 [${'■'.repeat(6)}${' '.repeat(18)}] ${text}`),
        {
          within: 1_000
        }
      )
      assert.ok(shown.includes('\x1b[?25l'), 'the cursor is hidden')
      progress.stop()
      progress.stop()
      assert.equal(line(), '')
      assert.ok(shown.lastIndexOf('\x1b[?25h') > shown.lastIndexOf('\x1b[?25l'), 'and shown again')
      assert.equal(shown.split('\x1b[?25h').length, 2)
      assert.ok(!shown.includes('\n') && !shown.includes('\x1b[31m'))
    })

    it('has room for the facts beside a long name', async () => {
      const progress = await openProgress(screen(true))
      progress.show(running({ name: '映画'.repeat(40), bytesDone: 2_048 }))
      const name = line().slice(0, line().indexOf(' ['))
      progress.stop()
      assert.ok(width(name) <= 24 && name.endsWith('…'), name)
    })

    it('shows nothing where there was nothing to show, and is lines where there is no terminal', async () => {
      const silent = await openProgress(screen(true))
      silent.stop()
      assert.equal(shown, '')
      const progress = await openProgress(screen(false))
      progress.show(aDownload({ name: 'film.mp4' }))
      for (const bytesDone of [512, 1_024]) progress.show(running({ bytesDone, etaS: 3 }))
      progress.stop()
      assert.deepEqual(shown.split('\n'), [
        'film.mp4: finding, 0 B of 12 B',
        '\\u{1b}[31mfilm.mp4: 25%, 512 B of 2.0 KiB, 512 B/s, 3.0 s left, 0 sources',
        ''
      ])
    })
  })

  describe('LiveRows', () => {
    const [one, two, changed] = [
      { row: 1, text: 'first' },
      { row: 2, text: 'second' },
      { row: 1, text: 'changed and long' }
    ]
    function screen(given: { isTTY: boolean; rows?: number }) {
      const written = { text: '' }
      const write = (text: string) => (written.text += text)
      return { written, rows: new LiveRows({ write, columns: 10, rows: 24, ...given }) }
    }

    it('rewrites a row on a terminal, and puts rows in their order at the end', () => {
      const { rows, written } = screen({ isTTY: true })
      for (const row of [one, two, changed]) rows.show(row)
      const live = 'first\nsecond\n\x1b[2A\r\x1b[Kchanged …\x1b[2B\r'
      assert.equal(written.text, live)
      rows.settle([changed, two])
      assert.equal(written.text, live, 'nothing to do')
      rows.settle([two, changed])
      assert.equal(written.text, `${live}\x1b[2A\r\x1b[Ksecond\n\x1b[Kchanged …\n`)
    })

    it('prints rows once more when they have scrolled off the screen and are not as they were', () => {
      const { rows, written } = screen({ isTTY: true, rows: 2 })
      for (const row of [one, two, changed]) rows.show(row)
      assert.equal(written.text, 'first\nsecond\n')
      rows.settle([two, changed])
      assert.equal(written.text, 'first\nsecond\n\nsecond\nchanged …\n')
    })

    it('prints rows elsewhere once, as they are at the end', () => {
      const { rows, written } = screen({ isTTY: false })
      for (const row of [one, two, changed]) rows.show(row)
      assert.equal(written.text, '')
      rows.settle([two, changed])
      assert.equal(written.text, 'second\nchanged and long\n')
    })
  })
})
