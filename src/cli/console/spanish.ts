/**
 * The console in Spanish.
 */
import { formatBytes, formatDuration } from '../render/units.ts'
import type { Texts } from './texts.ts'

const STATES: Texts['states'] = {
  queued: 'en cola',
  finding: 'buscando',
  downloading: 'descargando',
  verifying: 'verificando',
  paused: 'en pausa',
  done: 'terminada',
  failed: 'fallida'
}

/** By code; what the node says in English follows. */
const FAILURES: Readonly<Record<string, string>> = {
  usage: 'orden incorrecta',
  'bad-input': 'dato incorrecto',
  'not-found': 'no existe',
  conflict: 'ahora no es posible',
  busy: 'hay demasiados a la vez',
  'too-large': 'demasiado grande',
  'no-source': 'nadie a nuestro alcance lo tiene',
  unreachable: 'inalcanzable',
  'bad-content': 'el contenido no es el prometido',
  disk: 'el disco no lo permite',
  'not-running': 'el nodo no está en marcha',
  stopping: 'el nodo se está parando',
  'not-authorised': 'sin autorización',
  forbidden: 'prohibido'
}

const LINK_FAILURES: Texts['answer']['failed'] = (reason, to, from) =>
  `${
    {
      silent: 'no respondió',
      gone: 'se fue',
      declined: 'no quiso',
      bad: 'respondió mal',
      unsent: 'no se le pudo preguntar',
      'too-far': 'demasiado lejos',
      'no-time': 'sin tiempo'
    }[reason]
  }: ${to}, a quien preguntó ${from}`

