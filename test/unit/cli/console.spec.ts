import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import fc from 'fast-check'
import { type ApiServer, newToken, startApi, writeApiFile } from '../../../src/adapters/http/index.ts'
import { menuText } from '../../../src/cli/console/actions.ts'
import { type Known, offersFor } from '../../../src/cli/console/complete.ts'
import {
  COMMANDS,
  fold,
  numbersOf,
  parseLine,
  partsOf,
  pathOf,
  wordsOf
} from '../../../src/cli/console/menu.ts'
import { LANGUAGES, languageOf, TEXTS, type Texts } from '../../../src/cli/console/texts.ts'
import { run } from '../../../src/cli/main.ts'
import type { World } from '../../../src/cli/world.ts'
import { eventually } from '../../../src/testnet/eventually.ts'
import { aWorld } from '../../support/cli-world.ts'
import { aDownload, aHit, anAnswer, aPeer, FakeNode, PEER } from '../../support/fake-node.ts'

const { en, es } = TEXTS
const IN_ENGLISH = [en.commands, es.commands]
const IN_SPANISH = [es.commands, en.commands]

describe('a line of the console', () => {
  const command = (command: string, rest = '') => ({ kind: 'command', command, rest })
  const cases: { line: string; spanish?: boolean; expect: object }[] = [
    { line: '', expect: { kind: 'nothing' } },
    { line: ' \t ', expect: { kind: 'nothing' } },
    { line: 'sum', expect: command('sum') },
    { line: '  SUM   rain ', expect: command('sum', 'rain') },
    { line: '3', expect: command('sum') },
    { line: '03 rain', expect: command('sum', 'rain') },
    { line: '0', expect: command('quit') },
    { line: '99', expect: { kind: 'unknown', word: '99' } },
    { line: '-1', expect: { kind: 'unknown', word: '-1' } },
    { line: 'sta', expect: command('status') },
    { line: 'mi', expect: command('min') },
    { line: 'm', expect: { kind: 'ambiguous', word: 'm', words: ['mean', 'min', 'max', 'menu'] } },
    { line: 'suma', expect: command('sum') },
    { line: 'desc', expect: { kind: 'unknown', word: 'desc' } },
    { line: 'desc', spanish: true, expect: command('downloads') },
    { line: 'MÍNIMO', spanish: true, expect: command('min') },
    { line: 'minimo', spanish: true, expect: command('min') },
    { line: 'anadir 3', spanish: true, expect: command('add', '3') },
    { line: 'download', spanish: true, expect: { kind: 'unknown', word: 'download' } },
    { line: 'downloads', spanish: true, expect: command('downloads') }
  ]
  for (const { line, spanish = false, expect } of cases) {
    it(`${JSON.stringify(line)} is understood${spanish ? ' in Spanish' : ''} as ${JSON.stringify(expect)}`, () => {
      assert.deepEqual(parseLine(line, spanish ? IN_SPANISH : IN_ENGLISH), expect)
    })
  }

  it('is understood or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), line => {
        assert.ok(['nothing', 'command', 'ambiguous', 'unknown'].includes(parseLine(line, IN_SPANISH).kind))
      })
    )
  })

  it('keeps together what is quoted', () => {
    assert.deepEqual(partsOf(`a "b c" 'd e' f"g`), ['a', 'b c', 'd e', 'f"g'])
  })

  it('tells numbers from what they are called', () => {
    assert.deepEqual(numbersOf('12 -3.5', en.as), { values: ['12', '-3.5'] })
    assert.deepEqual(numbersOf('12 as rain', en.as), { values: ['12'], name: 'rain' })
    assert.deepEqual(numbersOf('12 --as heavy rain', en.as), { values: ['12'], name: 'heavy rain' })
    assert.deepEqual(numbersOf('12 Como "lluvia fina"', es.as), { values: ['12'], name: 'lluvia fina' })
  })

  it('takes a path with spaces, in quotes and from the home folder', () => {
    assert.equal(pathOf('my files/a b', '/home/ana'), 'my files/a b')
    assert.equal(pathOf('"/my files"', '/home/ana'), '/my files')
    assert.equal(pathOf(`'/my files'`, '/home/ana'), '/my files')
    assert.equal(pathOf('~/a', '/home/$&'), '/home/$&/a')
    assert.equal(pathOf('~ana/a', '/home/ana'), '~ana/a')
    assert.equal(pathOf(`'tis.txt`, '/home/ana'), `'tis.txt`)
  })
})

