/**
 * What goes wrong in a command, in the one shape in which it is printed.
 */
import { NodeError } from '../node/errors.ts'

export interface ErrorReport {
  type: 'error'
  code: string
  message: string
  field?: string
}

/** An error with a code of `exit-codes.ts`. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: string
  readonly field: string | undefined

  constructor(code: string, message: string, options: ErrorOptions & { field?: string | undefined } = {}) {
    super(message, options)
    this.code = code
    this.field = options.field
  }
}

/** A wrong value, with the field, the value that came and a right one. */
export function badValue(field: string, value: string, expected: string, example: string): CliError {
  const message = `${field} must be ${expected}, got ${JSON.stringify(value)}; for example: ${example}`
  return new CliError('bad-input', message, { field: field.replace(/^--/, '') })
}

const DISK_ERRORS = new Set(['EACCES', 'EPERM', 'ENOSPC', 'EROFS', 'EDQUOT', 'EIO'])

export function errorReport(error: unknown): ErrorReport {
  if (error instanceof NodeError) return { type: 'error', ...error.fault }
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof CliError) {
    const { code, field } = error
    return field === undefined ? { type: 'error', code, message } : { type: 'error', code, message, field }
  }
  const system = (error as NodeJS.ErrnoException | undefined)?.code ?? ''
  return { type: 'error', code: DISK_ERRORS.has(system) ? 'disk' : 'unexpected', message }
}
