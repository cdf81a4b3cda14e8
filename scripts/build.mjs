/** Compiles src/ to dist/, with what tsc leaves where it is: the generated codecs, and the schema of the catalogue. */
import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit'
})
cpSync('src/wire/generated', 'dist/wire/generated', { recursive: true })
cpSync('src/adapters/sqlite/migrations', 'dist/adapters/sqlite/migrations', { recursive: true })
