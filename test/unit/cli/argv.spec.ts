import assert from 'node:assert/strict'
import { Command } from 'commander'
import { asksForJson, normaliseArgv, queryText } from '../../../src/cli/argv.ts'
import { addSearchCommands } from '../../../src/cli/commands/search.ts'

describe('normaliseArgv', () => {
  const cases: [name: string, given: string, expected: string][] = [
    ['nothing means start', '', 'start'],
    ['two dashes first mean start', '--bootstrap X', 'start --bootstrap X'],
    ['common flags before no command mean start', '--data D --json', '--data D --json start'],
    ['common flags before a flag of start', '--json --share P', '--json start --share P'],
    ['a command stays', '--data D peers --json', '--data D peers --json'],
    ['a value of --data is no command', '--data=search peers', '--data=search peers'],
    ['help and version stay', '--help', '--help'],
    ['an exclusion is a word', 'search foo -bar --limit 3', 'search --limit 3 -- foo -bar'],
    [
      'flags of a search may stand anywhere',
      'search --ttl 2 foo --json -h',
      'search --ttl 2 --json -- foo -h'
    ],
    ['a flag may hold its value', 'search a --limit=3 b', 'search --limit=3 -- a b'],
    ['behind two dashes all are words', 'search a -- --limit 3', 'search -- a --limit 3'],
    ['a search without words stays one', 'search --explain', 'search --explain'],
    ['a negative number is a value', 'value add 12 -3.5 --as t', 'value add --as t -- 12 -3.5'],
    ['and nothing else with a dash', 'value rm -x -.5 -h', 'value rm -x -h -- -.5'],
    ['common flags before a search', '--data D search -x a', '--data D search -- -x a']
  ]
  const split = (line: string) => line.split(' ').filter(word => word !== '')
  for (const [name, given, expected] of cases) {
    it(name, () => assert.deepEqual(normaliseArgv(split(given)), split(expected)))
  }

  it('takes no value of a flag of search for a word', () => {
    const program = new Command()
    addSearchCommands(program, () => async () => {})
    const options = program.commands.flatMap(command => command.options)
    assert.ok(options.length > 5)
    for (const { long, required } of options) {
      const flags = required ? [`${long}`, 'value'] : [`${long}`]
      assert.deepEqual(normaliseArgv(['search', 'a', ...flags, 'b']), ['search', ...flags, '--', 'a', 'b'])
    }
  })
})

describe('queryText', () => {
  const cases: [name: string, words: string[], expected: string][] = [
    ['joins words', ['summer', '-winter', 'ext:jpg'], 'summer -winter ext:jpg'],
    [
      'makes a phrase of what the shell had quoted',
      ['foo', '-bar', 'exact phrase'],
      'foo -bar "exact phrase"'
    ],
    ['excludes a phrase', ['foo', '-not this'], 'foo -"not this"'],
    ['leaves quotes that came through', ['foo', '"exact phrase"'], 'foo "exact phrase"'],
    ['takes one argument as it was written', ['three words -here'], 'three words -here']
  ]
  for (const [name, words, expected] of cases) {
    it(name, () => assert.equal(queryText(words), expected))
  }
})

describe('asksForJson', () => {
  it('sees the flag before the words of a search end it', () => {
    assert.ok(asksForJson(['serch', '--json']))
    assert.ok(!asksForJson(['search', '--', '--json']))
  })
})
