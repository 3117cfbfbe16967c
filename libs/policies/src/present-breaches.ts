import { identityStatuses, type Snapshot } from '@assay/mining'
import type { CompiledPolicies } from './compile-policies.ts'
import { separatedEntitlements, sidesHeld } from './separated-entitlements.ts'
import { isUnusedGrant } from './unused-grants.ts'

/** A position in a list of breaches: the index of the policy, the ordinal of the identity, and the index of the grant. */
export type BreachPosition = readonly [policy: number, identity: number, grant: number]

/** Access in the data that a policy does not allow, by ordinals of the snapshot. */
export type PresentBreach =
  | {
      readonly kind: 'separation'
      readonly policy: number
      readonly identity: number
      /** Assigned entitlements that are in the first set or give one of it; `second` likewise. */
      readonly first: readonly number[]
      readonly second: readonly number[]
      readonly position: BreachPosition
    }
  | {
      readonly kind: 'unused'
      readonly policy: number
      readonly identity: number
      readonly entitlement: number
      /** In days since 1970; 0 when the usage of the application shows that there was none. */
      readonly lastUsedDay: number
      readonly position: BreachPosition
    }

interface BreachQuery {
  /** Indexes of policies; undefined for all. */
  readonly policies?: ReadonlySet<number> | undefined
  /** An ordinal; undefined for all identities. */
  readonly identity?: number | undefined
  /** For each identity 1 when the reader may see it; undefined for all. */
  readonly isVisible?: Uint8Array | undefined
  readonly after?: BreachPosition | undefined
}

/** This number of identities takes a few milliseconds. */
const identitiesAtATime = 10_000

/**
 * The breaches in the data, by policy in the order of their ids, then by person in the order of the directory. Exceptions in force are left
 * out. Unused access of identities that are not enabled is left out too, since all their access should be removed. It is a generator:
 * reading one page takes the work of one page.
 */
export function* presentBreaches(
  snapshot: Snapshot,
  compiled: CompiledPolicies,
  { policies, identity, isVisible, after }: BreachQuery = {},
): Generator<PresentBreach | undefined, void> {
  const [start, from, grant] = after ?? [-1, -1, -1]
  for (let policy = Math.max(start, 0); policy < compiled.names.length; policy++) {
    if (policies !== undefined && !policies.has(policy)) continue
    const isResumed = policy === start
    const first = identity ?? (isResumed ? Math.max(from, 0) : 0)
    const last = identity ?? snapshot.identityCount - 1
    const position = isResumed ? { identity: from, grant } : { identity: -1, grant: -1 }
    for (const found of [
      separationBreaches(snapshot, compiled, policy, first, last, position),
      unusedBreaches(snapshot, compiled, policy, first, last, position),
    ]) {
      for (const breach of found)
        if (breach === undefined || isVisible === undefined || isVisible[breach.identity] === 1) yield breach
    }
  }
}

interface Resumed {
  readonly identity: number
  readonly grant: number
}

function* separationBreaches(
  snapshot: Snapshot,
  compiled: CompiledPolicies,
  policy: number,
  first: number,
  last: number,
  resumed: Resumed,
): Generator<PresentBreach | undefined, void> {
  const place = compiled.separation.findIndex((one) => one.policy === policy)
  if (place < 0) return
  const { sides, excepted } = compiled.separation[place]!
  const breaks = breakersOf(snapshot, compiled)[place]!
  const { rowOffset, rowEntitlement, identityKey } = snapshot
  for (let identity = first; identity <= last; identity++) {
    if ((identity - first) % identitiesAtATime === identitiesAtATime - 1) yield undefined
    if (identity <= resumed.identity || ((breaks[identity >> 3]! >> (identity & 7)) & 1) === 0) continue
    if (excepted.has(identityKey[identity]!)) continue
    const held = [...rowEntitlement.subarray(rowOffset[identity], rowOffset[identity + 1])]
    yield {
      kind: 'separation',
      policy,
      identity,
      first: held.filter((e) => (sides[e]! & 1) !== 0),
      second: held.filter((e) => (sides[e]! & 2) !== 0),
      position: [policy, identity, -1],
    }
  }
}

/** One bit for each identity and policy, cached while these policies are in force for this snapshot. */
const breakers = new WeakMap<CompiledPolicies, readonly Uint8Array[]>()

/** For each policy of separation, the identities that hold entitlements of both sets: one pass over all rows for all policies. */
function breakersOf(snapshot: Snapshot, compiled: CompiledPolicies): readonly Uint8Array[] {
  const known = breakers.get(compiled)
  if (known !== undefined) return known
  const { identityCount, identityStatus, rowOffset, rowEntitlement } = snapshot
  const { separation } = compiled
  const separated = separatedEntitlements(compiled)
  const found = separation.map(() => new Uint8Array((identityCount + 7) >> 3))
  const held = new Uint8Array(separation.length)
  for (let identity = 0; identity < identityCount; identity++) {
    if (identityStatus[identity] === identityStatuses.deleted) continue
    sidesHeld(separated, rowEntitlement, rowOffset[identity]!, rowOffset[identity + 1]!, held)
    for (let place = 0; place < held.length; place++) {
      if (held[place] === 3) found[place]![identity >> 3]! |= 1 << (identity & 7)
    }
  }
  breakers.set(compiled, found)
  return found
}

function* unusedBreaches(
  snapshot: Snapshot,
  { unused, inForce }: CompiledPolicies,
  policy: number,
  first: number,
  last: number,
  resumed: Resumed,
): Generator<PresentBreach | undefined, void> {
  const rule = unused.find((one) => one.policy === policy)
  if (rule === undefined) return
  const { rowOffset, rowEntitlement, lastUsedDay, identityStatus } = snapshot
  if (lastUsedDay === undefined && rule.users.size === 0) return
  for (let identity = first; identity <= last; identity++) {
    if ((identity - first) % identitiesAtATime === identitiesAtATime - 1) yield undefined
    if (identityStatus[identity] !== identityStatuses.enabled) continue
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
      if (identity === resumed.identity && at <= resumed.grant) continue
      // Most grants are not unused by any policy.
      if (inForce.unused?.[at] === 0 || !isUnusedGrant(snapshot, rule, identity, at)) continue
      const entitlement = rowEntitlement[at]!
      const position = [policy, identity, at] as const
      yield { kind: 'unused', policy, identity, entitlement, lastUsedDay: lastUsedDay?.[at] ?? 0, position }
    }
  }
}
