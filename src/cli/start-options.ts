/**
 * From flags and environment to the options of a node: flags win over P2PNODE_* variables, these over defaults.
 */
import { resolve } from 'node:path'
import type { DaemonOptions } from '../daemon.ts'
import { MAX_NICKNAME_BYTES } from '../wire/limits.ts'
import { badValue } from './errors.ts'
import { defaultDownloadsFolder } from './paths.ts'
import { checkMultiaddr, parseChoice, parseHostPort, parseRate, parseYesNo } from './values.ts'
import type { World } from './world.ts'

/** As commander gives them. A `--no-x` flag is `x: true` until it is used. */
export interface StartFlags {
  bootstrap?: string[]
  share?: string[]
  listen?: string[]
  downloads?: string
  reshare?: boolean
  name?: string
  api?: string
  lan?: boolean
  dht?: boolean
  dial?: boolean
  aggregate?: string
  uploadRate?: string
  peerUploadRate?: string
  downloadRate?: string
  logLevel?: string
}

const DEFAULT_API = '127.0.0.1:4800'
const EXAMPLE_PEER = '/ip4/192.168.1.5/tcp/4801/p2p/12D3KooWSahP5pFRCEfaziPEba7urXGeif6T1y8jmodzdFUvzBHj'
const EXAMPLE_LISTEN = '/ip4/0.0.0.0/tcp/4801'
const LOG_LEVELS = ['info', 'silent', 'fatal', 'error', 'warn', 'debug', 'trace'] as const

/** @throws CliError naming the flag or variable that is wrong */
export function daemonOptions(flags: StartFlags, dataFolder: string, world: World): DaemonOptions {
  const { env, cwd } = world
  const api = given('--api', 'P2PNODE_API', flags.api, env)
  const name = given('--name', 'P2PNODE_NAME', flags.name, env)
  const aggregate = given('--aggregate', 'P2PNODE_AGGREGATE', flags.aggregate, env)
  const rate = (name: 'upload' | 'peer-upload' | 'download', value: string | undefined): number | null => {
    const variable = `P2PNODE_${name.toUpperCase().replace('-', '_')}_RATE`
    const found = given(`--${name}-rate`, variable, value, env)
    return found === undefined ? null : parseRate(found.field, found.value)
  }
  const level = given('--log-level', 'P2PNODE_LOG_LEVEL', flags.logLevel, env)
  const bootstrap = list('--bootstrap', 'P2PNODE_BOOTSTRAP', flags.bootstrap, env)
  const shares = list('--share', 'P2PNODE_SHARE', flags.share, env)
  const listen = list('--listen', 'P2PNODE_LISTEN', flags.listen, env)
  return {
    bootstrap: bootstrap.values.map(address => checkMultiaddr(bootstrap.field, address, EXAMPLE_PEER)),
    shares: shares.values.map(path => resolve(cwd, path)),
    listen:
      listen.values.length === 0
        ? undefined
        : listen.values.map(address => checkMultiaddr(listen.field, address, EXAMPLE_LISTEN)),
    data: dataFolder,
    downloads: resolve(cwd, flags.downloads || env.P2PNODE_DOWNLOADS || defaultDownloadsFolder(world)),
    reshare: allowed('reshare', flags.reshare, env),
    name: name && checkName(name.field, name.value),
    api: { ...parseHostPort(api?.field ?? '--api', api?.value ?? DEFAULT_API), explicit: api !== undefined },
    lan: allowed('lan', flags.lan, env),
    dht: allowed('dht', flags.dht, env),
    dial: allowed('dial', flags.dial, env),
    aggregate: parseYesNo(aggregate?.field ?? '--aggregate', aggregate?.value) ?? true,
    rates: {
      upload: rate('upload', flags.uploadRate),
      peerUpload: rate('peer-upload', flags.peerUploadRate),
      download: rate('download', flags.downloadRate)
    },
    logLevel: level === undefined ? 'info' : parseChoice(level.field, level.value, LOG_LEVELS)
  }
}

type Env = World['env']

/** The value and where it came from, for an error to name it. An empty variable is as good as none. */
function given(flag: string, variable: string, value: string | undefined, env: Env) {
  if (value !== undefined) return { field: flag, value }
  return env[variable] ? { field: variable, value: env[variable] } : undefined
}

function list(flag: string, variable: string, values: string[] | undefined, env: Env) {
  if (values !== undefined) return { field: flag, values }
  const parts = (env[variable] ?? '').split(',').map(part => part.trim())
  return { field: variable, values: parts.filter(part => part !== '') }
}

/** `--no-lan` and `P2PNODE_NO_LAN=1` say no; so does `P2PNODE_LAN=0`. */
function allowed(name: string, flag: boolean | undefined, env: Env): boolean {
  if (flag === false) return false
  const yes = `P2PNODE_${name.toUpperCase()}`
  const no = `P2PNODE_NO_${name.toUpperCase()}`
  return !(parseYesNo(no, env[no]) ?? false) && (parseYesNo(yes, env[yes]) ?? true)
}

function checkName(field: string, name: string): string {
  if (name.trim() === '' || Buffer.byteLength(name) > MAX_NICKNAME_BYTES || /\p{Cc}/u.test(name)) {
    throw badValue(field, name, `1 to ${MAX_NICKNAME_BYTES} bytes without control characters`, 'ana')
  }
  return name
}
