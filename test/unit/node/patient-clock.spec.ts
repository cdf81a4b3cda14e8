import assert from 'node:assert/strict'
import { PatientClock } from '../../../src/node/patient-clock.ts'

describe('PatientClock', () => {
  let real = 1_000
  const clock = (): PatientClock => new PatientClock({ now: () => real })

  it('runs with the other one while timers end when they should, or nearly', () => {
    const patient = clock()
    patient.expect(25)
    for (const ms of [25, 60, 120]) {
      real += ms
      patient.expect(25)
    }
    assert.equal(patient.now(), real)
  })

  it('leaves out what a timer came too late by', () => {
    const patient = clock()
    patient.expect(25)
    real += 25 + 700
    patient.expect(25)
    assert.equal(patient.now(), real - 700)
    real += 25 + 300
    patient.expect(25)
    assert.equal(patient.now(), real - 1_000)
  })

  it('runs on while nothing is expected', () => {
    const patient = clock()
    patient.expect(25)
    patient.rest()
    real += 5_000
    patient.expect(25)
    assert.equal(patient.now(), real)
  })
})
