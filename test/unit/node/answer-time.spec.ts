import assert from 'node:assert/strict'
import { ANSWER_TIME, AnswerTime, NEIGHBOUR_ANSWER_TIME } from '../../../src/node/answer-time.ts'

describe('AnswerTime', () => {
  it('lets a neighbour work up a debt once, and pay it off before its next answer', () => {
    const time = new AnswerTime(0)
    assert.equal(time.isLeft('ann', 0), true)
    time.spent('ann', 3 * NEIGHBOUR_ANSWER_TIME.burst, 0)
    assert.equal(time.isLeft('ann', 0), false)
    const paidMs = (2_000 * NEIGHBOUR_ANSWER_TIME.burst) / NEIGHBOUR_ANSWER_TIME.perSecond
    assert.equal(time.isLeft('ann', paidMs), false)
    assert.equal(time.isLeft('ann', paidMs + 1), true)
  })

  it('leaves time for others when one has used up its own', () => {
    const time = new AnswerTime(0)
    time.spent('ann', NEIGHBOUR_ANSWER_TIME.burst, 0)
    assert.equal(time.isLeft('ann', 0), false)
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
