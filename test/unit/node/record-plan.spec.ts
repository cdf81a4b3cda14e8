import assert from 'node:assert/strict'
import { cidText, sha256 } from '../../../src/content/index.ts'
import type { LinkedCid } from '../../../src/node/linked-cids.ts'
import {
  chooseRecords,
  MAX_RECORD_FILES,
  MAX_RECORD_FOLDERS,
  RecordPlan,
  SAY_AGAIN_MS,
  SETTLE_MS
} from '../../../src/node/record-plan.ts'

const cidOf = (name: string, codec: 'raw' | 'dag-pb' = 'dag-pb'): string =>
  cidText(codec, sha256(Buffer.from(name)))
const [one, two, three] = [cidOf('one'), cidOf('two'), cidOf('three')]
const files = (...cids: string[]): LinkedCid[] => cids.map(cid => ({ cid, isFolder: false }))
const folders = (...cids: string[]): LinkedCid[] => cids.map(cid => ({ cid, isFolder: true }))
const many = (what: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${what} ${i}`)

describe('chooseRecords', () => {
  it('has shares and folders first, then what many want, then what is new, each once', () => {
    const linked = [...files('film'), ...folders('films')]
    const chosen = chooseRecords({ linked, asked: ['old', 'film'], newest: ['new', 'old', 'film'] })
    assert.deepEqual(chosen, [...linked, ...files('old', 'new')])
  })

  it('has so many folders, so many files, and at most half of these for being wanted', () => {
    const chosen = chooseRecords({
      linked: folders(...many('folder', MAX_RECORD_FOLDERS + 1)),
      asked: many('asked', MAX_RECORD_FILES),
      newest: many('new', MAX_RECORD_FILES + 1)
    })
    const starting = (what: string): number => chosen.filter(({ cid }) => cid.startsWith(what)).length
    assert.deepEqual(
      [starting('folder'), starting('asked'), starting('new')],
      [MAX_RECORD_FOLDERS, MAX_RECORD_FILES / 2, MAX_RECORD_FILES / 2]
    )
    assert.equal(chosen.at(-1)?.cid, `new ${MAX_RECORD_FILES / 2 - 1}`)
  })

  it('has only new files where nobody wants any', () => {
    const newest = many('new', MAX_RECORD_FILES + 1)
    assert.equal(chooseRecords({ linked: [], asked: [], newest }).length, MAX_RECORD_FILES)
  })
})

describe('RecordPlan', () => {
  it('has those said that matter most first, each once', () => {
    const plan = new RecordPlan()
    assert.deepEqual(plan.choose(files(one, two, one), 0), [])
    assert.equal(plan.next(0), one)
    plan.onSaid(one, 0)
    assert.equal(plan.next(0), two)
    plan.onSaid(two, 0)
    assert.equal(plan.next(0), undefined)
  })

  it('has a folder said when it has stayed the same for a while, then before files', () => {
    const plan = new RecordPlan()
    plan.choose([...folders(one), ...files(three)], 0)
    assert.equal(plan.next(0), three)
    plan.choose([...folders(two), ...files(three)], 5)
    plan.choose([...folders(two), ...files(three)], 10)
    assert.equal(plan.next(4 + SETTLE_MS), three)
    assert.equal(plan.next(5 + SETTLE_MS), two)
  })

  it('has each said again before peers forget it, also when it is chosen anew', () => {
    const plan = new RecordPlan()
    plan.choose(files(one, two), 0)
    plan.onSaid(two, 5)
    plan.onSaid(one, 10)
    plan.choose(files(one, two), 11)
    assert.equal(plan.next(SAY_AGAIN_MS + 4), undefined)
    assert.equal(plan.next(SAY_AGAIN_MS + 10), two)
    plan.onSaid(two, SAY_AGAIN_MS + 10)
    assert.equal(plan.next(SAY_AGAIN_MS + 10), one)
  })

  it('puts what failed behind all others', () => {
    const plan = new RecordPlan()
    plan.choose(files(one, two, three), 0)
    plan.onFailed(one, 1)
    plan.onFailed(two, 2)
    assert.equal(plan.next(2), three)
    plan.onSaid(three, 2)
    assert.equal(plan.next(2), one)
    plan.onFailed(one, 3)
    assert.equal(plan.next(3), two)
  })

  it('says what was said or tried, and is chosen no more', () => {
    const plan = new RecordPlan()
    plan.choose(files(one, two, three), 0)
    plan.onSaid(one, 0)
    plan.onFailed(two, 1)
    assert.deepEqual(plan.choose(files(one), 2), [two])
    assert.equal(plan.next(2), undefined)
    assert.deepEqual(plan.choose(files(three), 2), [one])
    assert.equal(plan.next(2), three)
  })

  it('knows a cid by its hash', () => {
    const plan = new RecordPlan()
    plan.choose(files(one), 0)
    assert.deepEqual([plan.isChosen(cidOf('one', 'raw')), plan.isChosen(cidOf('two', 'raw'))], [true, false])
  })
})
