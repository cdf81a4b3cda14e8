/**
 * The layers of docs/architecture.md, checked: who may import whom, and that what is pure stays pure.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { init, parse } from 'es-module-lexer/minimal'

const SRC = resolve(import.meta.dirname, '../../src')

/** Folders of src/, and the other folders that their files may import. */
const MAY_IMPORT: Record<string, string[]> = {
  base: [],
  wire: ['base'],
  content: ['base', 'wire'],
  catalog: ['base', 'wire', 'content'],
  search: ['base', 'wire', 'content', 'catalog'],
  swarm: ['base', 'wire', 'content'],
  aggregate: ['base', 'wire'],
  sim: ['base', 'wire', 'content', 'catalog', 'search', 'swarm', 'aggregate'],
  node: ['base', 'wire', 'content', 'catalog', 'search', 'swarm', 'aggregate'],
  adapters: ['base', 'wire', 'content', 'catalog', 'search', 'swarm', 'node'],
  daemon: ['base', 'wire', 'content', 'catalog', 'search', 'swarm', 'node', 'adapters'],
  testnet: ['base', 'wire', 'node', 'daemon', 'cli'],
  cli: ['base', 'wire', 'content', 'node', 'adapters', 'daemon', 'testnet', 'sim'],
  index: ['base', 'wire', 'content', 'node', 'daemon', 'testnet']
}
const PURE = ['base', 'wire', 'content', 'catalog', 'search', 'swarm', 'aggregate', 'sim']
/** Packages that pure code may use: they compute, and touch nothing outside. */
const PURE_PACKAGES =
  /^(node:crypto|multiformats(\/.*)?|@ipld\/dag-pb|uint8arraylist|protons-runtime|uint8arrays(\/.*)?)$/
const IMPURE_GLOBALS =
  /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|queueMicrotask|performance\.now|process\.|console\.|fetch\()/

interface Module {
  path: string
  folder: string
  code: string
  imports: string[]
}

function modules(): Module[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts') || path.endsWith('.js'))
    .filter(path => !path.endsWith('.d.ts'))
    .map(path => {
      const source = readFileSync(join(SRC, path), 'utf8')
      // Types go first: the lexer reads JavaScript, and `import type` creates no dependency at run time but one in the mind.
      const typed = path.endsWith('.ts')
        ? [...source.matchAll(/^(?:import|export) type [^'"]*from '([^']+)'/gm)]
        : []
      const code = path.endsWith('.ts') ? stripTypeScriptTypes(source) : source
      const found = parse(code)[0].flatMap(({ n }) => (n === undefined ? [] : [n]))
      return {
        path,
        folder: folderOf(path),
        code: withoutComments(code),
        imports: [...found, ...typed.map(match => match[1] as string)]
      }
    })
}

function folderOf(path: string): string {
  return (path.split(sep)[0] as string).replace(/\.ts$/, '')
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

/** Path inside src/ of a relative import, or undefined for a package. */
function inside(module: Module, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return relative(SRC, resolve(SRC, dirname(module.path), specifier))
}

describe('the layers', () => {
  let all: Module[] = []
  before(async () => {
    await init
    all = modules()
  })

  it('know every folder', () => {
    for (const { folder } of all) assert.ok(folder in MAY_IMPORT, `src/${folder} has no place in the layers`)
  })

  it('are imported inwards only', () => {
    for (const module of all) {
      for (const specifier of module.imports) {
        const target = inside(module, specifier)
        if (target === undefined) continue
        assert.ok(!target.startsWith('..'), `${module.path} imports ${specifier}, which is outside src/`)
        const folder = folderOf(target)
        const allowed = folder === module.folder || MAY_IMPORT[module.folder]?.includes(folder)
        assert.ok(allowed, `${module.path} must not import ${specifier}`)
      }
    }
  })

  it('keep adapters apart from one another', () => {
    for (const module of all.filter(({ folder }) => folder === 'adapters')) {
      for (const specifier of module.imports) {
        const target = inside(module, specifier)
        if (target === undefined || folderOf(target) !== 'adapters') continue
        assert.equal(
          target.split(sep)[1],
          module.path.split(sep)[1],
          `${module.path} must not import ${specifier}`
        )
      }
    }
  })

  it('keep pure folders free of packages that touch the world', () => {
    for (const module of all.filter(({ folder }) => PURE.includes(folder))) {
      for (const specifier of module.imports.filter(name => !name.startsWith('.'))) {
        assert.match(specifier, PURE_PACKAGES, `${module.path} must not import ${specifier}`)
      }
    }
  })

  it('keep pure folders free of clocks, chance, timers and the process', () => {
    for (const module of all.filter(
      ({ folder, path }) => PURE.includes(folder) && !path.includes('generated')
    )) {
      const found = IMPURE_GLOBALS.exec(module.code)
      assert.equal(found, null, `${module.path} uses ${found?.[0]}`)
    }
  })
})
