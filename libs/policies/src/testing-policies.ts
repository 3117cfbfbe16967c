import { noPolicies, rowsFromGrants, type Snapshot, snapshotOf } from '@assay/mining'
import type { CompiledPolicies } from './compile-policies.ts'

export const entitlementCount = 6

/** A snapshot of people with some of six entitlements, two applications, and the last day of use of each grant. */
export function snapshotHolding(
  held: readonly ReadonlySet<number>[],
  status: readonly number[] = held.map(() => 0),
  dayOf: (identity: number, entitlement: number) => number = () => 0,
): Snapshot {
  const pairs = held.flatMap((own, identity) => [...own].map((entitlement) => ({ identity, entitlement })))
  const rows = rowsFromGrants(
    { identityCount: held.length, entitlementCount },
    {
      identity: Uint32Array.from(pairs, ({ identity }) => identity),
      entitlement: Uint32Array.from(pairs, ({ entitlement }) => entitlement),
    },
  )
  const days = held.flatMap((own, identity) => [...own].sort((a, b) => a - b).map((one) => dayOf(identity, one)))
  return snapshotOf({
    identityKey: Int32Array.from(held.keys(), keyOfIdentity),
    entitlementKey: Int32Array.from({ length: entitlementCount }, (_, e) => keyOfEntitlement(e)),
    applicationKey: Int32Array.of(1, 2),
    entitlementApplication: Int32Array.from({ length: entitlementCount }, (_, e) => e % 2),
    ...rows,
    lastUsedDay: Uint16Array.from(days),
    identityStatus: Uint8Array.from(status),
    identityType: new Uint8Array(held.length),
    attributes: [],
  })
}

/** The keys differ from the ordinals, so that a mix-up of the two is noticed. */
export const keyOfIdentity = (ordinal: number): number => 100 + 3 * ordinal
export const keyOfEntitlement = (ordinal: number): number => 500 + 7 * ordinal

/** A separation of duties: the sides of each entitlement, and the ordinals of people with an exception. */
export interface Apart {
  readonly sides: readonly number[]
  readonly excepted: ReadonlySet<number>
}

/** Policies of separation, named p0, p1 and so on. */
export function policiesApart(apart: readonly Apart[]): CompiledPolicies {
  const separation = apart.map(({ sides, excepted }, policy) => ({
    policy,
    severity: 'high' as const,
    sides: Uint8Array.from(sides),
    excepted: new Set([...excepted].map(keyOfIdentity)),
  }))
  return {
    names: apart.map((_, policy) => ({ id: `p${policy}`, displayName: `Policy ${policy}` })),
    inForce: { ...noPolicies(entitlementCount), separation },
    separation,
    unused: [],
    namePatterns: [],
    version: '1',
  }
}
