/**
 * The loop of the console: hears a line, does what it says, until the end. A client of the local API like every command.
 */
import type { NamedValue, Status } from '../../node/api.ts'
import { FACT_NAMES } from '../../node/values.ts'
import { aborted } from '../abort.ts'
import { openClient } from '../client.ts'
import type { Context } from '../context.ts'
import { errorReport } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { peerName } from '../render/peer-name.ts'
import { safe, shorten } from '../render/safe-text.ts'
import { ACTIONS, menuText, type Talk } from './actions.ts'
import { type Known, offersFor } from './complete.ts'
import { LineInput } from './line-input.ts'
import { type Choice, type Needed, parseLine, TAKES } from './menu.ts'
import { languageOf, TEXTS, type Texts } from './texts.ts'

/** Columns of a word of the user's in an answer. */
const WORD_COLUMNS = 40

/**
 * Talks until the user has enough. Gives the exit code.
 *
 * @param lang - the language that was asked for
 * @throws CliError `not-running`, or when there is no such language
 */
export async function runConsole(context: Context, lang: string | undefined): Promise<number> {
  const { world, out, dataFolder } = context
  const texts = TEXTS[languageOf(lang, world.env)]
  const status = await (await context.client()).ask<Status>('GET', '/status')
  using input = new LineInput(world)
  const signal = AbortSignal.any([world.signal, input.interrupted])
  const talk: Talk = {
    texts,
    world,
    isTyped: input.isTyped,
    rows: [],
    node: left => openClient(dataFolder, left === undefined ? signal : AbortSignal.any([signal, left])),
    print: text => void world.stdout.write(text),
    say: text => out.note(text),
    untilLeft: work => input.untilEmptyLine(work)
  }
  welcome(talk, input, status)
  const ended = await Promise.race([talkOn(talk, input, signal), aborted(signal)])
  if (ended !== undefined) return ended
  world.stderr.write('\n')
  return EXIT.interrupted
}

function welcome({ texts, say }: Talk, input: LineInput, status: Status): void {
  say(safe(texts.greeting(peerName(status), status.peers)))
  if (input.isTyped) say(menuText(texts).trimEnd())
  const tab = input.tabIsTyped ? texts.tabTyped : texts.tab
  say(input.isTyped ? `${texts.howTo} ${tab}` : texts.howTo)
}

/** Undefined: `signal` ended it. */
async function talkOn(talk: Talk, input: LineInput, signal: AbortSignal): Promise<number | undefined> {
  const vocabularies = vocabulariesFor(talk.texts)
  for (;;) {
    const line = await hear(talk, input, undefined)
    if (line === undefined) return EXIT.done
    const choice = parseLine(line, vocabularies)
    if (choice.kind === 'command' && choice.command === 'quit') return EXIT.done
    try {
      await answer(talk, input, choice)
    } catch (error) {
      if (signal.aborted) return undefined
      const { code, message } = errorReport(error)
      talk.say(talk.texts.failure(code, message).split('\n').map(safe).join('\n'))
    }
  }
}

async function answer(talk: Talk, input: LineInput, choice: Choice): Promise<void> {
  const { texts, say } = talk
  switch (choice.kind) {
    case 'nothing':
      return
    case 'unknown':
      return say(texts.unknown(shown(choice.word)))
    case 'ambiguous':
      return say(texts.ambiguous(shown(choice.word), choice.words))
    case 'command': {
      const { command } = choice
      if (command === 'quit') return
      const takes = TAKES[command]
      if (takes === undefined && choice.rest !== '')
        return say(texts.takesNothing(texts.commands[command].word))
      if (choice.rest !== '' || takes === undefined || takes === 'names')
        return await ACTIONS[command](talk, choice.rest)
      const needed = (await hear(talk, input, takes))?.trim() ?? ''
      if (needed === '') return say(texts.nothingDone)
      return await ACTIONS[command](talk, needed)
    }
  }
}

/** The next line for a command, or for what one needs. Where Tab is typed, a line that ends in it asks what can follow. */
async function hear(talk: Talk, input: LineInput, needed: Needed | undefined): Promise<string | undefined> {
  const { texts, say } = talk
  const vocabularies = vocabulariesFor(texts)
  const complete = (line: string) => offersFor(line, needed, vocabularies, knownOf(talk))
  for (;;) {
    const line = await input.next(needed === undefined ? texts.prompt : texts.needs[needed], complete)
    if (line === undefined || !input.tabIsTyped || !line.endsWith('\t')) return line
    const [offers] = await complete(line.replace(/\t+$/, ''))
    say(offers.map(offer => offer.trim()).join('  '))
  }
}

function knownOf({ world, rows, node }: Talk): Known {
  return {
    cwd: world.cwd,
    home: world.home,
    rows,
    names: async () => {
      const { values } = await (await node()).ask<{ values: NamedValue[] }>('GET', '/values')
      return [...FACT_NAMES, ...values.map(({ name }) => name)]
    }
  }
}

/** The user's own language, then the others: who knows the commands of the shell may type them here. */
function vocabulariesFor(texts: Texts) {
  const others = Object.values(TEXTS).filter(other => other !== texts)
  return [texts, ...others].map(({ commands }) => commands)
}

function shown(word: string): string {
  return shorten(safe(word), WORD_COLUMNS)
}
