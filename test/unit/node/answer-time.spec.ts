import assert from 'node:assert/strict'
import {
  ANSWER_TIME,
  AnswerTime,
  MAX_ANSWER_CHARGE_MS,
  NEIGHBOUR_ANSWER_TIME
} from '../../../src/node/answer-time.ts'

const { burst, perSecond } = NEIGHBOUR_ANSWER_TIME

/** Works for a neighbour until it has no time left; returns for how many answers. */
function useUp(time: AnswerTime, peer: string, now: number, msEach: number): number {
  let answers = 0
  while (time.isLeft(peer, now)) {
    time.spent(peer, msEach, now)
    answers++
  }
  return answers
}

describe('AnswerTime', () => {
  it('lets a neighbour use up its time, and gives it more as time passes', () => {
    const time = new AnswerTime(0)
    assert.equal(useUp(time, 'ann', 0, 10), burst / 10)
    assert.equal(time.isLeft('ann', 0), false)
    assert.equal(useUp(time, 'ann', 1_000, 10), perSecond / 10)
  })

  it('makes it wait until a debt is paid off', () => {
    const time = new AnswerTime(0)
    for (let left = burst; left > 1; left -= MAX_ANSWER_CHARGE_MS) {
      time.spent('ann', Math.min(left - 1, MAX_ANSWER_CHARGE_MS), 0)
    }
    time.spent('ann', MAX_ANSWER_CHARGE_MS, 0)
    const paidMs = ((MAX_ANSWER_CHARGE_MS - 1) / perSecond) * 1_000
    assert.equal(time.isLeft('ann', paidMs - 1), false)
    assert.equal(time.isLeft('ann', paidMs + 1), true)
  })

  it('does not take a pause of the whole machine for work', () => {
    const time = new AnswerTime(0)
    time.spent('ann', 60_000, 0)
    assert.equal(time.isLeft('ann', 0), true)
  })

  it('leaves time for others when one has used up its own', () => {
    const time = new AnswerTime(0)
    useUp(time, 'ann', 0, 10)
    assert.equal(time.isLeft('bob', 0), true)
  })

  it('takes no more than its part of a core, whoever asks', () => {
    const time = new AnswerTime(0)
    let workMs = 0
    for (let now = 0; now < 10_000; now += 1) {
      for (let i = 0; i < 40; i++) {
        if (!time.isLeft(`peer ${i}`, now)) continue
        workMs += 5
        time.spent(`peer ${i}`, 5, now)
      }
    }
    assert.ok(workMs <= ANSWER_TIME.burst + 10 * ANSWER_TIME.perSecond + 5, `${workMs} ms`)
    assert.ok(workMs >= 10 * ANSWER_TIME.perSecond, `${workMs} ms`)
  })
})
