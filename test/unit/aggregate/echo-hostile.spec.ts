import assert from 'node:assert/strict'
import {
  MAX_OPEN_QUESTIONS,
  MAX_UNWELCOME,
  NO_VALUES,
  REMEMBER_LEAVER_MS
} from '../../../src/aggregate/index.ts'
import { formatDecimal, parseDecimal } from '../../../src/base/decimal.ts'
import {
  type AggregateMessage,
  type Answer,
  bytesToSign,
  type Contribution,
  encodeStatement,
  type Figure,
  questionId
} from '../../../src/wire/aggregate-message.ts'
import { MAX_COUNTED_NODES } from '../../../src/wire/limits.ts'
import { line, peerId, ring, star } from '../search/virtual-network.ts'
import { EchoNetwork, signature } from './echo-network.ts'

const figure = (text: string): Figure => {
  const value = parseDecimal(text)
  return { values: 1, sum: value, min: value, max: value }
}
const sumOf = ({ figures }: { figures: Figure[] }) => formatDecimal((figures[0] as Figure).sum)

/** What `peer` would say, signed by it for `id` unless told otherwise. */
function contribution(peer: string, id: string, text: string, signer = peer): Contribution {
  const statement = encodeStatement([figure(text)])
  return { peer, statement, signature: signature(signer, bytesToSign(id, statement)) }
}

function anAnswer(id: string, given: Partial<Answer>): AggregateMessage {
  return { type: 'answer', id, contributions: [], subtotal: null, failed: [], moreFailed: 0, ...given }
}

let questions = 0
function aQuestion(
  given: { hops?: number; timeLeftMs?: number } = {}
): Extract<AggregateMessage, { type: 'question' }> {
  const nonce = new Uint8Array(16)
  new DataView(nonce.buffer).setUint32(0, ++questions)
  const names = ['value']
  return {
    type: 'question',
    id: questionId(nonce, names),
    nonce,
    names,
    hops: 0,
    timeLeftMs: 5_000,
    ...given
  }
}

/** A line 0 - 1 - 2 - 3 whose node 2 answers as `lie` makes it; what it sent by the rules comes in. */
function lied(lie: (answer: Answer, net: EchoNetwork) => AggregateMessage | undefined) {
  const net: EchoNetwork = new EchoNetwork({
    nodes: 4,
    edges: line(4),
    tamper: (from, _to, message) => (from === 2 && message.type === 'answer' ? lie(message, net) : message)
  })
  return { net, outcome: net.asked(0, ['value'], 2_000) }
}

