import type { Snapshot } from '../snapshot.ts'
import type { GrowthRules } from './grow-core.ts'
import type { MatchableRole, RoleMatch } from './match-roles.ts'
import type { RoleGraph } from './role-graph.ts'
import type { ProposedRole } from './role-impact.ts'

// Slow and obvious: sets, arrays and loops over everything, written from the definitions in docs/mining.md.

export function heldBy(snapshot: Snapshot): ReadonlySet<number>[] {
  return range(snapshot.identityCount).map(
    (i) => new Set(snapshot.rowEntitlement.subarray(snapshot.rowOffset[i], snapshot.rowOffset[i + 1])),
  )
}

export function plainlyGrow(
  graph: RoleGraph,
  rules: GrowthRules,
  seed: readonly number[],
  near: readonly number[],
): { entitlements: number[]; members: number[] } | undefined {
  const held = range(graph.personCount).map(
    (p) => new Set(graph.rowEntitlement.subarray(graph.rowOffset[p], graph.rowOffset[p + 1])),
  )
  const holders = (e: number) => held.filter((row) => row.has(e)).length
  const membersOf = (set: readonly number[]) => {
    const needed = Math.max(2, Math.floor(set.length / 2) + 1, Math.ceil(set.length * rules.tightness - 1e-9))
    return range(graph.personCount).filter((p) => set.filter((e) => held[p]!.has(e)).length >= needed)
  }
  const least = (best: number, slack: number, trials: number) =>
    best - slack - 2 * Math.sqrt((best * (1 - best) + 0.02) / trials)
  let set = [...seed]
  for (let step = 0; step < 8; step++) {
    const members = membersOf(set)
    if (members.length < rules.minSupport) return undefined
    const coverage = (e: number) => members.filter((p) => held[p]!.has(e)).length / members.length
    const precision = (e: number) => (coverage(e) * members.length) / holders(e)
    const enough = Math.max(1, Math.ceil(rules.tightness * members.length - 1e-9)) / members.length
    const passing = set.filter((e) => coverage(e) >= enough - 1e-12)
    const bestCoverage = Math.max(0, ...passing.map(coverage))
    const bestPrecision = Math.max(0, ...passing.map(precision))
    const next = range(graph.entitlementCount).filter(
      (e) =>
        (seed.includes(e) || near.includes(e)) &&
        coverage(e) >= enough - 1e-12 &&
        coverage(e) >= least(bestCoverage, 0.15, members.length) - 1e-12 &&
        precision(e) >= least(bestPrecision, rules.precisionSlack, holders(e)) - 1e-12,
    )
    if (next.length < 2) return undefined
    if (next.length === set.length && next.every((e) => set.includes(e))) return { entitlements: next, members }
    set = next
  }
  const members = membersOf(set)
  return members.length < rules.minSupport ? undefined : { entitlements: set, members }
}

export function plainImpact(snapshot: Snapshot, role: ProposedRole) {
  const held = heldBy(snapshot)
  const members = new Set(Array.from(role.identities))
  const entitlements = [...new Set(Array.from(role.entitlements))].sort((a, b) => a - b)
  const pairs = range(snapshot.identityCount).flatMap((i) => entitlements.map((e) => [i, e] as const))
  return {
    stays: pairs.filter(([i, e]) => members.has(i) && held[i]!.has(e)).length,
    gains: pairs.filter(([i, e]) => members.has(i) && !held[i]!.has(e)),
    loses: pairs.filter(([i, e]) => !members.has(i) && held[i]!.has(e)),
    unchanged: [...members].filter((i) => entitlements.every((e) => held[i]!.has(e))).length,
  }
}

/** Always takes the most similar remaining pair. */
export function plainMatches(before: readonly MatchableRole[], after: readonly MatchableRole[]): RoleMatch[] {
  const cells = (role: MatchableRole) =>
    new Set(Array.from(role.identities).flatMap((i) => Array.from(role.entitlements, (e) => `${i},${e}`)))
  const matches: RoleMatch[] = []
  for (;;) {
    let best: RoleMatch | undefined
    for (const [b, one] of before.entries()) {
      for (const [a, other] of after.entries()) {
        if (matches.some((m) => m.before === b || m.after === a)) continue
        const both = [...cells(one)].filter((cell) => cells(other).has(cell)).length
        const similarity = both / (cells(one).size + cells(other).size - both)
        if (both > 0 && similarity >= 0.5 && (best === undefined || similarity > best.similarity)) {
          best = { before: b, after: a, similarity }
        }
      }
    }
    if (best === undefined) return matches.sort((x, y) => x.before - y.before)
    matches.push(best)
  }
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}
