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
  snapshot: Snapshot,
  compiled: CompiledPolicies,
  policy: number,
  first: number,
  last: number,
  resumed: Resumed,
): Generator<PresentBreach, void> {
  const place = compiled.separation.findIndex((one) => one.policy === policy)
  if (place < 0) return
  const { sides, excepted } = compiled.separation[place]
  const breaks = breakersOf(snapshot, compiled)[place]
  const { rowOffset, rowEntitlement, identityKey } = snapshot
  for (let identity = first; identity <= last; identity++) {
    if (identity <= resumed.identity || ((breaks[identity >> 3] >> (identity & 7)) & 1) === 0) continue
    if (excepted.has(identityKey[identity])) continue
    const held = [...rowEntitlement.subarray(rowOffset[identity], rowOffset[identity + 1])]
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

/** One bit an identity and policy; as long as these policies are in force over this snapshot. */
const breakers = new WeakMap<CompiledPolicies, readonly Uint8Array[]>()

/** For each policy of separation who holds something of both sets: one pass over all rows for all policies. */
function breakersOf(snapshot: Snapshot, compiled: CompiledPolicies): readonly Uint8Array[] {
  const known = breakers.get(compiled)
  if (known !== undefined) return known
  const { identityCount, identityStatus, rowOffset, rowEntitlement, entitlementCount } = snapshot
  const { separation } = compiled
  const rules = Array.from({ length: entitlementCount }, (_, e) => {
    const of = separation.flatMap(({ sides }, place) => (sides[e] === 0 ? [] : [[place, sides[e]] as const]))
    return of.length === 0 ? undefined : of
  })
  const isRuled = Uint8Array.from(rules, (of) => (of === undefined ? 0 : 1))
  const found = separation.map(() => new Uint8Array((identityCount + 7) >> 3))
  const held = new Uint8Array(separation.length)
  for (let identity = 0; identity < identityCount; identity++) {
    if (identityStatus[identity] === identityStatuses.deleted) continue
    held.fill(0)
    for (let at = rowOffset[identity]; at < rowOffset[identity + 1]; at++) {
      if (isRuled[rowEntitlement[at]] === 0) continue
      for (const [place, side] of rules[rowEntitlement[at]] ?? []) held[place] |= side
    }
    for (let place = 0; place < held.length; place++) {
      if (held[place] === 3) found[place][identity >> 3] |= 1 << (identity & 7)
    }
  }
  breakers.set(compiled, found)
  return found
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
  if (lastUsedDay === undefined && rule.users.size === 0) return
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
