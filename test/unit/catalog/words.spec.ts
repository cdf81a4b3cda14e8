import assert from 'node:assert/strict'
import fc from 'fast-check'
import { runsOf, wordsOf } from '../../../src/catalog/words.ts'

describe('wordsOf', () => {
  const cases: Array<{ name: string; text: string; words: string[] }> = [
    {
      name: 'splits at what is neither letter nor digit',
      text: 'A_b-c.D2 (e)',
      words: ['a', 'b', 'c', 'd2', 'e']
    },
    { name: 'folds accents', text: 'Ärger À la CRÈME', words: ['arger', 'a', 'la', 'creme'] },
    {
      name: 'gives decomposed and composed letters the same word',
      text: 'cafe\u0301 café',
      words: ['cafe', 'cafe']
    },
    {
      name: 'folds letters that do not decompose',
      text: 'Straße Łódź Ørsted',
      words: ['strasse', 'lodz', 'orsted']
    },
    { name: 'folds a dotted capital I', text: 'İZMİR', words: ['izmir'] },
    { name: 'gives both small sigmas the same word', text: 'ΟΔΟΣ οδοσ', words: ['οδοσ', 'οδοσ'] },
    { name: 'makes wide letters and ligatures plain', text: 'ＡＢＣ ﬁle', words: ['abc', 'file'] },
    { name: 'cuts Chinese into pairs', text: '東京大学', words: ['東京', '京大', '大学'] },
    { name: 'keeps a single Chinese character', text: '猫.jpg', words: ['猫', 'jpg'] },
    { name: 'keeps voicing marks of kana', text: 'ガンダム', words: ['ガン', 'ンダ', 'ダム'] },
    { name: 'gives half-width kana the words of full-width kana', text: 'ｶﾞﾝ', words: ['ガン'] },
    { name: 'cuts Hangul by syllables', text: '한국어', words: ['한국', '국어'] },
    { name: 'parts Chinese from Latin', text: '東京tower2', words: ['東京', 'tower2'] },
    { name: 'keeps vowel signs of Hindi', text: 'हिन्दी गीत', words: ['हिन्दी', 'गीत'] },
    { name: 'folds the points of Hebrew and Arabic', text: 'שָׁלוֹם كِتَاب', words: ['שלום', 'كتاب'] },
    { name: 'finds nothing in signs', text: ' -_./!? ', words: [] }
  ]
  for (const { name, text, words } of cases) {
    it(name, () => {
      assert.deepEqual(wordsOf(text), words)
    })
  }

  it('counts a run of Chinese as one', () => {
    assert.deepEqual(runsOf('東京大学 map'), ['東京大学', 'map'])
  })

  it('does not change words that it made', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), text => {
        for (const word of wordsOf(text)) assert.deepEqual(wordsOf(word), [word])
      })
    )
  })
})
