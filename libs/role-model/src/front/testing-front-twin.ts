import type { AccessRows } from '../reduce-access.ts'
import { rowOf } from '../testing-twins.ts'
import type { FrontChanges } from './changes.ts'

/**
 * The fewest changes of a tiny access with this number of roles, from the definition: it tries all choices of that many sets of
 * entitlements, and every identity gets the roles that cost least. Infinity if no choice is valid.
 */
export function fewestChangesByTrying(access: AccessRows, changes: FrontChanges, roles: number): number {
  const held = Array.from({ length: access.identityCount }, (_, i) =>
    rowOf(access, i).reduce((mask, e) => mask | (1 << e), 0),
  )
  let best = Number.POSITIVE_INFINITY
  const choose = (sets: number[], next: number) => {
    if (sets.length === roles) {
      best = Math.min(
        best,
        held.reduce((sum, mask) => sum + cheapestRow(mask, sets, changes), 0),
      )
      return
    }
    for (let set = next; set < 1 << access.entitlementCount; set++) choose([...sets, set], set)
  }
  choose([], 1)
  return best
}

function cheapestRow(held: number, sets: readonly number[], changes: FrontChanges): number {
  let best = Number.POSITIVE_INFINITY
  for (let choice = 0; choice < 1 << sets.length; choice++) {
    const given = sets.reduce((mask, set, s) => ((choice >> s) & 1 ? mask | set : mask), 0)
    const missing = bits(held & ~given)
    const added = bits(given & ~held)
    if ((changes === 'remove' && added > 0) || (changes === 'add' && missing > 0)) continue
    best = Math.min(best, missing + added)
  }
  return best
}

function bits(mask: number): number {
  let count = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++
  return count
}
