import { type DraftRole, markAt } from './role-book.ts'
import type { RoleGraph } from './role-graph.ts'
import type { TightnessPoint } from './role-result.ts'

/** What a description may prescribe, in percent. Below one half a role's exceptions outnumber its grants. */
const grid = [50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100]

/** Naming m things out of n costs about m (log2(n / m) + log2 e) bits. */
const log2e = Math.log2(Math.E)

/**
 * The description length of the population in bits, at each tightness of the grid, if only those members stayed in a role who hold at least
 * that share of it. It is the sum of three parts: the memberships, each chosen among the role's peers; the missing grants inside roles; and
 * the grants outside roles. The names of the roles' entitlements cost the same at each tightness, so they are left out. A grant that two
 * roles explain counts for both. Each point also has the number of remaining memberships and of their missing grants.
 */
export function tightnessCurve(graph: RoleGraph, roles: readonly DraftRole[]): TightnessPoint[] {
  const standing = standingsOf(graph, roles)
  const { places, outside } = outsideOf(graph, roles)
  return grid.map((tightness) => {
    let length = 0
    let memberships = 0
    let missingGrants = 0
    let cells = 0
    let left = outside
    for (const [r, { peers }] of roles.entries()) {
      const at = standing[r]!
      const k = at.length - 1
      const needed = Math.max(1, Math.ceil((tightness * k) / 100 - 1e-9))
      let members = 0
      for (let j = 1; j <= k; j++) {
        if (j < needed) {
          left += at[j]! * j
        } else {
          members += at[j]!
          missingGrants += at[j]! * (k - j)
        }
      }
      length += members * bits(peers, members)
      memberships += members
      cells += members * k
    }
    length += missingGrants * bits(cells, missingGrants) + left * bits(places, left)
    return { tightness, descriptionLength: Math.round(length), memberships, missingGrants }
  })
}

/** The highest tightness of those with the shortest description. */
export function prescribedOf(curve: readonly TightnessPoint[]): number {
  let best = curve[0]!
  for (const point of curve) if (point.descriptionLength <= best.descriptionLength) best = point
  return best.tightness
}

function bits(places: number, things: number): number {
  return things === 0 ? log2e : Math.log2(Math.max(1, places / things)) + log2e
}

/** Of the entitlements that some role gives: pairs of any person with one of them, and the grants that no role explains. */
function outsideOf({ columnOffset, columnPerson, personCount }: RoleGraph, roles: readonly DraftRole[]) {
  const isExplained = new Uint8Array(columnPerson.length)
  const isMember = new Uint8Array(personCount)
  const given = new Set<number>()
  for (const { entitlements, members } of roles) {
    for (const person of members) isMember[person] = 1
    for (const e of entitlements) {
      given.add(e)
      markAt(columnPerson, columnOffset[e]!, columnOffset[e + 1]!, isMember, isExplained)
    }
    for (const person of members) isMember[person] = 0
  }
  let outside = 0
  for (const e of given)
    for (let at = columnOffset[e]!; at < columnOffset[e + 1]!; at++) outside += 1 - isExplained[at]!
  return { places: given.size * personCount, outside }
}

/** For each role how many of its members hold 0, 1, 2 .. of it. */
function standingsOf(
  { columnOffset, columnPerson, personCount }: RoleGraph,
  roles: readonly DraftRole[],
): Uint32Array[] {
  const held = new Uint16Array(personCount)
  return roles.map(({ entitlements, members }) => {
    for (const e of entitlements) tally(columnPerson, columnOffset[e]!, columnOffset[e + 1]!, held)
    const standing = new Uint32Array(entitlements.length + 1)
    for (const person of members) standing[held[person]!]!++
    for (const e of entitlements) clear(columnPerson, columnOffset[e]!, columnOffset[e + 1]!, held)
    return standing
  })
}

function tally(persons: Uint32Array, start: number, end: number, held: Uint16Array): void {
  for (let at = start; at < end; at++) held[persons[at]!]!++
}

function clear(persons: Uint32Array, start: number, end: number, held: Uint16Array): void {
  for (let at = start; at < end; at++) held[persons[at]!] = 0
}
