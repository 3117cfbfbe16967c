import type { PoliciesInForce, PolicyStep } from './policies-in-force.ts'

/** The counts of a candidate: how many of its members hold each entitlement. Lists are parallel. */
export interface CandidateCounts {
  readonly memberCount: number
  /** Ordinals, without duplicates. */
  readonly entitlements: Uint32Array
  /** The number of members who hold it today. */
  readonly held: Uint32Array
  /** The number of these members whose use counts; equal to `held` without a policy on unused access. */
  readonly counted: Uint32Array
  /** For an entitlement with holders that do not count: 1 + the position of the policy that excludes most of them; else 0. */
  readonly unusedBy?: Uint16Array | undefined
  /** The least share of the members, 0 to 1. An entitlement below it is not proposed after unused access is removed. */
  readonly leastCoverage: number
}

/** An entitlement that a policy removed, with the figures behind it. */
export interface LeftOut {
  readonly entitlement: number
  readonly step: PolicyStep
  /** The position in the list of policies. */
  readonly policy: number
  readonly held: number
  readonly counted: number
}

/** A candidate after policies were applied. */
export interface PolicyCut {
  /** The positions of the remaining entitlements in the candidate, ascending. */
  readonly kept: readonly number[]
  /** In the order in which they were removed. */
  readonly leftOut: readonly LeftOut[]
  /** The policy that refuses the rest because of its size; undefined when the candidate may be proposed or is empty. */
  readonly refusedBy: number | undefined
}

/**
 * Applies the policies to a candidate, in the order protected, unused, separation, budget, size. Separation keeps the side with the
 * larger sum of coverage; if they are equal, the side with the smallest id. The budget removes the entitlement with the lowest coverage,
 * of equal ones the largest id, until the candidate is within it. The same counts and policies give the same result.
 */
export function cutCandidate(counts: CandidateCounts, policies: PoliciesInForce): PolicyCut {
  const cut = new Cutting(counts, policies)
  cut.protect()
  cut.dropUnused()
  cut.separate()
  cut.spend()
  return { kept: cut.kept, leftOut: cut.leftOut, refusedBy: cut.refusal() }
}

class Cutting {
  kept: number[]
  readonly leftOut: LeftOut[] = []
  private readonly counts: CandidateCounts
  private readonly policies: PoliciesInForce

  constructor(counts: CandidateCounts, policies: PoliciesInForce) {
    this.counts = counts
    this.policies = policies
    this.kept = Array.from(counts.entitlements.keys())
  }

  protect(): void {
    const { memberCount, entitlements, held } = this.counts
    for (const { policy, isProtected, leastCoverage } of this.policies.protection) {
      this.leaveOut('protected', (at) => {
        if (isProtected[entitlements[at]!] === 0) return undefined
        const isCovered =
          leastCoverage !== undefined && memberCount > 0 && held[at]! * 10_000 >= leastCoverage * memberCount
        return isCovered ? undefined : policy
      })
    }
  }

  dropUnused(): void {
    const { memberCount, held, counted, unusedBy, leastCoverage } = this.counts
    if (unusedBy === undefined) return
    this.leaveOut('unused', (at) => {
      if (unusedBy[at] === 0 || counted[at] === held[at]) return undefined
      const isEnough = counted[at]! > 0 && counted[at]! >= leastCoverage * memberCount
      return isEnough ? undefined : unusedBy[at]! - 1
    })
  }

  separate(): void {
    const { entitlements } = this.counts
    for (const { policy, sides } of this.policies.separation) {
      // A group that gives entitlements of both sets is a toxic pair alone.
      this.leaveOut('separation', (at) => (sides[entitlements[at]!] === 3 ? policy : undefined))
      const first = this.kept.filter((at) => sides[entitlements[at]!] === 1)
      const second = this.kept.filter((at) => sides[entitlements[at]!] === 2)
      if (first.length === 0 || second.length === 0) continue
      const loser = this.staysBefore(first, second) ? 2 : 1
      this.leaveOut('separation', (at) => (sides[entitlements[at]!] === loser ? policy : undefined))
    }
  }

  private staysBefore(first: readonly number[], second: readonly number[]): boolean {
    const { counted, entitlements } = this.counts
    const { idRank } = this.policies
    const sum = (side: readonly number[]) => side.reduce((all, at) => all + counted[at]!, 0)
    const smallest = (side: readonly number[]) => Math.min(...side.map((at) => idRank[entitlements[at]!]!))
    const difference = sum(first) - sum(second)
    return difference !== 0 ? difference > 0 : smallest(first) < smallest(second)
  }

  spend(): void {
    const { entitlements, held, counted } = this.counts
    const { idRank, budgets } = this.policies
    if (budgets.length === 0) return
    const order = this.kept.toSorted(
      (a, b) => counted[a]! - counted[b]! || idRank[entitlements[b]!]! - idRank[entitlements[a]!]!,
    )
    const spent = budgets.map(({ privilegedWeight }) =>
      this.kept.reduce((sum, at) => sum + this.gains(at, privilegedWeight), 0),
    )
    const dropped = new Map<number, number>()
    for (const at of order) {
      const over = budgets.findIndex((budget, b) => this.isOver(budget, spent[b]!, this.kept.length - dropped.size))
      if (over < 0) break
      dropped.set(at, budgets[over]!.policy)
      for (const [b, { privilegedWeight }] of budgets.entries()) spent[b]! -= this.gains(at, privilegedWeight)
    }
    for (const [at, policy] of dropped)
      this.leftOut.push({
        entitlement: entitlements[at]!,
        step: 'budget',
        policy,
        held: held[at]!,
        counted: counted[at]!,
      })
    this.kept = this.kept.filter((at) => !dropped.has(at))
  }

  private isOver({ mostShare, mostGrants }: PoliciesInForce['budgets'][number], spent: number, left: number): boolean {
    if (mostGrants !== undefined && spent > mostGrants) return true
    return mostShare !== undefined && spent * 10_000 > mostShare * this.counts.memberCount * left
  }

  private gains(at: number, privilegedWeight: number): number {
    const { memberCount, entitlements, held } = this.counts
    const weight = this.policies.isPrivileged[entitlements[at]!] === 1 ? privilegedWeight : 1
    return weight * (memberCount - held[at]!)
  }

  refusal(): number | undefined {
    if (this.kept.length === 0) return undefined
    return this.policies.sizes.find(
      ({ fewestMembers, fewestEntitlements }) =>
        this.counts.memberCount < fewestMembers || this.kept.length < fewestEntitlements,
    )?.policy
  }

  /** @param by returns the policy that removes the entitlement at a position */
  private leaveOut(step: PolicyStep, by: (at: number) => number | undefined): void {
    const { entitlements, held, counted } = this.counts
    this.kept = this.kept.filter((at) => {
      const policy = by(at)
      if (policy === undefined) return true
      this.leftOut.push({ entitlement: entitlements[at]!, step, policy, held: held[at]!, counted: counted[at]! })
      return false
    })
  }
}
