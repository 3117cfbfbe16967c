import {
  type CohortSuggestion,
  changesBetween,
  cohortMembers,
  compareCandidates,
  memberDigest,
  memberSketch,
  mineCohorts,
  rowsFromGrants,
  type SnapshotParts,
  snapshotOf,
} from '@assay/mining'
import { LoadReasons, type RunCandidate } from '@assay/role-mining'
import { mulberry32 } from './organisation-draft.ts'

/** The same access with a share of the grants moved to other people. */
function withMovedGrants(parts: SnapshotParts, share: number, seed: number): SnapshotParts {
  // Another random stream than that of the organisation.
  const random = mulberry32(seed ^ 0x2545f491)
  const identityCount = parts.identityKey.length
  const identity = new Uint32Array(parts.rowEntitlement.length)
  for (let i = 0; i < identityCount; i++) {
    for (let at = parts.rowOffset[i]!; at < parts.rowOffset[i + 1]!; at++) {
      identity[at] = random() < share ? Math.floor(random() * identityCount) : i
    }
  }
  const rows = rowsFromGrants(
    { identityCount, entitlementCount: parts.entitlementKey.length },
    { identity, entitlement: parts.rowEntitlement },
  )
  const { lastUsedDay: _, ...others } = parts
  return { ...others, ...rows }
}

/**
 * The share of the suggestions after a move that did not exist before. A suggestion is the same when it has the same filters and its
 * entitlements have a Jaccard similarity of 0.8.
 */
export function changedByMove(parts: SnapshotParts, share: number, seed: number): number {
  const before = new Map<string, (readonly number[])[]>()
  for (const one of mined(parts)) {
    const key = keyOf(one)
    before.set(key, [...(before.get(key) ?? []), entitlementsOf(one)])
  }
  const after = mined(withMovedGrants(parts, share, seed))
  const isNew = (one: CohortSuggestion) =>
    !(before.get(keyOf(one)) ?? []).some((entitlements) => jaccard(entitlements, entitlementsOf(one)) >= 0.8)
  return after.filter(isNew).length / Math.max(1, after.length)
}

/** The comparison of the two runs of a move: each changed suggestion, with its reasons in words. */
export function toldChanges(parts: SnapshotParts, share: number, seed: number): readonly (readonly string[])[] {
  const moved = withMovedGrants(parts, share, seed)
  const load = {
    importId: '2',
    previousImportId: '1',
    measuredAt: new Date(0),
    changes: changesBetween(snapshotOf(parts), snapshotOf(moved)),
  }
  const reasons = new LoadReasons([load], {
    isForward: true,
    isSameLoad: false,
    isWhole: true,
    differences: [],
    policyDifferences: [],
    nameOf: (key) => `entitlement ${key}`,
  })
  return compareCandidates(candidates(parts), candidates(moved))
    .filter(({ fate }) => fate !== 'same')
    .map((change) => {
      const had = new Set(change.before?.entitlements)
      const has = new Set(change.after?.entitlements)
      const entitlementsAdded = change.before === undefined ? [] : [...has.difference(had)]
      const entitlementsRemoved = change.after === undefined ? [] : [...had.difference(has)]
      return reasons.of({ ...change, entitlementsAdded, entitlementsRemoved })
    })
}

/** The candidates as a run stores them. */
function candidates(parts: SnapshotParts): RunCandidate[] {
  const snapshot = snapshotOf(parts)
  const seen = new Map<string, number>()
  return mined(parts).map((one) => {
    const { filters, entitlements, confidence } = one
    const name = keyOf(one)
    const times = seen.get(name) ?? 0
    seen.set(name, times + 1)
    const keys = cohortMembers(snapshot, filters).map((ordinal) => snapshot.identityKey[ordinal]!)
    return {
      id: `${name}#${times}`,
      name,
      filters: filters.map(({ attribute, values }) => ({ attribute, values: [...values] })),
      size: keys.length,
      entitlements: entitlements.map(({ entitlement }) => snapshot.entitlementKey[entitlement]!),
      confidence,
      members: memberSketch(keys),
      memberDigest: memberDigest(keys),
    }
  })
}

function mined(parts: SnapshotParts): readonly CohortSuggestion[] {
  return mineCohorts(snapshotOf(parts), { maxSuggestions: 1_000_000 }).suggestions
}

function keyOf({ filters }: CohortSuggestion): string {
  return filters.map(({ attribute, values }) => `${attribute}=${values[0]!.toLowerCase()}`).join('&')
}

function entitlementsOf({ entitlements }: CohortSuggestion): readonly number[] {
  return entitlements.map(({ entitlement }) => entitlement)
}

function jaccard(a: readonly number[], b: readonly number[]): number {
  const other = new Set(b)
  const both = a.filter((e) => other.has(e)).length
  return both / (a.length + b.length - both)
}
