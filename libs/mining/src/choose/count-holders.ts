import type { PopulationGraph } from '../population.ts'
import type { Ordinals } from '../shared-arrays.ts'
import type { Chosen } from './addition.ts'

/** Suggestions with the same entitlements, such as the parts of one list. Their holders are counted together. */
interface Alike {
  readonly entitlements: Uint32Array
  /** For each grouping of people the suggestion, by its place, that has each group. */
  readonly places: Map<Int32Array, Map<number, number>>
  holders: number
}

/**
 * Counts, for each chosen suggestion, the people inside and outside its cohort who hold all of its entitlements. One pass over all grants
 * serves all suggestions: each is registered at its entitlement with the fewest holders, and only the holders of that one are tested for
 * the rest.
 */
export function countHolders(
  graph: PopulationGraph,
  chosen: readonly Chosen[],
): { readonly inside: Uint32Array; readonly outside: Uint32Array } {
  const { rowOffset, rowEntitlement, holders } = graph
  const inside = new Uint32Array(chosen.length)
  const { waiting, alikeOf } = inWaiting(graph, chosen)
  const isAwaited = new Uint8Array(holders.length)
  let until = 0
  for (const rarest of waiting.keys()) {
    isAwaited[rarest] = 1
    until = Math.max(until, rarest + 1)
  }
  const personCount = graph.persons.length
  for (let person = 0; person < personCount; person++) {
    const start = rowOffset[person]!
    const end = rowOffset[person + 1]!
    for (let at = nextAwaited(rowEntitlement, start, end, until, isAwaited); at < end; ) {
      for (const alike of waiting.get(rowEntitlement[at]!)!) {
        if (!holdsAll(rowEntitlement, start, end, alike.entitlements)) continue
        alike.holders++
        for (const [of, places] of alike.places) {
          const place = places.get(of[person]!)
          if (place !== undefined) inside[place]!++
        }
      }
      at = nextAwaited(rowEntitlement, at + 1, end, until, isAwaited)
    }
  }
  return { inside, outside: inside.map((count, place) => alikeOf[place]!.holders - count) }
}

/** The suggestions by their entitlements, and these by the rarest of their entitlements. */
function inWaiting({ holders }: PopulationGraph, chosen: readonly Chosen[]) {
  const waiting = new Map<number, Alike[]>()
  const known = new Map<string, Alike>()
  const alikeOf = chosen.map(({ candidate: { counted, group }, addition }, place) => {
    const entitlements = Uint32Array.from(addition.cells, (cell) => counted.cellEntitlement[cell]!)
    const key = entitlements.join()
    let alike = known.get(key)
    if (alike === undefined || alike.places.get(counted.groups.of)?.has(group) === true) {
      alike = { entitlements, places: new Map(), holders: 0 }
      known.set(key, alike)
      const rarest = entitlements.reduce((best, e) => (holders[e]! < holders[best]! ? e : best))
      const others = waiting.get(rarest)
      if (others === undefined) waiting.set(rarest, [alike])
      else others.push(alike)
    }
    const { of } = counted.groups
    const places = alike.places.get(of) ?? new Map<number, number>()
    alike.places.set(of, places.set(group, place))
    return alike
  })
  return { waiting, alikeOf }
}

/** The first position from `start` on with an awaited entitlement; all of them are below `until`. `end` if there is none. */
function nextAwaited(row: Ordinals, start: number, end: number, until: number, isAwaited: Uint8Array): number {
  for (let at = start; at < end; at++) {
    const e = row[at]!
    if (e >= until) break
    if (isAwaited[e] === 1) return at
  }
  return end
}

/** Whether the ascending row `start .. end` contains all of the ascending `wanted`. */
function holdsAll(row: Ordinals, start: number, end: number, wanted: Uint32Array): boolean {
  let at = start
  for (let i = 0; i < wanted.length; i++) {
    while (at < end && row[at]! < wanted[i]!) at++
    if (at === end || row[at] !== wanted[i]) return false
  }
  return true
}
