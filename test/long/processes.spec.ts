import { startsAndDeaths } from '../network/processes.ts'
import { perTest } from '../support/per-test.ts'

describe('ten nodes that are processes', () => {
  const test = perTest()

  it('find and fetch from one another, started in any order, and still when the first and the last is killed', () =>
    startsAndDeaths(test, { count: 10, seed: 10, victims: [0, 9] }))
})
