import type { TenantSql } from '@assay/store'
import { expect, test } from 'vitest'
import type { CompiledPolicies } from './compile-policies.ts'
import { judgeSuggestion, requireAllowed, requireNothingWorse } from './judge-candidate.ts'
import { policiesApart, snapshotHolding } from './testing-policies.ts'

// Only names of protected entitlements are read from the database, and none of these policies protects any.
const sql = undefined as unknown as TenantSql

// Three people: the first has entitlement 0, the second 0 and 1, the third none. Entitlements 0 and 1 are separated.
const snapshot = snapshotHolding([new Set([0]), new Set([0, 1]), new Set()])
const apart = policiesApart([{ sides: [1, 2, 0, 0, 0, 0], excepted: new Set() }])
const named: CompiledPolicies = {
  ...policiesApart([]),
  names: apart.names,
  namePatterns: [{ policy: 0, pattern: '^R-' }],
}
const large = sizeOf(2, 2)

const members = (...ordinals: number[]) => Uint32Array.from(ordinals)
const entitlements = members
const allow = (compiled: CompiledPolicies, candidate: Parameters<typeof requireAllowed>[3]) =>
  requireAllowed(sql, snapshot, compiled, candidate, 'choose other access')
const change = (compiled: CompiledPolicies, step: Parameters<typeof requireNothingWorse>[3]) =>
  requireNothingWorse(sql, snapshot, compiled, step, 'choose other access')

function sizeOf(fewestMembers: number, fewestEntitlements: number): CompiledPolicies {
  const none = policiesApart([])
  const sizes = [{ policy: 0, fewestMembers, fewestEntitlements }]
  return { ...none, names: apart.names, inForce: { ...none.inForce, sizes } }
}

test('a name that no pattern allows is refused with the pattern', async () => {
  const candidate = { members: members(2), entitlements: entitlements(3) }
  await expect(allow(named, { ...candidate, name: 'Sales' })).rejects.toThrow(
    'policy "Policy 0" requires names that match ^R-, which "Sales" does not; give another name',
  )
  await allow(named, { ...candidate, name: 'R-Sales' })
  await allow(named, candidate)
})

test('a candidate that is too small is refused with its size, and without people only for its entitlements', async () => {
  await expect(allow(large, { members: members(2), entitlements: entitlements(3, 4) })).rejects.toThrow(
    'policy "Policy 0" requires more than 1 members and 2 entitlements; choose other access',
  )
  await expect(allow(large, { members: undefined, entitlements: entitlements(3) })).rejects.toThrow(
    'policy "Policy 0" requires more than 1 entitlements; choose other access',
  )
  await allow(large, { members: undefined, entitlements: entitlements(3, 4) })
  await allow(large, { members: members(0, 2), entitlements: entitlements(3, 4) })
})

test('a candidate that breaks a separation is refused with the number of people', async () => {
  const candidate = { members: members(0, 1, 2), entitlements: entitlements(1) }
  const remedy = '; choose other access, or make exceptions for these people'
  const says = 'policy "Policy 0" would be broken by 1 of the members, who hold something of the other set'
  await expect(allow(apart, candidate)).rejects.toThrow(says + remedy)
  const others = new Map([[2, Uint8Array.of(1)]])
  await expect(allow(apart, { ...candidate, members: members(2), others })).rejects.toThrow(
    `${says} or get it from another access profile${remedy}`,
  )
  await allow(apart, { ...candidate, members: members(1, 2) })
})

test('a change by hand is refused only for the violations that it causes', async () => {
  const before = { members: members(0), entitlements: entitlements(1), name: 'Sales' }
  await expect(change(apart, { before: undefined, after: before, isPart: false })).rejects.toThrow(
    'would be broken by 1',
  )
  await change(apart, { before, after: { ...before, entitlements: entitlements(1, 3) }, isPart: false })
  await expect(
    change(apart, { before: { ...before, members: members(2) }, after: before, isPart: false }),
  ).rejects.toThrow('would be broken by 1')
  await change(named, { before, after: { ...before, entitlements: entitlements(1, 3) }, isPart: false })
  await expect(change(named, { before, after: { ...before, name: 'Support' }, isPart: false })).rejects.toThrow(
    'requires names that match ^R-, which "Support" does not',
  )
  await change(large, { before: undefined, after: before, isPart: false })
})

test('a policy refuses a suggestion only when it leaves fewer entitlements than a suggestion needs', () => {
  const judge = (minEntitlements: number) =>
    judgeSuggestion(
      snapshot,
      apart,
      { members: members(2), entitlements: [0, 1, 3] },
      { minCoverage: 0, minEntitlements },
    )
  const { leftOut, kept } = judge(2)
  expect({ left: leftOut.map(({ policyName }) => policyName), kept: kept.length }).toEqual({
    left: ['Policy 0'],
    kept: 2,
  })
  expect([judge(2).refusedBy, judge(3).refusedBy]).toEqual([undefined, 'Policy 0'])
})
