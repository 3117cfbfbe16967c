import type { DraftRole } from './role-book.ts'
import type { RoleGraph } from './role-graph.ts'
import type { TightnessPoint } from './role-result.ts'

/** What a description may prescribe, in percent. Below one half a role's exceptions outnumber its grants. */
const grid = [50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100]

/** Naming m things out of n costs about m (log2(n / m) + log2 e) bits. */
const log2e = Math.log2(Math.E)

/**
 * The description length of the population at each tightness of the grid, in bits, if everyone who holds that much of a
 * role were its member: the memberships, the grants missing inside roles, and the grants that stay outside. Naming the
 * roles' entitlements costs the same at each. Grants that two roles explain count for both.
 */
export function tightnessCurve(graph: RoleGraph, roles: readonly DraftRole[], unexplained: number): TightnessPoint[] {
  const grants = graph.rowEntitlement.length
  const standing = roles.map(({ entitlements }) => standingAt(graph, entitlements))
  const { cells, missing } = exceptions(roles, standing)
  const ofGrant = bits(graph.personCount * graph.entitlementCount, unexplained)
  const ofMissing = bits(cells, missing)
  return grid.map((tightness) => {
    let length = 0
    let explained = 0
    for (const at of standing) {
      const k = at.length - 1
      let members = 0
      let held = 0
      for (let j = Math.max(1, Math.ceil((tightness * k) / 100 - 1e-9)); j <= k; j++) {
        members += at[j]
        held += j * at[j]
      }
      explained += held
      length += members * bits(graph.personCount, members) + (members * k - held) * ofMissing
    }
    return { tightness, descriptionLength: Math.round(length + (grants - Math.min(grants, explained)) * ofGrant) }
  })
}

/** The highest tightness of those with the shortest description. */
export function prescribedOf(curve: readonly TightnessPoint[]): number {
  let best = curve[0]
  for (const point of curve) if (point.descriptionLength <= best.descriptionLength) best = point
  return best.tightness
}

function bits(places: number, things: number): number {
  return things === 0 ? log2e : Math.log2(Math.max(1, places / things)) + log2e
}

/** How many persons hold 0, 1, 2 .. of a set. */
function standingAt({ columnOffset, columnPerson, personCount }: RoleGraph, entitlements: Uint32Array): Uint32Array {
  const held = (scratch.length < personCount ? (scratch = new Uint16Array(personCount)) : scratch) as Uint16Array
  const standing = new Uint32Array(entitlements.length + 1)
  for (const e of entitlements) {
    for (let at = columnOffset[e]; at < columnOffset[e + 1]; at++) {
      const level = held[columnPerson[at]]++
      standing[level]--
      standing[level + 1]++
    }
  }
  standing[0] = 0
  for (const e of entitlements)
    for (let at = columnOffset[e]; at < columnOffset[e + 1]; at++) held[columnPerson[at]] = 0
  return standing
}

let scratch = new Uint16Array(0)

/** Cells of the roles as they are drawn, and how many of them hold no grant. */
function exceptions(roles: readonly DraftRole[], standing: readonly Uint32Array[]): { cells: number; missing: number } {
  let cells = 0
  let missing = 0
  for (const [r, { entitlements, members }] of roles.entries()) {
    const k = entitlements.length
    cells += members.length * k
    let left = members.length
    for (let j = k; j > 0 && left > 0; j--) {
      const here = Math.min(left, standing[r][j])
      missing += here * (k - j)
      left -= here
    }
  }
  return { cells, missing }
}