describe('the languages of the console', () => {
  const locales: [Record<string, string>, string][] = [
    [{}, 'en'],
    [{ LANG: 'es_AR.UTF-8' }, 'es'],
    [{ LANG: 'es' }, 'es'],
    [{ LANG: 'est_EE.UTF-8' }, 'en'],
    [{ LANG: 'de_DE.UTF-8' }, 'en'],
    [{ LANG: 'es_ES.UTF-8', LC_ALL: 'C' }, 'en'],
    [{ LANG: 'C', LC_MESSAGES: 'es_ES@euro' }, 'es'],
    [{ LANG: 'es_ES.UTF-8', LC_ALL: '' }, 'es'],
    [{ LANG: 'es_ES.UTF-8', P2PNODE_LANG: 'en' }, 'en']
  ]
  for (const [env, language] of locales) {
    it(`are ${language} by ${JSON.stringify(env)}`, () => assert.equal(languageOf(undefined, env), language))
  }

  it('obey --lang before the locale, and refuse what there is not', () => {
    assert.equal(languageOf('en', { LC_ALL: 'es_ES' }), 'en')
    assert.throws(() => languageOf('fr', {}), /--lang must be one of en, es, got "fr"/)
    assert.throws(() => languageOf(undefined, { P2PNODE_LANG: 'fr' }), /P2PNODE_LANG/)
  })

  it('have every text, none of them empty', () => {
    const shape = (texts: unknown, path: string): string[] => {
      if (typeof texts === 'string') assert.notEqual(texts, '', path)
      if (typeof texts !== 'object' || texts === null || Array.isArray(texts)) return [path]
      return Object.entries(texts).flatMap(([key, value]) =>
        // Only what stands behind a command may be nothing, and then in both languages.
        key === 'takes' ? [`${path}.takes:${value === ''}`] : shape(value, `${path}.${key}`)
      )
    }
    for (const language of LANGUAGES) {
      assert.deepEqual(shape(TEXTS[language], '').sort(), shape(en, '').sort(), language)
    }
  })

  it('have no English sentence in Spanish', () => {
    for (const id of COMMANDS) {
      assert.notEqual(es.commands[id].word, en.commands[id].word)
      assert.notEqual(es.commands[id].about, en.commands[id].about)
    }
    const done = { type: 'done' as const, hits: 2, truncated: true, stages: [], elapsedMs: 1 }
    const said = (texts: Texts) => [
      texts.greeting('ana', 2),
      texts.unknown('x'),
      texts.ambiguous('x', []),
      texts.takesNothing('x'),
      texts.failure('not-running', 'x'),
      texts.notANumber('x'),
      texts.tooManyDigits(9),
      texts.added(2),
      texts.answer.asked(2, '1 s'),
      texts.answer.ago('1 s'),
      texts.answer.trusting(2),
      texts.answer.incomplete(2),
      texts.answer.failed('gone', 'x', 'y'),
      texts.answer.andMore(2),
      texts.shared('x', 2, 3),
      texts.hashing(2),
      texts.notShared('x', 'y'),
      texts.andNotShared(2),
      texts.hit.reachable(1, 2),
      texts.hit.denied,
      texts.found(done),
      texts.found({ ...done, hits: 0 }),
      texts.progress(aDownload()),
      texts.fetched('x'),
      texts.peers(3, 2),
      texts.shares(1, 2, 3, 4),
      texts.catalogue(1, 2, false),
      texts.upFor('1 s')
    ]
    const spanish = said(es)
    for (const [i, sentence] of said(en).entries()) assert.notEqual(spanish[i], sentence)
  })

  it('give no word two meanings', () => {
    const meanings = new Map<string, string>()
    for (const language of LANGUAGES) {
      for (const id of COMMANDS) {
        for (const word of wordsOf(TEXTS[language].commands[id])) {
          const before = meanings.get(fold(word)) ?? id
          assert.equal(id, before, word)
          meanings.set(fold(word), id)
        }
      }
    }
  })

  it('fit a terminal of 80 columns and 24 lines with their menu', () => {
    for (const texts of Object.values(TEXTS)) {
      const lines = menuText(texts).trimEnd().split('\n')
      assert.equal(lines.length, COMMANDS.length)
      for (const line of lines) assert.ok([...line].length < 80, line)
      assert.ok(lines.length < 20)
    }
  })
})

