import assert from 'node:assert/strict'
import fc from 'fast-check'
import { mimeType, numberedName, safeName } from '../../../src/adapters/files/index.ts'

describe('safeName', () => {
  const cases: Array<[given: string, safe: string]> = [
    ['film.mp4', 'film.mp4'],
    ['.config', '.config'],
    ['naïve (1) 日本.txt', 'naïve (1) 日本.txt'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['C:\\boot.ini', 'C__boot.ini'],
    ['a<b>c"d|e?f*g', 'a_b_c_d_e_f_g'],
    ['line\nbreak\u0000', 'line_break_'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['com1.tar.gz', '_com1.tar.gz'],
    ['console.log', 'console.log'],
    ['trailing. . ', 'trailing'],
    ['  leading', 'leading'],
    ['..', 'unnamed'],
    ['', 'unnamed'],
    ['photo\u202Egnp.exe', 'photo_gnp.exe'],
    [`${'x'.repeat(300)}.tar.gz`, `${'x'.repeat(248)}.tar.gz`],
    [`${'é'.repeat(200)}.mp3`, `${'é'.repeat(125)}.mp3`],
    ['e\u0301', '\u00e9']
  ]
  for (const [given, safe] of cases) {
    it(`makes ${JSON.stringify(safe.slice(0, 30))} of ${JSON.stringify(given.slice(0, 30))}`, () =>
      assert.equal(safeName(given), safe))
  }

  it('gives a short, plain name that it would not change again, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), given => {
        const name = safeName(given)
        assert.ok(name !== '' && Buffer.byteLength(name) <= 255 && !/[/\\:\n]|^\.\.?$|[. ]$/.test(name))
        assert.equal(safeName(name), name)
      })
    )
  })

  it('numbers a name before its extension, within the limit', () => {
    assert.equal(numberedName('a.tar.gz', 2), 'a (2).tar.gz')
    assert.equal(numberedName('README', 3), 'README (3)')
    assert.equal(Buffer.byteLength(numberedName(`${'x'.repeat(251)}.mp4`, 12)), 255)
  })
})

describe('mimeType', () => {
  it('goes by the extension', () => {
    assert.equal(mimeType('film.MP4'), 'video/mp4')
    assert.equal(mimeType('README'), 'application/octet-stream')
  })
})
