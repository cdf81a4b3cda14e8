/**
 * `p2pnode console` as somebody at a keyboard has it: through a pseudo-terminal, which `script` (util-linux) makes.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BIN, eventually, runCli, Testnet } from '../../src/testnet/index.ts'

/** For anything that a machine in use may be slow at. */
const WITHIN_MS = 30_000
/** What moves a cursor or colours something (ECMA-48), and other control characters but line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]/

/** A console at a terminal: keys go in, and what it shows is waited for. */
class Terminal implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  #shown = ''
  #seen = 0

  constructor(args: readonly string[], env: Record<string, string>) {
    const command = [process.execPath, BIN, 'console', ...args].map(quoted).join(' ')
    this.#child = spawn('script', ['-qfec', `exec ${command}`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...env }
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#shown += text))
    this.#closed = once(this.#child, 'close')
  }

  /** All that was on the screen. */
  get shown(): string {
    return this.#shown
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys)
  }

  /** Waits until `pattern` is there, behind what was waited for before; gives its first group. */
  async shows(pattern: RegExp): Promise<string> {
    const match = await eventually(
      () => {
        const found = pattern.exec(this.#shown.slice(this.#seen))
        assert.ok(found !== null, JSON.stringify(this.#shown.slice(this.#seen)))
        return found
      },
      { within: WITHIN_MS, what: `${pattern}` }
    )
    this.#seen += match.index + match[0].length
    return match[1] ?? ''
  }

  /** Waits for the end of the console; gives its exit code. */
  async ends(): Promise<number | null> {
    const hasEnded = () => assert.notEqual(this.#child.exitCode, null, JSON.stringify(this.#shown))
    await eventually(hasEnded, { within: WITHIN_MS, what: 'the end' })
    // The rest of what it showed may come after its end.
    await this.#closed
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // `script` ends with the console, and the console with its terminal.
    this.#child.kill('SIGTERM')
    await this.#closed
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

interface Words {
  env: Record<string, string>
  /** Names of files, one for each kind of terminal. */
  rivers: [string, string]
  greeting: RegExp
  add: string
  added: RegExp
  sum: string
  sumOf: RegExp
  nodes: RegExp
  share: string
  shared: RegExp
  search: string
  hit: RegExp
  found: RegExp
  fetched: RegExp
  /** Its beginning, Tab, and what stands in the line then. */
  begun: string
  completed: RegExp
  neighbour: RegExp
  quit: string
}

const LANGUAGES: Record<string, Words> = {
  English: {
    env: { LC_ALL: 'C.UTF-8' },
    rivers: ['danube', 'volga'],
    greeting: /You talk to \S+~\w{4}, which has 1 peer\./,
    add: 'add 12 -3.5',
    added: /Added 2 numbers\./,
    sum: 'sum',
    sumOf: /sum: (\S+)\r/,
    nodes: /2 nodes in/,
    share: 'share',
    shared: /Shared .*\.txt: 1 file, \d+ B\./,
    search: 'search',
    hit: /(\S+)\.txt +1 of 1 reachable +this node/,
    found: /1 hit in .*get ROW/,
    fetched: /Fetched: (.*)\r/,
    begun: 'pee',
    completed: /peers/,
    neighbour: /PEER +ROLE[\s\S]*~\w{4} +neighbour/,
    quit: 'quit'
  },
  Spanish: {
    env: { LC_ALL: '', LANG: 'es_ES.UTF-8' },
    rivers: ['danubio', 'ebro'],
    greeting: /Hablas con \S+~\w{4}, que tiene 1 par\./,
    add: 'añadir 12 -3.5',
    added: /2 números añadidos\./,
    sum: 'suma',
    sumOf: /suma: (\S+)\r/,
    nodes: /2 nodos en/,
    share: 'compartir',
    shared: /Compartido .*\.txt: 1 archivo, \d+ B\./,
    search: 'buscar',
    hit: /(\S+)\.txt +1 de 1 a mano +este nodo/,
    found: /1 resultado en .*traer FILA/,
    fetched: /Traído: (.*)\r/,
    begun: 'par',
    completed: /pares/,
    neighbour: /PAR +PAPEL[\s\S]*~\w{4} +vecino/,
    quit: 'salir'
  }
}

/** Keys of a terminal. */
const CTRL_C = '\x03'
const CTRL_D = '\x04'
const PROMPT = /p2pnode> /

/** `script` of BSD takes other arguments. */
const hasScript = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '')
const why = hasScript ? '' : ' (skipped: there is no `script` of util-linux to make a terminal)'

describe(`p2pnode console at a terminal${why}`, function () {
  this.timeout(120_000)
  let net: Testnet
  let data: string

  before(async function () {
    if (!hasScript) this.skip()
    net = await Testnet.start({ nodes: 2, isolation: 'process' })
    data = join(net.node(0).folder, 'data')
    await net.node(1).addValues(undefined, ['100.25'])
  })

  after(() => net?.[Symbol.asyncDispose]())

  const open = (env: Record<string, string>, ...args: string[]) =>
    new Terminal(['--data', data, ...args], { TERM: 'xterm', ...env })

  afterEach(() =>
    net
      .node(0)
      .removeValues(undefined, 'all')
      .catch(() => undefined)
  )

  /** Adds up, shares the file `${river}.txt`, finds it and fetches it. */
  async function sit(words: Words, terminal: Terminal, river: string): Promise<void> {
    const file = await shareable(river)
    await terminal.shows(words.greeting)
    await terminal.shows(PROMPT)
    terminal.type(`${words.add}\r`)
    await terminal.shows(words.added)
    await terminal.shows(PROMPT)
    terminal.type(`${words.sum}\r`)
    assert.equal(await terminal.shows(words.sumOf), '108.75')
    await terminal.shows(words.nodes)
    await terminal.shows(PROMPT)
    terminal.type(`${words.share} ${file}\r`)
    await terminal.shows(words.shared)
    await terminal.shows(PROMPT)
    terminal.type(`${words.search} ${river}\r`)
    assert.equal(await terminal.shows(words.hit), river)
    await terminal.shows(words.found)
    await terminal.shows(PROMPT)
    terminal.type('10 1\r')
    const path = await terminal.shows(words.fetched)
    assert.equal(await readFile(path, 'utf8'), `the ${river}\n`)
    await terminal.shows(PROMPT)
  }

  /** A file with this name, in a folder whose name has a space. */
  async function shareable(river: string): Promise<string> {
    const folder = join(net.folder, 'my files')
    await mkdir(folder, { recursive: true })
    const path = join(folder, `${river}.txt`)
    await writeFile(path, `the ${river}\n`)
    return path
  }

  for (const [language, words] of Object.entries(LANGUAGES)) {
    it(`adds up, shares, finds, fetches and quits with 0 in ${language}`, async () => {
      await using terminal = open(words.env)
      await sit(words, terminal, words.rivers[0])
      terminal.type(`${words.begun}\t`)
      await terminal.shows(words.completed)
      terminal.type('\r')
      await terminal.shows(words.neighbour)
      await terminal.shows(PROMPT)
      terminal.type(`${words.quit}\r`)
      assert.equal(await terminal.ends(), 0)
    })

    it(`does all of it over a dumb terminal, without a control character, in ${language}`, async () => {
      await using terminal = open({ ...words.env, TERM: 'dumb' })
      await sit(words, terminal, words.rivers[1])
      terminal.type('0\n')
      assert.equal(await terminal.ends(), 0)
      assert.doesNotMatch(terminal.shown, CONTROL)
    })
  }

  it('completes words, paths and rows with Tab', async () => {
    const file = await shareable('elbe')
    await using terminal = open({})
    await terminal.shows(PROMPT)
    // A Tab in the middle of what comes at once was pasted, and is no wish to complete.
    terminal.type('sh\t')
    await terminal.shows(/share /)
    terminal.type(`${file.slice(0, -'be.txt'.length)}\t`)
    await terminal.shows(/elbe\.txt/)
    terminal.type('\r')
    await terminal.shows(/Shared .*elbe\.txt/)
    terminal.type('search elbe\r')
    await terminal.shows(/1 hit in/)
    await terminal.shows(PROMPT)
    terminal.type('get \t')
    await terminal.shows(/get 1/)
    terminal.type('\r')
    await terminal.shows(/Fetched: /)
    terminal.type(CTRL_C)
    assert.equal(await terminal.ends(), 130)
  })

  for (const term of ['xterm', 'dumb']) {
    it(`lets Backspace take back what was typed (${term})`, async () => {
      await using terminal = open({ TERM: term })
      await terminal.shows(PROMPT)
      terminal.type('qux\x7fit\r')
      assert.equal(await terminal.ends(), 0)
    })

    it(`ends with 130 on Ctrl-C, and with 0 on Ctrl-D (${term})`, async () => {
      for (const [key, code] of [
        [CTRL_C, 130],
        [CTRL_D, 0]
      ] as const) {
        await using terminal = open({ TERM: term })
        await terminal.shows(PROMPT)
        terminal.type(key)
        assert.equal(await terminal.ends(), code)
      }
    })
  }

  it('takes --lang before the locale', async () => {
    await using terminal = open(LANGUAGES.English!.env, '--lang', 'es')
    await terminal.shows(LANGUAGES.Spanish!.greeting)
    await terminal.shows(PROMPT)
    terminal.type(CTRL_D)
    assert.equal(await terminal.ends(), 0)
  })

  it('takes what is typed before it asks', async () => {
    await using terminal = open({})
    terminal.type('add 1\nsum\nquit\n')
    assert.equal(await terminal.ends(), 0)
    assert.match(terminal.shown, /sum: 101\.25\r/)
  })

  it('takes lines from a pipe, with the answers alone on stdout', async () => {
    const child = spawn(process.execPath, [BIN, 'console', '--data', data, '--lang', 'en'], {
      stdio: ['pipe', 'pipe', 'pipe']
    })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    const closed = new Promise(resolve => child.once('close', resolve))
    child.stdin.end('add 1 2\nsum\nmean\nquit\nsum\n')
    assert.equal(await closed, 0)
    assert.equal(out, 'sum: 103.25\nmean: 34.4166666666666666666667\n')
  })

  it('ends with 7 where no node runs', async () => {
    const { code, stderr } = await runCli([], ['console', '--data', join(net.folder, 'none')])
    assert.equal(code, 7)
    assert.match(stderr, /^p2pnode: no node is running with the data folder/)
  })
})