describe('completion in the console', () => {
  let folder: string
  let known: Known

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'p2pnode-complete-'))
    await mkdir(join(folder, 'my files'))
    for (const name of ['mine.txt', '.hidden', 'ugly\x1b[2J.txt', 'my files/one', 'my files/on\u202etwo'])
      await writeFile(join(folder, name), '')
    known = { cwd: folder, home: folder, rows: [1, 2, 10], names: async () => ['nodes', 'rain', 'ra\x1b'] }
  })

  after(() => rm(folder, { recursive: true }))

  const cases: { line: string; needed?: 'path' | 'row' | 'numbers'; spanish?: boolean; offers: string[] }[] =
    [
      { line: 'sta', offers: ['status'] },
      { line: 'ad', offers: ['add '] },
      { line: 'm', offers: ['mean ', 'min ', 'max ', 'menu'] },
      { line: 'mi', spanish: true, offers: ['mínimo '] },
      { line: 'nothing', offers: [] },
      { line: 'get ', offers: ['1', '2', '10'] },
      { line: '10 1', offers: ['1', '10'] },
      { line: 'sum ', offers: ['nodes', 'rain'] },
      { line: 'sum nodes r', offers: ['rain'] },
      { line: 'peers x', offers: [] },
      { line: 'add 1', offers: [] },
      { line: 'share ', offers: ['mine.txt', 'my files/'] },
      { line: 'share my', offers: ['my files/'] },
      { line: 'share my files/', offers: ['one'] },
      { line: 'share "~/my files/o', offers: ['one'] },
      { line: 'share .', offers: ['.hidden'] },
      { line: 'share no/such/', offers: [] },
      { line: 'compartir mi', spanish: true, offers: ['mine.txt'] },
      { line: 'my files/o', needed: 'path', offers: ['one'] },
      { line: '2', needed: 'row', offers: ['2'] },
      { line: '2', needed: 'numbers', offers: [] }
    ]
  for (const { line, needed, spanish = false, offers } of cases) {
    const where = needed === undefined ? '' : ` as ${needed}`
    it(`offers ${JSON.stringify(offers)} for ${JSON.stringify(line)}${where}${spanish ? ' in Spanish' : ''}`, async () => {
      const [offered, replaced] = await offersFor(line, needed, spanish ? IN_SPANISH : IN_ENGLISH, known)
      assert.deepEqual(offered, offers)
      assert.ok(line.endsWith(replaced))
    })
  }
})

