import type { AccessRows } from './reduce-access.ts'
import { accessOf } from './testing-access.ts'

/**
 * The fewest roles of a tiny access, by trying all sets of maximal full rectangles. It follows the definition and uses no
 * shortcut.
 */
export function fewestRolesByTrying(
  access: AccessRows,
  forbidden: readonly (readonly [number, number])[] = [],
): number {
  const holds = (i: number, e: number) => rowOf(access, i).includes(e)
  const grants: [number, number][] = []
  for (let i = 0; i < access.identityCount; i++) for (const e of rowOf(access, i)) grants.push([i, e])
  const sets = new Set<bigint>()
  for (let mask = 1; mask < 1 << access.entitlementCount; mask++) {
    const columns = Array.from({ length: access.entitlementCount }, (_, e) => e).filter((e) => (mask >> e) & 1)
    if (forbidden.some(([a, b]) => columns.includes(a) && columns.includes(b))) continue
    let bits = 0n
    grants.forEach(([i, e], g) => {
      if (columns.includes(e) && columns.every((c) => holds(i, c))) bits |= 1n << BigInt(g)
    })
    if (bits !== 0n) sets.add(bits)
  }
  const all = (1n << BigInt(grants.length)) - 1n
  let reached = new Set<bigint>([0n])
  for (let count = 0; ; count++) {
    if (reached.has(all)) return count
    const next = new Set<bigint>()
    for (const covered of reached) {
      const uncovered = all & ~covered
      const first = uncovered & -uncovered
      for (const set of sets) if ((set & first) !== 0n) next.add(covered | set)
    }
    reached = next
  }
}

export function rowOf({ rowOffset, rowEntitlement }: AccessRows, identity: number): number[] {
  return [...rowEntitlement.subarray(rowOffset[identity], rowOffset[identity + 1])]
}

/** Access whose row i has the bits of `rows[i]`. */
export function accessOfMasks(rows: readonly number[], entitlementCount: number): AccessRows {
  const identity: number[] = []
  const entitlement: number[] = []
  rows.forEach((row, i) => {
    for (let e = 0; e < entitlementCount; e++) {
      if (((row >> e) & 1) === 0) continue
      identity.push(i)
      entitlement.push(e)
    }
  })
  const counts = { identityCount: rows.length, entitlementCount }
  return accessOf(Uint32Array.from(identity), Uint32Array.from(entitlement), counts)
}