export const SPANISH: Texts = {
  commands: {
    add: {
      word: 'añadir',
      also: ['agregar'],
      takes: '12 -3.5 [como lluvia]',
      about: 'números que guarda este nodo'
    },
    values: { word: 'valores', also: [], takes: '', about: 'los números que guarda' },
    sum: { word: 'suma', also: ['sumar'], takes: '[lluvia]', about: 'de los números de todos los nodos' },
    count: {
      word: 'cuenta',
      also: ['contar'],
      takes: '[lluvia]',
      about: 'cuántos son; cuenta nodes: los nodos'
    },
    mean: { word: 'media', also: ['promedio'], takes: '[lluvia]', about: 'su media' },
    min: { word: 'mínimo', also: ['menor'], takes: '[lluvia]', about: 'el menor' },
    max: { word: 'máximo', also: ['mayor'], takes: '[lluvia]', about: 'el mayor' },
    share: {
      word: 'compartir',
      also: [],
      takes: 'RUTA',
      about: 'ofrecer carpetas o archivos, donde están'
    },
    search: { word: 'buscar', also: [], takes: 'PALABRAS', about: 'encontrar archivos en toda la red' },
    get: { word: 'traer', also: ['bajar'], takes: 'FILA', about: 'traer una fila de la última búsqueda' },
    peers: { word: 'pares', also: ['conexiones'], takes: '', about: 'con quién hay conexión' },
    downloads: { word: 'descargas', also: [], takes: '', about: 'lo que se está trayendo y lo que se trajo' },
    status: { word: 'estado', also: [], takes: '', about: 'el nodo en resumen' },
    help: { word: 'ayuda', also: ['menú'], takes: '', about: 'este menú' },
    quit: { word: 'salir', also: ['adiós', 'fin'], takes: '', about: 'terminar; el nodo sigue en marcha' }
  },
  as: ['como', 'as'],
  prompt: 'p2pnode> ',
  needs: { numbers: 'números> ', path: 'ruta> ', words: 'palabras> ', row: 'fila> ' },
  greeting: (node, peers) => `Hablas con ${node}, que tiene ${some(peers, 'par', 'pares')}.`,
  howTo: 'Escribe un número o una palabra: ayuda muestra el menú, salir termina.',
  tab: 'Tab completa.',
  tabTyped: 'Tab e Intro muestran lo que puede ir ahí.',
  unknown: word => `"${word}" no está en el menú; ayuda lo muestra.`,
  ambiguous: (word, words) => `"${word}" puede ser: ${words.join(', ')}.`,
  takesNothing: word => `${word} va sin nada detrás.`,
  nothingDone: 'No se hizo nada.',
  failure: (code, message) => `No se hizo: ${code in FAILURES ? `${FAILURES[code]}: ` : ''}${message}`,
  nodeGone: 'el nodo se paró a la mitad',

  notANumber: text => `"${text}" no es un número como 12 o -3.5 (con punto)`,
  tooManyDigits: limit => `un número tiene como máximo ${limit} cifras`,
  noNumbers: 'falta un número, como 12 o -3.5',
  added: values => `${some(values, 'número añadido', 'números añadidos')}.`,
  noValues: 'Este nodo no guarda números; añadir le da algunos.',
  none: 'ninguno',
  answer: {
    asked: (nodes, time) => `${some(nodes, 'nodo', 'nodos')} en ${time}`,
    ago: time => `hace ${time}`,
    trusting: nodes => `confiando en otros por ${some(nodes, 'nodo', 'nodos')}`,
    rounded: 'redondeado',
    incomplete: links => `incompleto: ${some(links, 'enlace falló', 'enlaces fallaron')}`,
    failed: LINK_FAILURES,
    andMore: links => `y ${links} más`
  },

  shared: (path, files, bytes) =>
    `Compartido ${path}: ${some(files, 'archivo', 'archivos')}, ${formatBytes(bytes)}.`,
  hashing: files => `${some(files, 'archivo', 'archivos')} por leer.`,
  notShared: (path, message) => `No compartido: ${path}: ${message}`,
  andNotShared: files => `No compartidos: ${some(files, 'archivo', 'archivos')} más`,
  enterLeaves: 'Intro devuelve el control; lo demás sigue solo.',
  goesOn: 'Sigue solo.',

  hit: {
    reachable: (confirmed, providers) => `${confirmed} de ${providers} a mano`,
    thisNode: 'este nodo',
    denied: 'todos lo niegan'
  },
  found: ({ hits, truncated, elapsedMs }) =>
    `${hits === 0 ? 'Nada' : some(hits, 'resultado', 'resultados')} en ${formatDuration(elapsedMs)}` +
    `${truncated ? ', sin preguntar a toda la red' : ''}.${hits === 0 ? '' : ' traer FILA trae uno.'}`,
  progress: ({ state, bytesDone, size, sources }) =>
    `${STATES[state]}, ${formatBytes(bytesDone)} de ${size === null ? '?' : formatBytes(size)}, ` +
    some(sources.length, 'fuente', 'fuentes'),
  fetched: path => `Traído: ${path}`,
  noDownloads: 'No hay descargas.',
  states: STATES,

  noPeers: 'Todavía no hay pares.',
  neighbour: 'vecino',
  contact: 'contacto',
  paths: {
    lan: 'LAN',
    direct: 'directo',
    mapped: 'mapeado',
    punched: 'perforado',
    relayed: 'por relé'
  },

  labels: {
    name: 'nombre',
    value: 'valor',
    peer: 'par',
    role: 'papel',
    path: 'camino',
    time: 'RTT',
    address: 'dirección',
    state: 'estado',
    done: 'hecho',
    size: 'tamaño',
    where: 'dónde',
    node: 'nodo',
    peers: 'pares',
    reachable: 'accesible',
    shares: 'compartido',
    catalogue: 'catálogo',
    data: 'datos',
    downloads: 'descargas',
    warning: 'aviso'
  },
  peers: (all, neighbours) => `${all}, de ellos ${some(neighbours, 'vecino', 'vecinos')}`,
  reachable: { lan: 'solo desde esta LAN', public: 'desde Internet' },
  shares: (shares, files, bytes, pending) =>
    `${shares}, ${some(files, 'archivo', 'archivos')}, ${formatBytes(bytes)}${pending > 0 ? `, ${some(pending, 'archivo', 'archivos')} por leer` : ''}`,
  catalogue: (files, peers, complete) =>
    `${some(files, 'archivo', 'archivos')} de ${some(peers, 'par', 'pares')}, ${complete ? 'completo' : 'incompleto'}`,
  upFor: time => `en marcha desde hace ${time}`
}

function some(n: number, one: string, many: string): string {
  return `${n.toLocaleString('es')} ${n === 1 ? one : many}`
}
