import assert from 'node:assert/strict'
import type { z } from 'zod'
import * as schemas from '../../../../src/adapters/http/schemas.ts'
import type * as api from '../../../../src/node/api.ts'
import type { Entry } from '../../../../src/wire/entry.ts'
import { aDownload, aHit, aPeer, FakeNode } from '../../../support/fake-node.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never
type Flat<T> = T extends object ? { [K in keyof T]: Flat<T[K]> } : T
type Fits<S extends z.ZodType, T> = Same<Flat<z.output<S>>, Flat<T>>

/** Compiles only while every schema has exactly the fields of its type. */
const fits: [
  Fits<typeof schemas.statusSchema, api.Status>,
  Fits<typeof schemas.statsSchema, api.Stats>,
  Fits<typeof schemas.checkSchema, api.DoctorCheck>,
  Fits<typeof schemas.peerSchema, api.Peer>,
  Fits<typeof schemas.shareSchema, api.Share>,
  Fits<typeof schemas.entrySchema, Entry>,
  Fits<typeof schemas.hitSchema, api.Hit>,
  Fits<typeof schemas.searchEventSchema, api.SearchEvent>,
  Fits<typeof schemas.downloadSchema, api.Download>,
  Fits<typeof schemas.getEventSchema, api.GetEvent>,
  Fits<typeof schemas.uploadSchema, api.Upload>,
  Fits<typeof schemas.wantSchema, api.Want>,
  Fits<typeof schemas.linkSchema, api.LinkView>,
  Fits<typeof schemas.previewSchema, api.SharePreview>,
  Fits<typeof schemas.valueSchema, api.NamedValue>,
  Fits<typeof schemas.aggregateSchema, api.AggregateAnswer>,
  Fits<typeof schemas.aggregateQuerySchema, api.AggregateRequest>,
  Fits<typeof schemas.nodeEventSchema, api.NodeEvent>,
  Fits<typeof schemas.searchQuerySchema, api.SearchRequest>,
  Fits<typeof schemas.getBodySchema, api.GetRequest>
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
    schemas.statusSchema.strict().parse(new FakeNode().status())
    schemas.peerSchema.strict().parse(aPeer())
    schemas.hitSchema.strict().parse(aHit())
    schemas.downloadSchema.strict().parse(aDownload())
  })

  it('give every field that a caller fills an example that is right', () => {
    const bodies = [
      schemas.searchQuerySchema,
      schemas.getBodySchema,
      schemas.shareBodySchema,
      schemas.previewBodySchema,
      schemas.linkQuerySchema,
      schemas.wantBodySchema,
      schemas.connectBodySchema,
      schemas.valuesQuerySchema,
      schemas.addValuesBodySchema,
      schemas.removeValuesBodySchema,
      schemas.aggregateQuerySchema,
      schemas.eventsQuerySchema
    ]
    for (const body of bodies) {
      for (const [field, schema] of Object.entries(body.shape as Record<string, z.ZodType>)) {
        const example = (schema.meta()?.examples as unknown[] | undefined)?.[0]
        assert.ok(schema.safeParse(example).success && example !== undefined, `${field}: ${String(example)}`)
      }
    }
  })
})
