/** Compiles src/ to dist/, with the generated codecs, which tsc leaves where they are. */
import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit'
})
cpSync('src/wire/generated', 'dist/wire/generated', { recursive: true })
