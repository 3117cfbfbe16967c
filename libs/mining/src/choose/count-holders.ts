import type { PopulationGraph } from '../population.ts'
import type { Ordinals } from '../shared-arrays.ts'
import type { Chosen } from './addition.ts'

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
  const outside = new Uint32Array(chosen.length)
  const isAwaited = new Uint8Array(holders.length)
  const waiting = new Map<number, number[]>()
  let until = 0
  const wanted = chosen.map(({ candidate, addition }, s) => {
    const all = Uint32Array.from(addition.cells, (cell) => candidate.counted.cellEntitlement[cell]!)
    const rarest = all.reduce((best, e) => (holders[e]! < holders[best]! ? e : best))
    isAwaited[rarest] = 1
    until = Math.max(until, rarest + 1)
    waiting.set(rarest, [...(waiting.get(rarest) ?? []), s])
    return all
  })
  const personCount = graph.persons.length
  for (let person = 0; person < personCount; person++) {
    const start = rowOffset[person]!
    const end = rowOffset[person + 1]!
    for (let at = nextAwaited(rowEntitlement, start, end, until, isAwaited); at < end; ) {
      for (const s of waiting.get(rowEntitlement[at]!)!) {
        if (!holdsAll(rowEntitlement, start, end, wanted[s]!)) continue
        const { counted, group } = chosen[s]!.candidate
        if (counted.groups.of[person] === group) inside[s]!++
        else outside[s]!++
      }
      at = nextAwaited(rowEntitlement, at + 1, end, until, isAwaited)
    }
  }
  return { inside, outside }
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
