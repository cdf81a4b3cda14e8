import assert from 'node:assert/strict'
import { seededRandom } from '../../../src/base/random.ts'
import { parseQuery, wordsOf } from '../../../src/catalog/index.ts'
import { type DecoySource, decoyText } from '../../../src/search/decoy-text.ts'

const NAMES = ['holiday/beach sunny.jpg', 'music/quiet evening.mp3', 'lecture quantum.pdf', 'zebra.txt']

function source(given: Partial<DecoySource> = {}): DecoySource {
  return { names: NAMES, queryWords: ['linux'], isKnown: () => false, random: seededRandom(3), ...given }
}

describe('the text of a decoy', () => {
  it('is three words of three names that are known, and none of the true query', () => {
    const random = seededRandom(1)
    for (let i = 0; i < 200; i++) {
      const text = decoyText(source({ random })) ?? ''
      const words = text.split(' ')
      const origins = words.map(word => NAMES.findIndex(name => wordsOf(name).includes(word)))
      assert.equal(new Set(origins).size, 3, text)
      assert.ok(!origins.includes(-1), text)
      assert.ok(!words.some(word => ['jpg', 'mp3', 'pdf', 'txt', 'linux'].includes(word)), text)
      assert.deepEqual(parseQuery(text, 0).words, words)
    }
  })

  it('takes no two words of names that are related, which may be together elsewhere', () => {
    const names = [
      'paris louvre.jpg',
      'paris tower.jpg',
      'paris night.jpg',
      'linux kernel.pdf',
      'quiet zebra.mp3'
    ]
    for (let seed = 0; seed < 100; seed++) {
      const words = decoyText(source({ names, queryWords: ['kernel'], random: seededRandom(seed) }))?.split(
        ' '
      )
      assert.equal(words?.filter(word => ['paris', 'louvre', 'tower', 'night'].includes(word)).length, 1)
      assert.ok(!words?.includes('linux'), 'related to the query')
    }
  })

  it('is another one each time', () => {
    const random = seededRandom(1)
    const texts = Array.from({ length: 20 }, () => decoyText(source({ random })))
    assert.ok(new Set(texts).size > 10)
  })

  it('fits nothing that is known', () => {
    const isKnown = (text: string): boolean => text.includes('zebra') || text.includes('quantum')
    for (let seed = 0; seed < 50; seed++) {
      const text = decoyText(source({ isKnown, random: seededRandom(seed) }))
      assert.ok(text === undefined || !isKnown(text))
    }
    assert.equal(decoyText(source({ isKnown: () => true })), undefined)
  })

  it('takes words of the query where hardly a name is known', () => {
    const text = decoyText(source({ names: ['zebra.txt'], queryWords: ['linux', 'kernel'] }))
    assert.deepEqual(text?.split(' ').sort(), ['kernel', 'linux', 'zebra'])
  })

  it('is none where nothing is known', () => {
    assert.equal(decoyText(source({ names: [] })), undefined)
    assert.equal(decoyText(source({ names: ['the.txt', 'of.pdf'] })), undefined)
  })

  it('is no longer than a query may be', () => {
    const names = ['a', 'b', 'c'].map(letter => letter.repeat(60))
    assert.equal(decoyText(source({ names })), undefined)
  })
})
