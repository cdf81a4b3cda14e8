import assert from 'node:assert/strict'
import { wantedBy } from '../../../src/node/only-patterns.ts'

describe('patterns of what is wanted of a folder', () => {
  const cases: Array<[patterns: string[] | undefined, path: string, wanted: boolean]> = [
    [undefined, 'a/b.txt', true],
    [['*.jpg'], 'b.jpg', true],
    [['*.jpg'], 'a/b/c.jpg', true],
    [['*.jpg'], 'a/b.jpeg', false],
    [['photos'], 'photos/a/b.jpg', true],
    [['photos/'], 'photos/a.jpg', true],
    [['photos/'], 'old/photos/a.jpg', true],
    [['photos'], 'photo', false],
    [['photos/*.jpg'], 'photos/a.jpg', true],
    [['photos/*.jpg'], 'photos/b/a.jpg', false],
    [['photos/*.jpg'], 'old/photos/a.jpg', false],
    [['photos/**/*.jpg'], 'photos/b/c/a.jpg', true],
    [['/a.txt'], 'a.txt', true],
    [['/a.txt'], 'b/a.txt', false],
    [['?.txt', '*.md'], 'x/README.md', true],
    [['*.[ch]'], 'src/main.c', true]
  ]
  for (const [patterns, path, wanted] of cases) {
    it(`${patterns?.join(' ') ?? 'none'}: ${path} is ${wanted ? 'wanted' : 'left out'}`, () => {
      assert.equal(wantedBy(patterns)(path), wanted)
    })
  }
})
