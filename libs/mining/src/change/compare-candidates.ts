import { type MemberSketch, sharedMembers } from './member-sketch.ts'

/** A stored candidate of a run. */
export interface KeptCandidate {
  readonly id: string
  readonly size: number
  /** Keys of its entitlements. */
  readonly entitlements: readonly number[]
  readonly members: MemberSketch
  /** The digest of all members; absent for candidates that were stored before digests existed. */
  readonly memberDigest?: string | undefined
}

/** How a candidate changed from one run to a later one. */
export type CandidateFate = 'new' | 'gone' | 'grown' | 'shrunk' | 'changed' | 'renamed' | 'same'

export interface CandidateChange<Candidate> {
  readonly fate: CandidateFate
  readonly before?: Candidate
  readonly after?: Candidate
  /** The share of the cells of either candidate that both have, 0 to 1. Cells are people times entitlements. */
  readonly similarity: number
  /** For a new or removed candidate: the candidate of the other run that has most of its cells, if there is one. */
  readonly toldBy?: Candidate
}

/** Candidates with a lower similarity are different candidates. */
const leastSimilarity = 0.5

/** A candidate is covered by another one that has more than this share of its cells. */
const mostlyTold = 0.5

/**
 * Compares two lists of candidates. Candidates with the same id are the same. Of the rest, two candidates that share at least half of
 * their cells count as one that was renamed: the most similar pair first, each candidate once, ties by ids. Grown and shrunk refer to
 * cells. The result is in the order of `after`, followed by removed candidates in the order of `before`.
 */
export function compareCandidates<Candidate extends KeptCandidate>(
  before: readonly Candidate[],
  after: readonly Candidate[],
): CandidateChange<Candidate>[] {
  const old = new Map(before.map((one) => [one.id, one]))
  const ids = new Set(after.map(({ id }) => id))
  const gone = before.filter(({ id }) => !ids.has(id))
  const fresh = after.filter(({ id }) => !old.has(id))
  const renamed = matchRest(gone, fresh)
  const toldBefore = tellersAmong(before)
  const toldAfter = tellersAmong(after)
  const changes = after.map((one): CandidateChange<Candidate> => {
    const same = old.get(one.id)
    if (same !== undefined)
      return { fate: fateOf(same, one), before: same, after: one, similarity: similarityOf(same, one) }
    const match = renamed.get(one.id)
    return match === undefined
      ? { fate: 'new', after: one, similarity: 0, ...toldBefore(one) }
      : { fate: 'renamed', before: match.before, after: one, similarity: match.similarity }
  })
  const found = new Set([...renamed.values()].map((match) => match.before.id))
  const left = gone.filter(({ id }) => !found.has(id))
  return [...changes, ...left.map((one) => ({ fate: 'gone' as const, before: one, similarity: 0, ...toldAfter(one) }))]
}

function fateOf(before: KeptCandidate, after: KeptCandidate): CandidateFate {
  const cells = (one: KeptCandidate) => one.size * one.entitlements.length
  if (cells(after) !== cells(before)) return cells(after) > cells(before) ? 'grown' : 'shrunk'
  return isSame(before, after) ? 'same' : 'changed'
}

function isSame(before: KeptCandidate, after: KeptCandidate): boolean {
  // A sketch of many members does not show the exchange of a single member.
  if (
    before.memberDigest !== undefined &&
    after.memberDigest !== undefined &&
    before.memberDigest !== after.memberDigest
  )
    return false
  return similarityOf(before, after) === 1
}

function similarityOf(a: KeptCandidate, b: KeptCandidate): number {
  const own = new Set(a.entitlements)
  const shared = b.entitlements.reduce((sum, key) => sum + (own.has(key) ? 1 : 0), 0)
  return shared === 0 ? 0 : shareOfCells(a, b, sharedMembers(a, b).both * shared)
}

function shareOfCells(a: KeptCandidate, b: KeptCandidate, shared: number): number {
  return shared / (a.size * a.entitlements.length + b.size * b.entitlements.length - shared)
}

function byEntitlementOf<Candidate extends KeptCandidate>(candidates: readonly Candidate[]): Map<number, Candidate[]> {
  const byEntitlement = new Map<number, Candidate[]>()
  for (const one of candidates) {
    for (const key of one.entitlements) {
      const others = byEntitlement.get(key)
      if (others === undefined) byEntitlement.set(key, [one])
      else others.push(one)
    }
  }
  return byEntitlement
}

/**
 * Finds the candidate that has the most cells of another candidate, if it has most of them; of equal candidates the one with the smallest
 * id.
 */
function tellersAmong<Candidate extends KeptCandidate>(candidates: readonly Candidate[]) {
  let byEntitlement: Map<number, Candidate[]> | undefined
  return (one: Candidate): { readonly toldBy?: Candidate } => {
    byEntitlement ??= byEntitlementOf(candidates)
    const shared = sharedEntitlements(one, byEntitlement)
    let most = mostlyTold * one.size * one.entitlements.length
    let toldBy: Candidate | undefined
    for (const [other, entitlements] of shared) {
      if (Math.min(one.size, other.size) * entitlements < most) continue
      const cells = sharedMembers(one, other).both * entitlements
      if (cells < most || (cells === most && (toldBy === undefined || toldBy.id < other.id))) continue
      most = cells
      toldBy = other
    }
    return toldBy === undefined ? {} : { toldBy }
  }
}

/** The candidates that share entitlements with one candidate, and how many they share. */
function sharedEntitlements<Candidate extends KeptCandidate>(
  one: Candidate,
  byEntitlement: ReadonlyMap<number, readonly Candidate[]>,
): Map<Candidate, number> {
  const shared = new Map<Candidate, number>()
  for (const key of one.entitlements) {
    for (const other of byEntitlement.get(key) ?? []) shared.set(other, (shared.get(other) ?? 0) + 1)
  }
  return shared
}

function matchRest<Candidate extends KeptCandidate>(gone: readonly Candidate[], fresh: readonly Candidate[]) {
  const byEntitlement = byEntitlementOf(gone)
  const pairs: { before: Candidate; after: Candidate; similarity: number }[] = []
  for (const after of fresh) {
    for (const [before, entitlements] of sharedEntitlements(after, byEntitlement)) {
      // At best both have all members of the smaller candidate. This bound avoids a comparison of the members for most pairs.
      const most = shareOfCells(before, after, Math.min(before.size, after.size) * entitlements)
      if (most < leastSimilarity) continue
      const similarity = shareOfCells(before, after, sharedMembers(before, after).both * entitlements)
      if (similarity >= leastSimilarity) pairs.push({ before, after, similarity })
    }
  }
  pairs.sort(
    (a, b) => b.similarity - a.similarity || compare(a.before.id, b.before.id) || compare(a.after.id, b.after.id),
  )
  const matched = new Map<string, { readonly before: Candidate; readonly similarity: number }>()
  const taken = new Set<string>()
  for (const { before, after, similarity } of pairs) {
    if (taken.has(before.id) || matched.has(after.id)) continue
    taken.add(before.id)
    matched.set(after.id, { before, similarity })
  }
  return matched
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
