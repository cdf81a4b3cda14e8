import assert from 'node:assert/strict'
import type { z } from 'zod'
import * as answers from '../../../../src/adapters/http/answer-schemas.ts'
import * as requests from '../../../../src/adapters/http/request-schemas.ts'
import type * as api from '../../../../src/node/api.ts'
import type { Entry } from '../../../../src/wire/entry.ts'
import { aDownload, aHit, aPeer, FakeNode } from '../../../support/fake-node.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never
type Flat<T> = T extends object ? { [K in keyof T]: Flat<T[K]> } : T
type Fits<S extends z.ZodType, T> = Same<Flat<z.output<S>>, Flat<T>>

/** Compiles only while every schema has exactly the fields of its type. */
const fits: [
  Fits<typeof answers.statusSchema, api.Status>,
  Fits<typeof answers.statsSchema, api.Stats>,
  Fits<typeof answers.checkSchema, api.DoctorCheck>,
  Fits<typeof answers.peerSchema, api.Peer>,
  Fits<typeof answers.shareSchema, api.Share>,
  Fits<typeof answers.entrySchema, Entry>,
  Fits<typeof answers.hitSchema, api.Hit>,
  Fits<typeof answers.searchEventSchema, api.SearchEvent>,
  Fits<typeof answers.downloadSchema, api.Download>,
  Fits<typeof answers.getEventSchema, api.GetEvent>,
  Fits<typeof answers.uploadSchema, api.Upload>,
  Fits<typeof answers.wantSchema, api.Want>,
  Fits<typeof answers.linkSchema, api.LinkView>,
  Fits<typeof answers.previewSchema, api.SharePreview>,
  Fits<typeof answers.valueSchema, api.NamedValue>,
  Fits<typeof answers.aggregateSchema, api.AggregateAnswer>,
  Fits<typeof requests.aggregateQuerySchema, api.AggregateRequest>,
  Fits<typeof answers.nodeEventSchema, api.NodeEvent>,
  Fits<typeof requests.searchQuerySchema, api.SearchRequest>,
  Fits<typeof requests.getBodySchema, api.GetRequest>
] = [
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true
]

describe('schemas', () => {
  it('have the fields of the types of the node', () => {
    assert.ok(fits.every(Boolean))
    answers.statusSchema.strict().parse(new FakeNode().status())
    answers.peerSchema.strict().parse(aPeer())
    answers.hitSchema.strict().parse(aHit())
    answers.downloadSchema.strict().parse(aDownload())
  })

  it('give every field that a caller fills an example that is right', () => {
    const bodies = [
      requests.searchQuerySchema,
      requests.getBodySchema,
      requests.shareBodySchema,
      requests.previewBodySchema,
      requests.linkQuerySchema,
      requests.wantBodySchema,
      requests.connectBodySchema,
      requests.valuesQuerySchema,
      requests.addValuesBodySchema,
      requests.removeValuesBodySchema,
      requests.aggregateQuerySchema,
      requests.eventsQuerySchema
    ]
    for (const body of bodies) {
      for (const [field, schema] of Object.entries(body.shape as Record<string, z.ZodType>)) {
        const example = (schema.meta()?.examples as unknown[] | undefined)?.[0]
        assert.ok(schema.safeParse(example).success && example !== undefined, `${field}: ${String(example)}`)
      }
    }
  })
})
