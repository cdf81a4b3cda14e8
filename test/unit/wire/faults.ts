/**
 * Checks for what a codec throws.
 */
import assert from 'node:assert/strict'
import { WireError, type WireFault } from '../../../src/wire/errors.ts'

export function fault(code: WireFault['code'], field: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof WireError, String(error))
    assert.deepEqual([error.fault.code, error.fault.field], [code, field])
    return true
  }
}