describe('an echo among liars', () => {
  const refused: [
    name: string,
    reason: string,
    lie: (answer: Answer, net: EchoNetwork) => AggregateMessage
  ][] = [
    [
      'signed by nobody',
      'bad-signature',
      answer =>
        anAnswer(answer.id, {
          contributions: answer.contributions.map(one => ({ ...one, signature: new Uint8Array(64) }))
        })
    ],
    [
      'signed for another question',
      'bad-signature',
      ({ id }, net) => {
        const own = net.keys[2] as string
        const other = contribution(own, 'ab'.repeat(16), '2')
        return anAnswer(id, { contributions: [other] })
      }
    ],
    [
      'signed by another than it names',
      'bad-signature',
      ({ id }, { keys }) =>
        anAnswer(id, {
          contributions: [
            contribution(keys[2] as string, id, '2'),
            contribution(keys[3] as string, id, '9', keys[2])
          ]
        })
    ],
    [
      'that was changed after it was signed',
      'bad-signature',
      answer =>
        anAnswer(answer.id, {
          contributions: answer.contributions.map(one => ({
            ...one,
            statement: encodeStatement([figure('1000')])
          }))
        })
    ],
    [
      'in the name of the asker',
      'bad-signature',
      ({ id }, { keys }) =>
        anAnswer(id, {
          contributions: [
            contribution(keys[2] as string, id, '2'),
            contribution(keys[0] as string, id, '9', keys[2])
          ]
        })
    ],
    [
      'without the one that answers',
      'bad-answer',
      ({ id }, { keys }) => anAnswer(id, { contributions: [contribution(keys[3] as string, id, '3')] })
    ],
    [
      'with figures for other names than were asked for',
      'bad-answer',
      ({ id }, { keys }) => {
        const statement = encodeStatement([figure('2'), figure('2')])
        const peer = keys[2] as string
        return anAnswer(id, {
          contributions: [{ peer, statement, signature: signature(peer, bytesToSign(id, statement)) }]
        })
      }
    ],
    [
      'that is no statement',
      'bad-answer',
      ({ id }, { keys }) => {
        const statement = Uint8Array.of(255, 1)
        const peer = keys[2] as string
        return anAnswer(id, {
          contributions: [{ peer, statement, signature: signature(peer, bytesToSign(id, statement)) }]
        })
      }
    ],
    [
      'and a subtotal for other names',
      'bad-answer',
      ({ id }) => anAnswer(id, { subtotal: { nodes: 2, figures: [NO_VALUES, NO_VALUES] } })
    ]
  ]
  for (const [name, reason, lie] of refused) {
    it(`refuses a contribution ${name}, strikes its bearer and names the link`, () => {
      const { net, outcome } = lied(lie)
      assert.deepEqual([outcome.nodes, sumOf(outcome)], [2, '1'])
      assert.deepEqual(net.failures(outcome), [[1, 2, 'bad']])
      assert.deepEqual(net.strikes, [{ node: 1, peer: 2, reason }])
    })
  }

  it('says how many nodes it only has the word of one for', () => {
    const { net, outcome } = lied(({ id }) =>
      anAnswer(id, { subtotal: { nodes: MAX_COUNTED_NODES - 2, figures: [figure('7')] } })
    )
    assert.deepEqual(
      [outcome.nodes, outcome.trusted, sumOf(outcome)],
      [MAX_COUNTED_NODES, MAX_COUNTED_NODES - 2, '8']
    )
    assert.deepEqual(net.strikes, [])
  })

  it('refuses counts that together cannot be', () => {
    const net: EchoNetwork = new EchoNetwork({
      nodes: 4,
      edges: star(4),
      tamper: (from, _to, message) =>
        from === 0 || message.type !== 'answer'
          ? message
          : anAnswer(message.id, { subtotal: { nodes: MAX_COUNTED_NODES - 2, figures: [NO_VALUES] } })
    })
    const outcome = net.asked(0, ['value'], 2_000)
    assert.equal(outcome.nodes, MAX_COUNTED_NODES - 1)
    assert.deepEqual(net.failures(outcome), [
      [0, 2, 'bad'],
      [0, 3, 'bad']
    ])
    assert.deepEqual(net.strikes, [], 'who brings it may have been told so')
  })

  it('counts a node once that answers twice', () => {
    const { net, outcome } = lied((answer, net) => {
      net.at(net.now, () => net.inject(2, 1, { type: 'answer', ...answer }))
      return { type: 'answer', ...answer }
    })
    assert.deepEqual([outcome.nodes, sumOf(outcome), outcome.failed], [4, '6', []])
    assert.equal(net.engine(1).drops.get('late-answer'), 1)
  })

  it('counts a node once whose contribution comes by two ways, with one value of them', () => {
    // 1 and 3 are both asked by 0, and both bring what 2 has signed.
    const net: EchoNetwork = new EchoNetwork({
      nodes: 4,
      edges: star(4),
      tamper: (from, _to, message) => {
        if (from === 0 || message.type !== 'answer') return message
        const [own] = message.contributions as [Contribution]
        const borrowed = contribution(net.keys[2] as string, message.id, from === 2 ? '2' : '100')
        return from === 2 ? message : anAnswer(message.id, { contributions: [own, borrowed] })
      }
    })
    const outcome = net.asked(0)
    assert.equal(outcome.nodes, 4)
    assert.equal(outcome.contributions.filter(({ peer }) => peer === net.keys[2]).length, 1)
    assert.equal(net.engine(0).drops.get('counted-twice'), 2)
    assert.ok(['6', '104'].includes(sumOf(outcome)))
  })

  it('takes no answer after it has given its own', () => {
    const { net, outcome } = lied((answer, net) => {
      net.at(3_000, () => net.inject(2, 1, { type: 'answer', ...answer }))
      return undefined
    })
    assert.deepEqual([outcome.nodes, net.failures(outcome)], [2, [[1, 2, 'silent']]])
    assert.equal(net.engine(1).drops.get('late-answer'), 1)
  })

  it('takes no answer from a neighbour that was not asked, or to a question that nobody asked', () => {
    const net = new EchoNetwork({ nodes: 3, edges: line(3) })
    const id = net.ask(0)
    net.join(0, 2)
    const answer = anAnswer(id, { contributions: [contribution(net.keys[2] as string, id, '50')] })
    net.inject(2, 0, answer)
    net.inject(2, 0, { ...answer, id: 'ab'.repeat(16) } as AggregateMessage)
    net.run()
    assert.equal(sumOf(net.answer(id) as never), '3')
    assert.deepEqual(net.engine(0).drops.toJSON(), { 'unasked-answer': 1, 'unknown-question': 1 })
  })

  it('believes failed links only of nodes that it has not counted', () => {
    const { net, outcome } = lied((answer, { keys }) => {
      const [a, b, c] = [keys[0], keys[1], keys[3]] as [string, string, string]
      const failed = [
        { from: b, to: a, reason: 'gone' as const },
        { from: a, to: b, reason: 'gone' as const },
        { from: b, to: c, reason: 'gone' as const }
      ]
      return { type: 'answer', ...answer, failed }
    })
    assert.deepEqual([outcome.nodes, outcome.failed], [4, []])
    assert.deepEqual(net.strikes, [])
  })

  it('names no more failed links than it may, and counts the others', () => {
    const strangers = Array.from({ length: 64 }, (_, i) => peerId(1_000 + i))
    const { outcome } = lied((answer, { keys }) => {
      const failed = strangers.map(to => ({ from: keys[2] as string, to, reason: 'silent' as const }))
      return { type: 'answer', ...answer, failed, moreFailed: 7 }
    })
    assert.deepEqual([outcome.failed.length, outcome.moreFailed], [64, 7])
  })

  it('says once that it is counted, and strikes who goes on asking', () => {
    const net = new EchoNetwork({ nodes: 3, edges: line(3) })
    const question = aQuestion()
    net.inject(0, 1, question)
    net.run()
    const before = net.sent.length
    for (let i = 0; i < MAX_UNWELCOME + 1; i++) net.inject(0, 1, question)
    assert.equal(net.sent.length, before, 'each repetition is met with silence')
    assert.deepEqual(net.strikes, [{ node: 1, peer: 0, reason: 'flooding' }])
  })

  it('ends a loop: a question that comes back is nobody’s child', () => {
    const net = new EchoNetwork({ nodes: 3, edges: ring(3) })
    const id = net.ask(0)
    net.run()
    const question = net.sent.find(({ message }) => message.type === 'question')?.message
    assert.ok(question?.type === 'question')
    net.inject(1, 0, { ...question, hops: 2 })
    net.inject(1, 0, { ...question, hops: 63 })
    net.run()
    assert.equal(net.answer(id)?.nodes, 3)
    assert.equal(net.mostPerLink, 2)
    assert.equal(net.engine(0).drops.get('repeated'), 2)
  })

  it('declines what is over the rate, at once, and takes questions again a second later', () => {
    const net = new EchoNetwork({ nodes: 2, edges: line(2) })
    for (let i = 0; i < 55; i++) net.inject(0, 1, aQuestion())
    const declined = net.sent.filter(
      ({ message }) => message.type === 'declined' && message.reason === 'over-rate'
    )
    assert.equal(declined.length, 5)
    assert.equal(net.engine(1).drops.get('over-rate'), 5)
    net.run(1_000)
    const before = net.sent.length
    net.inject(0, 1, aQuestion())
    assert.equal(net.sent[before]?.message.type, 'answer')
  })

  it('fills no bucket for a neighbour that leaves and comes again', () => {
    const net = new EchoNetwork({ nodes: 2, edges: line(2) })
    for (let i = 0; i < 50; i++) net.inject(0, 1, aQuestion())
    net.run(REMEMBER_LEAVER_MS / 100)
    net.apply(1, net.engine(1).removeNeighbour(0, net.now))
    net.engine(1).addNeighbour(0, net.now)
    net.inject(0, 1, aQuestion())
    assert.equal(net.engine(1).drops.get('over-rate'), 1)
  })

  it('declines questions when too many are at work @slow', () => {
    const askers = 8
    const net = new EchoNetwork({ nodes: 20, edges: star(askers + 1) })
    for (let i = 0; i < MAX_OPEN_QUESTIONS + 1; i++) {
      // A new neighbour has not been asked anything yet, so that every question has somebody to wait for.
      if (i % 40 === 0) net.join(0, askers + 1 + i / 40)
      net.inject(1 + (i % askers), 0, aQuestion())
    }
    assert.equal(net.engine(0).drops.get('busy'), 1)
    net.run()
    assert.ok(!net.engine(0).hasDeadlines)
  })

  it('hears nothing from who is no neighbour', () => {
    const net = new EchoNetwork({ nodes: 3, edges: line(3) })
    net.inject(2, 0, aQuestion())
    assert.equal(net.sent.length, 0)
    assert.equal(net.engine(0).drops.get('not-neighbour'), 1)
  })

  it('says who declined', () => {
    const net: EchoNetwork = new EchoNetwork({
      nodes: 3,
      edges: line(3),
      tamper: (from, _to, message) =>
        from === 2 && message.type === 'answer'
          ? { type: 'declined', id: message.id, reason: 'busy' }
          : message
    })
    const outcome = net.asked(0)
    assert.deepEqual([outcome.nodes, net.failures(outcome)], [2, [[1, 2, 'declined']]])
  })

  it('is not fooled by a neighbour that says it is counted elsewhere: it is simply not in the count', () => {
    const net: EchoNetwork = new EchoNetwork({
      nodes: 3,
      edges: line(3),
      tamper: (from, _to, message) =>
        from === 2 && message.type === 'answer'
          ? { type: 'declined', id: message.id, reason: 'counted' }
          : message
    })
    const outcome = net.asked(0)
    assert.deepEqual([outcome.nodes, sumOf(outcome)], [2, '1'])
  })

  it('waits for signatures that take long no longer than it may', () => {
    const net = new EchoNetwork({ nodes: 3, edges: line(3), checkMs: 5_000 })
    const outcome = net.asked(0, ['value'], 1_000)
    assert.deepEqual([outcome.nodes, outcome.at], [1, 1_000])
    assert.deepEqual(net.failures(outcome), [[0, 1, 'silent']])
  })

  it('gives up on a neighbour whose link cannot take the question', () => {
    const net = new EchoNetwork({ nodes: 3, edges: line(3) })
    const { id, actions } = net.engine(0).ask({ names: ['value'], timeMs: 1_000 }, 0)
    for (const action of actions) {
      if (action.kind === 'send') net.apply(0, net.engine(0).onSendFailed(action.to, action.message, 0))
    }
    assert.deepEqual(net.failures(net.answer(id) as never), [[0, 1, 'gone']])
    assert.equal(net.engine(0).waitMs(0), 0, 'what was not sent costs nothing')
  })
})
