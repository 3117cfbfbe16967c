import { identityStatuses, type Snapshot } from '@assay/mining'
import type { CompiledPolicies } from './compile-policies.ts'
import { isUnusedGrant, newestDayOf, today } from './unused-grants.ts'

/** Where a list of breaches stands: the place of the policy in the list, the identity's ordinal, and the grant's. */
export type BreachPosition = readonly [policy: number, identity: number, grant: number]

/** Something in the data that a policy does not allow, by ordinals of the snapshot. */
export type PresentBreach =
  | {
      readonly kind: 'separation'
      readonly policy: number
      readonly identity: number
      /** What the identity is assigned that is, or gives, something of each set. */
      readonly first: readonly number[]
      readonly second: readonly number[]
      readonly position: BreachPosition
    }
  | {
      readonly kind: 'unused'
      readonly policy: number
      readonly identity: number
      readonly entitlement: number
      /** In days since 1970; 0 when the usage of the application tells that there was none. */
      readonly lastUsedDay: number
      readonly position: BreachPosition
    }

interface BreachQuery {
  /** Places of policies; undefined: all. */
  readonly policies?: ReadonlySet<number> | undefined
  /** Ordinal; undefined: everybody. */
  readonly identity?: number | undefined
  readonly after?: BreachPosition | undefined
}

/**
 * The breaches in the data, by policy in the order of their ids, then by person in the order of the directory. Exceptions in
 * force are left out, and so are identities that are not enabled, of unused access: their access is to go altogether. Read
 * lazily: whoever takes a page does the work of that page.
 */
export function* presentBreaches(
  snapshot: Snapshot,
  compiled: CompiledPolicies,
  { policies, identity, after }: BreachQuery = {},
): Generator<PresentBreach, void> {
  const [start, from, grant] = after ?? [-1, -1, -1]
  for (let policy = Math.max(start, 0); policy < compiled.names.length; policy++) {
    if (policies !== undefined && !policies.has(policy)) continue
    const isResumed = policy === start
    const first = identity ?? (isResumed ? Math.max(from, 0) : 0)
    const last = identity ?? snapshot.identityCount - 1
    const position = isResumed ? { identity: from, grant } : { identity: -1, grant: -1 }
    yield* separationBreaches(snapshot, compiled, policy, first, last, position)
    yield* unusedBreaches(snapshot, compiled, policy, first, last, position)
  }
}

interface Resumed {
  readonly identity: number
  readonly grant: number
}

function* separationBreaches(
  { rowOffset, rowEntitlement, identityKey, identityStatus }: Snapshot,
  { separation }: CompiledPolicies,
  policy: number,
  first: number,
  last: number,
  resumed: Resumed,
): Generator<PresentBreach, void> {
  const rule = separation.find((one) => one.policy === policy)
  if (rule === undefined) return
  const { sides, excepted } = rule
  for (let identity = first; identity <= last; identity++) {
    if (identity <= resumed.identity || identityStatus[identity] === identityStatuses.deleted) continue
    const start = rowOffset[identity]
    const end = rowOffset[identity + 1]
    if (sidesOf(rowEntitlement, start, end, sides) !== 3 || excepted.has(identityKey[identity])) continue
    const held = [...rowEntitlement.subarray(start, end)]
    yield {
      kind: 'separation',
      policy,
      identity,
      first: held.filter((e) => (sides[e] & 1) !== 0),
      second: held.filter((e) => (sides[e] & 2) !== 0),
      position: [policy, identity, -1],
    }
  }
}

function* unusedBreaches(
  snapshot: Snapshot,
  { unused }: CompiledPolicies,
  policy: number,
  first: number,
  last: number,
  resumed: Resumed,
): Generator<PresentBreach, void> {
  const rule = unused.find((one) => one.policy === policy)
  if (rule === undefined) return
  const { rowOffset, rowEntitlement, lastUsedDay, identityStatus } = snapshot
  const newest = newestDayOf(snapshot, rule.reachDay, today())
  for (let identity = first; identity <= last; identity++) {
    if (identityStatus[identity] !== identityStatuses.enabled) continue
    for (let at = rowOffset[identity]; at < rowOffset[identity + 1]; at++) {
      if (identity === resumed.identity && at <= resumed.grant) continue
      if (!isUnusedGrant(snapshot, rule, newest, identity, at)) continue
      const entitlement = rowEntitlement[at]
      const position = [policy, identity, at] as const
      yield { kind: 'unused', policy, identity, entitlement, lastUsedDay: lastUsedDay?.[at] ?? 0, position }
    }
  }
}

/** A row loop as a function of its own, which the compiler keeps tight. */
function sidesOf(row: Uint32Array, start: number, end: number, sides: Uint8Array): number {
  let held = 0
  for (let at = start; at < end; at++) held |= sides[row[at]]
  return held
}
