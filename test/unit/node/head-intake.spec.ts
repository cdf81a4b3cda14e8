import assert from 'node:assert/strict'
import { HeadOpener, KnownCatalogue, MemoryEntryStore } from '../../../src/catalog/index.ts'
import { HeadIntake } from '../../../src/node/head-intake.ts'
import { entries, fakeSeal, ownCatalogue, peer, publishAll } from '../catalog/fixtures.ts'

const NOW = 1_750_000_000_000
const [SELF, ANA, BOB] = [peer('self'), peer('ana'), peer('bob')]

function intake() {
  const known = new KnownCatalogue({ self: SELF, store: new MemoryEntryStore(), now: NOW })
  const verdicts: string[] = []
  const heads = new HeadIntake({
    known,
    opener: new HeadOpener(fakeSeal(SELF), NOW),
    clock: { now: () => NOW },
    onVerdict: verdict => verdicts.push(verdict.kind)
  })
  return { known, verdicts, heads }
}

describe('HeadIntake', () => {
  it('learns an announcement and passes it on', async () => {
    const { heads, verdicts } = intake()
    const { announcement } = await publishAll(ownCatalogue('ana'), NOW)
    assert.equal(await heads.onAnnouncement(announcement, BOB), 'accept')
    assert.deepEqual(verdicts, ['learned'])
  })

  it('learns what is over the budget, too, but does not pass it on @slow', async () => {
    const { known, heads } = intake()
    const ana = ownCatalogue('ana')
    await publishAll(ana, NOW)
    const verdicts: string[] = []
    for (let i = 1; i <= 3; i++) {
      ana.change(entries(500, 'ana/file', i * 1_000), [])
      verdicts.push(await heads.onAnnouncement((await publishAll(ana, NOW + i)).announcement, BOB))
      assert.equal(known.head(ANA)?.head.seq, NOW + i)
    }
    for (let i = 4; i <= 9; i++) {
      ana.change(entries(500, 'ana/file', i * 1_000), [])
      verdicts.push(await heads.onAnnouncement((await publishAll(ana, NOW + i)).announcement, BOB))
    }
    assert.equal(verdicts[0], 'accept')
    assert.equal(verdicts.at(-1), 'ignore')
    assert.equal(known.head(ANA)?.head.seq, NOW + 9)
    assert.ok((heads.counts.get('announcement-over-neighbour-share') ?? 0) > 0)
  })

  it('rejects noise and bad signatures, and ignores what was overtaken', async () => {
    const { heads } = intake()
    const ana = ownCatalogue('ana')
    const [older, newer] = [await publishAll(ana, NOW), await publishAll(ana, NOW + 1)]
    const forged = older.announcement.slice()
    // The first byte of the envelope follows the tag and the two bytes of its length.
    forged[3] = 0
    assert.equal(await heads.onAnnouncement(Uint8Array.of(1, 2, 3), BOB), 'reject')
    assert.equal(await heads.onAnnouncement(forged, BOB), 'reject')
    assert.equal(await heads.onAnnouncement(newer.announcement, BOB), 'accept')
    assert.equal(await heads.onAnnouncement(older.announcement, BOB), 'ignore')
    assert.deepEqual(heads.counts.toJSON(), {
      'announcement-malformed': 1,
      'announcement-bad-signature': 1,
      forwarded: 1,
      'forwarded-bytes': newer.announcement.length
    })
  })

  it('checks no more announcements of one neighbour than its rate', async () => {
    const { heads } = intake()
    const { announcement } = await publishAll(ownCatalogue('ana'), NOW)
    for (let i = 0; i < 500; i++) await heads.onAnnouncement(announcement, BOB)
    assert.equal(await heads.onAnnouncement(announcement, BOB), 'ignore')
    assert.equal(heads.counts.get('announcement-over-rate'), 1)
  })

  it('drops the rest of a message after a head that its provider did not sign', async () => {
    const { known, heads } = intake()
    const ana = (await publishAll(ownCatalogue('ana'), NOW)).signed.envelope
    const cleo = (await publishAll(ownCatalogue('cleo'), NOW)).signed.envelope
    const bad = cleo.slice()
    bad[0] = 0
    await heads.onHeads(
      BOB,
      [ana, bad, cleo].map(envelope => ({ envelope, hops: 1 }))
    )
    assert.deepEqual([known.stats().heads, known.hops(ANA)], [1, 2])
    assert.equal(heads.counts.get('head-bad-signature'), 1)
  })
})
