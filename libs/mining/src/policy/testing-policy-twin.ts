import type { CandidateCounts } from './cut-candidate.ts'
import type { PoliciesInForce } from './policies-in-force.ts'

interface PlainEntitlement {
  readonly entitlement: number
  readonly held: number
  readonly counted: number
  readonly unusedBy: number
}

interface PlainCut {
  readonly kept: readonly number[]
  readonly leftOut: readonly { readonly entitlement: number; readonly step: string; readonly policy: number }[]
  readonly refusedBy: number | undefined
}

/**
 * The slow, obvious twin of `cutCandidate`, written from docs/policies.md: it removes one entitlement at a time and counts everything
 * again each time.
 */
export function plainlyCut(counts: CandidateCounts, policies: PoliciesInForce): PlainCut {
  const { memberCount, leastCoverage } = counts
  let left: PlainEntitlement[] = [...counts.entitlements].map((entitlement, i) => ({
    entitlement,
    held: counts.held[i]!,
    counted: counts.counted[i]!,
    unusedBy: counts.unusedBy?.[i] ?? 0,
  }))
  const leftOut: { entitlement: number; step: string; policy: number }[] = []
  const drop = (one: PlainEntitlement, step: string, policy: number) => {
    left = left.filter((other) => other !== one)
    leftOut.push({ entitlement: one.entitlement, step, policy })
  }
  for (const { policy, isProtected, leastCoverage: least } of policies.protection) {
    for (const one of left.filter(({ entitlement }) => isProtected[entitlement] === 1)) {
      if (least === undefined || one.held / memberCount < least / 10_000) drop(one, 'protected', policy)
    }
  }
  for (const one of left.filter(({ unusedBy }) => unusedBy > 0)) {
    if (one.counted < one.held && (one.counted === 0 || one.counted / memberCount < leastCoverage)) {
      drop(one, 'unused', one.unusedBy - 1)
    }
  }
  for (const { policy, sides } of policies.separation) {
    for (const one of left.filter(({ entitlement }) => sides[entitlement] === 3)) drop(one, 'separation', policy)
    const of = (side: number) => left.filter(({ entitlement }) => sides[entitlement] === side)
    if (of(1).length === 0 || of(2).length === 0) continue
    const worth = (side: number) => of(side).reduce((sum, { counted }) => sum + counted, 0)
    const firstId = (side: number) => Math.min(...of(side).map(({ entitlement }) => policies.idRank[entitlement]!))
    const loser = worth(1) === worth(2) ? (firstId(1) < firstId(2) ? 2 : 1) : worth(1) > worth(2) ? 2 : 1
    for (const one of of(loser)) drop(one, 'separation', policy)
  }
  const weightOf = ({ entitlement }: PlainEntitlement, k: number) => (policies.isPrivileged[entitlement] === 1 ? k : 1)
  const broken = () =>
    policies.budgets.find(({ mostShare, mostGrants, privilegedWeight }) => {
      const gains = left.reduce((sum, one) => sum + weightOf(one, privilegedWeight) * (memberCount - one.held), 0)
      if (mostGrants !== undefined && gains > mostGrants) return true
      return mostShare !== undefined && gains * 10_000 > mostShare * memberCount * left.length
    })
  for (let over = broken(); over !== undefined && left.length > 0; over = broken()) {
    const fewest = Math.min(...left.map(({ counted }) => counted))
    const least = left.filter(({ counted }) => counted === fewest)
    const lastId = Math.max(...least.map(({ entitlement }) => policies.idRank[entitlement]!))
    const [one] = least.filter(({ entitlement }) => policies.idRank[entitlement] === lastId)
    drop(one!, 'budget', over.policy)
  }
  const size = policies.sizes.find(
    ({ fewestMembers, fewestEntitlements }) => memberCount < fewestMembers || left.length < fewestEntitlements,
  )
  return {
    kept: left.map(({ entitlement }) => entitlement),
    leftOut,
    refusedBy: left.length === 0 ? undefined : size?.policy,
  }
}
