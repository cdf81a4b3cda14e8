import assert from 'node:assert/strict'
import type { InjectOptions } from 'fastify'
import { buildApi } from '../../../../src/adapters/http/index.ts'
import type { Api } from '../../../../src/adapters/http/routes.ts'
import { anAnswer, FakeNode } from '../../../support/fake-node.ts'

describe('the HTTP API for values and questions', () => {
  let node: FakeNode
  let api: Api

  beforeEach(() => {
    node = new FakeNode()
    api = buildApi({ node, token: 't' })
  })
  afterEach(() => api.close())

  const ask = async (method: InjectOptions['method'], url: string, payload?: object) => {
    const headers = { authorization: 'Bearer t' }
    const answer = await api.inject({ method, url: `/api/v1${url}`, headers, ...(payload && { payload }) })
    return { status: answer.statusCode, json: answer.json() }
  }

  it('adds, lists and removes values', async () => {
    const added = await ask('POST', '/values', { name: 'a', values: ['12', '-3.5'] })
    assert.deepEqual(added, {
      status: 201,
      json: {
        values: [
          { name: 'a', value: '12' },
          { name: 'a', value: '-3.5' }
        ]
      }
    })
    await ask('POST', '/values', { values: ['1'] })
    assert.equal((await ask('GET', '/values')).json.values.length, 3)
    assert.equal((await ask('GET', '/values?name=a')).json.values.length, 2)
    assert.deepEqual((await ask('DELETE', '/values', { name: 'a', values: ['12'] })).json, {
      values: [{ name: 'a', value: '12' }]
    })
    assert.equal((await ask('DELETE', '/values', { name: 'a', values: 'all' })).json.values.length, 1)
  })

  it('asks the whole network', async () => {
    const { status, json } = await ask('GET', '/aggregate?op=max&name=a&audit=true&timeoutMs=500')
    assert.equal(status, 200)
    assert.deepEqual(json.contributions.length, 1)
    assert.deepEqual(node.asked, [['aggregate', { op: 'max', name: 'a', audit: true, timeoutMs: 500 }]])
    assert.deepEqual((await ask('GET', '/aggregate?op=sum')).json, anAnswer())
  })

  it('answers what is not complete as an answer', async () => {
    const { status, json } = await ask('GET', '/aggregate?op=sum&name=broken')
    assert.deepEqual([status, json.complete], [200, false])
  })

  const refused: [
    name: string,
    method: InjectOptions['method'],
    url: string,
    body: object | undefined,
    field: string
  ][] = [
    ['a number of JSON, which would lose digits', 'POST', '/values', { values: [12] }, 'values'],
    ['no values', 'POST', '/values', { values: [] }, 'values'],
    ['what is no number', 'POST', '/values', { values: ['abc'] }, 'values'],
    ['an empty name', 'POST', '/values', { name: '', values: ['1'] }, 'name'],
    ['the removal of nothing', 'DELETE', '/values', { name: 'a' }, 'values'],
    ['another operation', 'GET', '/aggregate?op=median', undefined, 'op'],
    ['a question without end', 'GET', '/aggregate?op=sum&timeoutMs=120001', undefined, 'timeoutMs']
  ]
  for (const [name, method, url, body, field] of refused) {
    it(`refuses ${name}`, async () => {
      const { status, json } = await ask(method, url, body)
      assert.deepEqual([status, json.field], [400, field])
    })
  }
})
