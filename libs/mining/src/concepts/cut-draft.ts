import { CandidateCounter } from '../policy/count-candidate.ts'
import { cutCandidate, type LeftOut } from '../policy/cut-candidate.ts'
import type { PoliciesInForce } from '../policy/policies-in-force.ts'
import type { Snapshot } from '../snapshot.ts'
import type { DraftRole } from './role-book.ts'
import type { RolePopulation } from './role-population.ts'

/** A role after policies were applied. */
interface CutDraft {
  readonly draft: DraftRole
  readonly leftOut: readonly LeftOut[]
}

/** An entitlement that less than half of the members hold is not part of a role, after unused access is removed. */
const leastCoverage = 0.5

/**
 * Applies the policies to the roles of a population, in their order. Roles that become identical are merged: the one with more members
 * stays, of equal ones the first.
 * @param tightness the least percentage of a role's entitlements that a member holds
 */
export function cutDrafts(
  snapshot: Snapshot,
  population: RolePopulation,
  drafts: readonly DraftRole[],
  policies: PoliciesInForce | undefined,
  tightness: number,
): CutDraft[] {
  if (policies === undefined) return drafts.map((draft) => ({ draft, leftOut: [] }))
  const cutter = new DraftCutter(snapshot, population, policies, tightness)
  const cut = drafts.flatMap((draft) => cutter.cut(draft) ?? [])
  const largest = new Map<string, CutDraft>()
  for (const one of cut) {
    const key = one.draft.entitlements.join()
    const other = largest.get(key)
    if (other === undefined || other.draft.members.length < one.draft.members.length) largest.set(key, one)
  }
  return cut.filter((one) => one.leftOut.length === 0 || largest.get(one.draft.entitlements.join()) === one)
}

/** Applies the policies to the drafts of one population. */
class DraftCutter {
  readonly #population: RolePopulation
  readonly #policies: PoliciesInForce
  readonly #counter: CandidateCounter
  readonly #tightness: number
  readonly #held: Uint16Array

  constructor(snapshot: Snapshot, population: RolePopulation, policies: PoliciesInForce, tightness: number) {
    this.#population = population
    this.#policies = policies
    this.#counter = new CandidateCounter(snapshot, policies)
    this.#tightness = tightness
    this.#held = new Uint16Array(population.graph.personCount)
  }

  /**
   * Applies the policies to one draft. Members who hold too little of the remaining entitlements are removed, and the rest is cut again,
   * until nothing changes. So the proposed role complies with every policy. Undefined when policies leave too little.
   */
  cut(draft: DraftRole): CutDraft | undefined {
    const { persons, kept } = this.#population
    const leftOut: LeftOut[] = []
    let { members, entitlements } = draft
    for (;;) {
      const identities = members.map((person) => persons[person]!)
      const ordinals = entitlements.map((e) => kept[e]!)
      const cut = cutCandidate(this.#counter.count(identities, ordinals, leastCoverage), this.#policies)
      leftOut.push(...cut.leftOut)
      if (cut.kept.length === 0 || cut.refusedBy !== undefined) return undefined
      if (cut.leftOut.length === 0) break
      const left = Uint32Array.from(cut.kept, (at) => entitlements[at]!)
      entitlements = left
      members = this.#stillMembers(members, left)
    }
    return { draft: leftOut.length === 0 ? draft : { ...draft, members, entitlements }, leftOut }
  }

  #stillMembers(members: Uint32Array, entitlements: Uint32Array): Uint32Array {
    const { columnOffset, columnPerson } = this.#population.graph
    const held = this.#held
    for (const e of entitlements) {
      for (let at = columnOffset[e]!; at < columnOffset[e + 1]!; at++) held[columnPerson[at]!]!++
    }
    const least = Math.max(1, Math.ceil((this.#tightness * entitlements.length) / 100 - 1e-9))
    const left = members.filter((person) => held[person]! >= least)
    for (const e of entitlements) {
      for (let at = columnOffset[e]!; at < columnOffset[e + 1]!; at++) held[columnPerson[at]!] = 0
    }
    return left
  }
}
