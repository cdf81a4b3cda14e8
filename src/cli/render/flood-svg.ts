/**
 * A flood as a picture: rings are hops, lines are copies of the query, a dashed one found somebody who had it already.
 */
import type { Visit } from '../../node/api.ts'
import { safe } from './safe-text.ts'

const RING = 90
const DOT = 7
const MARGIN = 40

interface Place {
  x: number
  y: number
  hops: number
  hits: number
}

/** @param asker - PeerId in the middle */
export function floodSvg(asker: string, text: string, visits: readonly Visit[]): string {
  const places = placesOf(asker, visits)
  const rings = Math.max(1, ...visits.map(({ hops }) => hops))
  const half = rings * RING + MARGIN
  const at = (peer: string): Place => places.get(peer) ?? (places.get(asker) as Place)
  const lines = visits.map(({ peer, from, again }) => {
    const [a, b] = [at(from), at(peer)]
    return `<line class="${again ? 'again' : 'copy'}" x1="${a.x}" y1="${a.y}" x2="${b.x}" y2="${b.y}"/>`
  })
  const dots = [...places].map(([peer, { x, y, hops, hits }]) => {
    const what = hops === 0 ? 'asker' : hits > 0 ? 'hit' : 'node'
    const title = `${peer}, ${hops} links away, ${hits} hits`
    return `<circle class="${what}" cx="${x}" cy="${y}" r="${DOT}"><title>${escaped(title)}</title></circle>`
  })
  const circles = Array.from({ length: rings }, (_, i) => `<circle class="ring" r="${(i + 1) * RING}"/>`)
  const duplicates = visits.filter(({ again }) => again).length
  const caption = `${safe(text)}: ${places.size - 1} nodes, ${visits.length} copies, ${duplicates} of them to nodes that had it`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-half} ${-half} ${2 * half} ${2 * half + MARGIN}" font-family="sans-serif">
<style>
svg { background: #fff } .ring { fill: none; stroke: #e3e6ea } .copy { stroke: #3568b0; stroke-width: 1.5 }
.again { stroke: #c4742b; stroke-dasharray: 4 4 } .node { fill: #9fb7d8 } .hit { fill: #2f9e5b } .asker { fill: #1d2733 }
</style>
<title>${escaped(caption)}</title>
${[...circles, ...lines, ...dots].join('\n')}
<text text-anchor="middle" y="${half + MARGIN / 2}" font-size="14">${escaped(caption)}</text>
</svg>
`
}

/** Every node has a sector of its parent's, as wide as what is behind it. */
function placesOf(asker: string, visits: readonly Visit[]): Map<string, Place> {
  const first = visits.filter(({ again }) => !again)
  const known = new Set([asker, ...first.map(({ peer }) => peer)])
  const children = new Map<string, Visit[]>()
  for (const visit of first) {
    // A report that got lost leaves nodes without a parent in the picture: they hang on the asker.
    const from = known.has(visit.from) ? visit.from : asker
    children.set(from, [...(children.get(from) ?? []), visit])
  }
  const places = new Map<string, Place>()
  const put = (peer: string, hops: number, hits: number, start: number, end: number): void => {
    if (places.has(peer)) return
    const angle = (start + end) / 2
    const round = (value: number): number => Math.round(value * 10) / 10
    const x = round(hops * RING * Math.cos(angle))
    places.set(peer, { x, y: round(hops * RING * Math.sin(angle)), hops, hits })
    const below = children.get(peer) ?? []
    const weights = below.map(child => leavesOf(child.peer, children, new Set([peer])))
    const sum = weights.reduce((a, b) => a + b, 0)
    let from = start
    for (const [i, child] of below.entries()) {
      const to = from + ((end - start) * (weights[i] as number)) / sum
      put(child.peer, child.hops, child.hits, from, to)
      from = to
    }
  }
  put(asker, 0, 0, 0, 2 * Math.PI)
  return places
}

/** `above`: who tells of a circle is not followed. */
function leavesOf(peer: string, children: ReadonlyMap<string, Visit[]>, above: Set<string>): number {
  if (above.has(peer)) return 1
  above.add(peer)
  const below = children.get(peer) ?? []
  const sum = below.reduce((leaves, child) => leaves + leavesOf(child.peer, children, above), 0)
  return Math.max(1, sum)
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
