/**
 * The console in English.
 */
import { ENGLISH_HIT } from '../commands/search.ts'
import { ENGLISH_ANSWER } from '../commands/values.ts'
import { count, formatBytes, formatDuration } from '../render/units.ts'
import type { Texts } from './texts.ts'

const STATES: Texts['states'] = {
  queued: 'queued',
  finding: 'finding',
  downloading: 'downloading',
  verifying: 'verifying',
  paused: 'paused',
  done: 'done',
  failed: 'failed'
}

export const ENGLISH: Texts = {
  commands: {
    add: { word: 'add', also: [], takes: '12 -3.5 [as rain]', about: 'numbers for this node to hold' },
    values: { word: 'values', also: [], takes: '', about: 'the numbers that it holds' },
    sum: { word: 'sum', also: ['total'], takes: '[rain]', about: 'of the numbers of all nodes' },
    count: { word: 'count', also: [], takes: '[rain]', about: 'how many they are; count nodes: the nodes' },
    mean: { word: 'mean', also: ['average'], takes: '[rain]', about: 'their mean' },
    min: { word: 'min', also: ['minimum'], takes: '[rain]', about: 'the smallest' },
    max: { word: 'max', also: ['maximum'], takes: '[rain]', about: 'the largest' },
    share: { word: 'share', also: [], takes: 'PATH', about: 'offer a folder or file, in place' },
    search: { word: 'search', also: ['find'], takes: 'WORDS', about: 'find files in the whole network' },
    get: { word: 'get', also: ['fetch'], takes: 'ROW', about: 'fetch a row of the last search' },
    peers: { word: 'peers', also: [], takes: '', about: 'who is connected' },
    downloads: { word: 'downloads', also: [], takes: '', about: 'what is being fetched, and what was' },
    status: { word: 'status', also: [], takes: '', about: 'the node in short' },
    help: { word: 'help', also: ['menu', '?'], takes: '', about: 'this menu' },
    quit: { word: 'quit', also: ['exit', 'bye', 'q'], takes: '', about: 'leave; the node goes on' }
  },
  as: ['as'],
  prompt: 'p2pnode> ',
  needs: { numbers: 'numbers> ', path: 'path> ', words: 'words> ', row: 'row> ' },
  greeting: (node, peers) => `You talk to ${node}, which has ${count(peers, 'peer')}.`,
  howTo: 'Type a number or a word: help shows the menu, quit ends.',
  tab: 'Tab completes.',
  tabTyped: 'Tab and Enter list what can stand there.',
  unknown: word => `"${word}" is nothing to choose; help shows the menu.`,
  ambiguous: (word, words) => `"${word}" can be: ${words.join(', ')}.`,
  takesNothing: word => `${word} takes nothing behind it.`,
  nothingDone: 'Nothing done.',
  failure: (_code, message) => `Not done: ${message}`,
  nodeGone: 'the node stopped in the middle of it',

  notANumber: text => `"${text}" is not a number, such as: 12 or -3.5`,
  tooManyDigits: limit => `a number has at most ${limit} digits`,
  noNumbers: 'there is no number, such as: 12 or -3.5',
  added: values => `Added ${count(values, 'number')}.`,
  noValues: 'This node holds no numbers; add gives it some.',
  none: 'none',
  answer: ENGLISH_ANSWER,

  shared: (path, files, bytes) => `Shared ${path}: ${count(files, 'file')}, ${formatBytes(bytes)}.`,
  hashing: files => `${count(files, 'file')} to hash.`,
  notShared: (path, message) => `Not shared: ${path}: ${message}`,
  andNotShared: files => `Not shared: ${count(files, 'more file')}`,
  enterLeaves: 'Enter gives back the prompt; it goes on by itself.',
  goesOn: 'It goes on by itself.',

  hit: ENGLISH_HIT,
  found: ({ hits, truncated, elapsedMs }) =>
    `${hits === 0 ? 'Nothing found' : count(hits, 'hit')} in ${formatDuration(elapsedMs)}` +
    `${truncated ? ', not the whole network was asked' : ''}.${hits === 0 ? '' : ' get ROW fetches one.'}`,
  progress: ({ state, bytesDone, size, sources }) =>
    `${STATES[state]}, ${formatBytes(bytesDone)} of ${size === null ? '?' : formatBytes(size)}, ` +
    count(sources.length, 'source'),
  fetched: path => `Fetched: ${path}`,
  noDownloads: 'No downloads.',
  states: STATES,

  noPeers: 'No peers yet.',
  neighbour: 'neighbour',
  contact: 'contact',
  paths: { lan: 'LAN', direct: 'direct', mapped: 'mapped', punched: 'punched', relayed: 'relayed' },

  labels: {
    name: 'name',
    value: 'value',
    peer: 'peer',
    role: 'role',
    path: 'path',
    time: 'RTT',
    address: 'address',
    state: 'state',
    done: 'done',
    size: 'size',
    where: 'where',
    node: 'node',
    peers: 'peers',
    reachable: 'reachable',
    shares: 'shares',
    catalogue: 'catalogue',
    data: 'data',
    downloads: 'downloads',
    warning: 'warning'
  },
  peers: (all, neighbours) => `${all}, of these ${count(neighbours, 'neighbour')}`,
  reachable: { lan: 'from this LAN only', public: 'from the Internet' },
  shares: (shares, files, bytes, pending) =>
    `${shares}, ${count(files, 'file')}, ${formatBytes(bytes)}${pending > 0 ? `, ${count(pending, 'file')} to hash` : ''}`,
  catalogue: (files, peers, complete) =>
    `${count(files, 'file')} of ${count(peers, 'peer')}, ${complete ? 'complete' : 'not complete'}`,
  upFor: time => `up for ${time}`
}
