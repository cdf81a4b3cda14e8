/**
 * Generates `src/wire/generated` from `src/wire/*.proto`: `node scripts/proto.mjs [OUT]`.
 *
 * protons writes TypeScript with `enum` and `namespace`, which Node cannot run as it is. So its output is compiled apart
 * from the project, and only `.js` and `.d.ts` are kept.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { generate } from 'protons'

const run = promisify(execFile)
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const wire = path.join(root, 'src', 'wire')

/** entry.proto has none of its own: protons copies what a file imports into it. */
const PROTOCOLS = ['catalog', 'search', 'file', 'aggregate', 'index']

const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    types: [],
    strict: true,
    declaration: true,
    newLine: 'lf',
    skipLibCheck: true
  },
  include: ['*.ts']
}

const out = path.resolve(process.argv[2] ?? path.join(wire, 'generated'))
// The real path, because the compiler finds `node_modules` by it.
const work = await realpath(await mkdtemp(path.join(tmpdir(), 'p2pnode-proto-')))
try {
  for (const name of PROTOCOLS) await generate(path.join(wire, `${name}.proto`), { output: work })
  await symlink(path.join(root, 'node_modules'), path.join(work, 'node_modules'), 'junction')
  await writeFile(path.join(work, 'package.json'), '{"type":"module"}\n')
  await writeFile(path.join(work, 'tsconfig.json'), JSON.stringify(TSCONFIG))
  await mkdir(out, { recursive: true })
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  await run(process.execPath, [tsc, '-p', work, '--outDir', out])
} catch (err) {
  process.stderr.write(`${err.stdout ?? ''}${err.stderr ?? ''}${err.message}\n`)
  process.exitCode = 1
} finally {
  await rm(work, { recursive: true, force: true })
}