describe('p2pnode console', () => {
  let node: FakeNode
  let server: ApiServer
  let data: string

  beforeEach(async () => {
    node = new FakeNode()
    const token = newToken()
    data = await mkdtemp(join(tmpdir(), 'p2pnode-console-'))
    server = await startApi({ node, token, host: '127.0.0.1', port: 0, explicit: true })
    await writeApiFile(data, { url: server.url, token, pid: process.pid })
  })

  afterEach(async () => {
    await server.close()
    await rm(data, { recursive: true })
  })

  const piped = async (lines: string[], args: string[] = [], given: Partial<World> = {}) => {
    const stdin = Readable.from(lines.map(line => `${line}\n`))
    const world = aWorld({ stdin, home: data, ...given })
    const code = await run(['console', '--data', data, ...args], world)
    return { code, ...world.printed }
  }

  /** Somebody at a dumb terminal. */
  const typed = (given: Partial<World> = {}) => {
    const keys = new PassThrough()
    const stdin = Object.assign(keys, { isTTY: true })
    const world = aWorld({ stdin, env: { TERM: 'dumb' }, home: data, ...given })
    const ended = run(['console', '--data', data], world)
    const says = (pattern: RegExp) =>
      eventually(() => assert.match(world.printed.out + world.printed.err, pattern), { within: 10_000 })
    return {
      world,
      ended,
      says,
      type: (text: string) => keys.write(text),
      /** Bytes that were typed and not taken yet. */
      unread: () => keys.readableLength + keys.writableLength,
      close: () => keys.end()
    }
  }

  it('does what piped lines say, one after the other, and ends with 0 at their end', async () => {
    const { code, out, err } = await piped(['add 12 -3.5', 'sum', 'count nodes', 'values'])
    assert.equal(code, 0)
    assert.equal(out, 'sum: 8.5\ncount nodes: 8.5\nNAME   VALUE\nvalue     12\nvalue   -3.5\n')
    assert.match(err, /Added 2 numbers\.\n3 nodes in 20 ms\n3 nodes in 20 ms\n$/)
    assert.deepEqual(node.asked, [
      ['addValues', ['12', '-3.5']],
      ['aggregate', { op: 'sum' }],
      ['aggregate', { op: 'count', name: 'nodes' }]
    ])
  })

  it('speaks Spanish by the locale', async () => {
    const { code, out, err } = await piped(
      ['añadir 12 como lluvia', 'suma lluvia', 'xyz', 'salir', 'suma'],
      [],
      {
        env: { LANG: 'es_MX.UTF-8' }
      }
    )
    assert.equal(code, 0)
    assert.equal(out, 'suma lluvia: 8.5\n')
    assert.match(err, /Hablas con ana~\w{4}, que tiene 1 par\./)
    assert.match(err, /1 número añadido\.\n3 nodos en 20 ms\n"xyz" no está en el menú/)
    assert.deepEqual(node.held, [{ name: 'lluvia', value: '12' }])
  })

  it('asks for what a command needs, and does nothing without it', async () => {
    const { err } = await piped(['1', '7', 'share', '', 'get', '2'])
    assert.match(err, /Added 1 number\.\nNothing done\./)
    assert.deepEqual(
      node.asked.map(([what]) => what),
      ['addValues', 'get']
    )
    assert.deepEqual(node.asked.at(-1), ['get', { target: '2' }])
  })

  it('refuses what is no number before it asks the node, in the language of the user', async () => {
    const lines = ['add 1,5', `add ${'9'.repeat(10_000)}`, 'add as rain', `add ${'x'.repeat(10_000)}`]
    const english = await piped(lines)
    assert.match(english.err, /Not done: "1,5" is not a number, such as: 12 or -3\.5\n/)
    assert.match(english.err, /a number has at most 1000 digits\n.*there is no number/)
    const spanish = await piped(lines, ['--lang', 'es'])
    assert.match(spanish.err, /dato incorrecto: "1,5" no es un número.*\n.*como máximo 1000 cifras\n/)
    for (const { err, code } of [english, spanish]) {
      assert.equal(code, 0)
      assert.ok(err.length < 2_000)
    }
    assert.deepEqual(node.asked, [])
  })

  it('shares a path as one, with spaces and from the home folder, and waits until it is hashed', async () => {
    node.scan = async id => {
      node.asked.push(['scan', id])
      for (const share of node.offered) Object.assign(share, { pending: 0, hashed: 1, state: 'ready' })
      return node.offered
    }
    const { err } = await piped(['share ~/my files', 'share relative', 'share missing'])
    assert.match(err, /Shared .*\/my files: 1 file, 12 B\.\nShared \/here\/relative/)
    assert.match(err, /Not done: \/here\/missing does not exist\n$/)
    assert.deepEqual(
      node.offered.map(({ path }) => path),
      [join(data, 'my files'), '/here/relative']
    )
    assert.deepEqual(node.asked[1], ['scan', 's1'])
  })

  it('names links behind which nodes may be missing', async () => {
    assert.match((await piped(['sum broken'])).err, /not complete: 1 link failed\n {2}gone: 12D3/)
    const { err } = await piped(['suma broken'], ['--lang', 'es'])
    assert.match(err, /incompleto: 1 enlace falló\n {2}se fue: 12D3\w+, a quien preguntó 12D3/)
  })

  it('has a word for a mean of nothing', async () => {
    node.aggregate = async ({ op }) => anAnswer({ op, value: null })
    assert.equal((await piped(['mean'])).out, 'mean: none\n')
    assert.equal((await piped(['media'], ['--lang', 'es'])).out, 'media: ninguno\n')
  })

  it('refuses words behind a command that takes none', async () => {
    const { out, err } = await piped(['value add 5'])
    assert.equal(out, '')
    assert.match(err, /values takes nothing behind it\.\n$/)
  })

  it('says what the node refuses, and goes on', async () => {
    const { code, out, err } = await piped(['search refused', 'get nobody', 'get broken', 'sum'])
    assert.equal(code, 0)
    assert.match(err, /Not done: .*refused\nNot done: nobody has it\n/)
    assert.match(err, /Not done: wrong bytes\n/)
    assert.equal(out, 'sum: 8.5\n')
  })

  it('goes on when the node is gone, which may come back', async () => {
    const talk = typed()
    await talk.says(/p2pnode> $/)
    await server.close()
    talk.type('sum\n')
    await talk.says(/Not done: no node is running with the data folder .*\nstart one with: p2pnode start/)
    talk.type('quit\n')
    assert.equal(await talk.ended, 0)
  })

  it('lets no name of others touch the terminal', async () => {
    const evil = 'a\x1b[2J\x1b]0;x\x07\r\n\u202egpj.exe\u009b31m'
    const provider = { peerId: PEER, nickname: evil, how: 'known', confirmed: true } as const
    node.hits = [aHit({ name: evil, path: `${evil}/${evil}`, providers: [provider] })]
    node.contacts = [aPeer({ nickname: evil, address: evil })]
    node.running = [
      aDownload({ name: evil, path: evil }),
      aDownload({ name: evil, error: evil, state: 'failed' })
    ]
    node.held = [{ name: evil, value: '1' }]
    node.aggregate = async ({ op }) => anAnswer({ op, name: evil })
    node.get = async function* () {
      const download = aDownload({ name: evil, path: evil })
      yield { type: 'progress', ...download }
      yield { type: 'done', ...download }
    }
    const lines = [
      'search a',
      'get 1',
      'peers',
      'downloads',
      'values',
      'sum x',
      `${evil.replace('\r\n', '')} x`
    ]
    for (const language of LANGUAGES) {
      const { out, err } = await piped(lines, ['--lang', language])
      assert.equal(out.match(/\\u\{1b\}\[2J/g)?.length, 12, out)
      assert.match(err, /\\u\{1b\}\[2J/)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      assert.doesNotMatch(out + err, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/)
    }
  })

  it('sends no control characters to a dumb terminal, and shows it the menu', async () => {
    const talk = typed({ stdout: Object.assign(aWorld().stdout, { isTTY: true, columns: 80 }) })
    await talk.says(/p2pnode> $/)
    talk.type('status\n')
    talk.type('quit\n')
    assert.equal(await talk.ended, 0)
    const { out, err } = talk.world.printed
    assert.match(err, /^You talk to ana~\w{4}, which has 1 peer\.\n {3}1 {2}add /)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.doesNotMatch(out + err, /[\x00-\x09\x0b-\x1f\x7f]/)
  })

  it('lists on a dumb terminal what can follow, for a line that ends in Tab', async () => {
    const talk = typed()
    await talk.says(/p2pnode> $/)
    talk.type('d\t\n')
    await talk.says(/p2pnode> downloads\np2pnode> $/)
    talk.type('sum \t\n')
    await talk.says(/nodes {2}files {2}bytes\np2pnode> $/)
    assert.deepEqual(node.asked, [])
    talk.close()
    assert.equal(await talk.ended, 0)
  })

  it('gives back the prompt for an empty line while a download goes on', async () => {
    node.endless = true
    const talk = typed()
    await talk.says(/p2pnode> $/)
    talk.type('get 1\n')
    await talk.says(/a\.txt: finding/)
    talk.type('\n')
    await talk.says(/It goes on by itself\.\np2pnode> $/)
    await eventually(() => assert.equal(node.aborted, 1), { within: 5_000 })
    talk.type('quit\n')
    assert.equal(await talk.ended, 0)
  })

  it('keeps a command that is typed while a download is waited for', async () => {
    const arrives = Promise.withResolvers<void>()
    node.get = async function* () {
      yield { type: 'progress', ...aDownload() }
      await arrives.promise
      yield { type: 'done', ...aDownload() }
    }
    const talk = typed()
    await talk.says(/p2pnode> $/)
    talk.type('get 1\n')
    await talk.says(/a\.txt: finding/)
    talk.type('sum\nquit\n')
    await eventually(() => assert.equal(talk.unread(), 0), { within: 10_000 })
    arrives.resolve()
    assert.equal(await talk.ended, 0)
    assert.equal(talk.world.printed.out, 'Fetched: /tmp/a.txt\nsum: 8.5\n')
  })

  it('ends with 130 when it is interrupted, at the prompt and in the middle of something', async () => {
    for (const line of ['', 'search a\n']) {
      node.endless = true
      const interrupt = new AbortController()
      const talk = typed({ signal: interrupt.signal })
      await talk.says(/p2pnode> $/)
      talk.type(line)
      if (line !== '') await talk.says(/a\.txt/)
      interrupt.abort()
      assert.equal(await talk.ended, 130)
    }
  })

  it('ends with 130 on Ctrl-C where that is a key, and stops what it was doing', async () => {
    node.endless = true
    const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
    const talk = typed({ stdout, env: { TERM: 'xterm' } })
    await talk.says(/quit ends/)
    talk.type('search a\r')
    await eventually(() => assert.equal(node.asked.length, 1), { within: 10_000 })
    talk.type('\x03')
    assert.equal(await talk.ended, 130)
    await eventually(() => assert.equal(node.aborted, 1), { within: 10_000 })
  })

  it('ends with 0 at the end of the input', async () => {
    const talk = typed()
    await talk.says(/p2pnode> $/)
    talk.close()
    assert.equal(await talk.ended, 0)
    assert.match(talk.world.printed.err, /p2pnode> \n$/)
  })

  it('ends with 7 and the usual words when no node runs', async () => {
    const { code, err } = await piped(['sum'], ['--data', join(data, 'none')])
    assert.equal(code, 7)
    assert.match(err, /^p2pnode: no node is running with the data folder .*\nstart one with: p2pnode start/)
  })

  it('ends with 2 for a language that there is not, and for --json', async () => {
    assert.equal((await piped([], ['--lang', 'fr'])).code, 2)
    const { code, err } = await piped([], ['--json'])
    assert.equal(code, 2)
    assert.equal(JSON.parse(err).code, 'usage')
  })
})
