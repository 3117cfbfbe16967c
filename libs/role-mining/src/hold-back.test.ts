import { rowsFromGrants, type Snapshot, snapshotOf } from '@assay/mining'
import type { CompiledPolicies } from '@assay/policies'
import type { GivingProfile, MembershipDifference } from '@assay/profiles'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { heldBack } from './hold-back.ts'

const people = 6
const entitlements = 4
const keys = fc.uniqueArray(fc.integer({ min: 0, max: people - 1 }), { maxLength: people }).map((all) => all.sort())

const world = fc.record({
  grants: fc.uniqueArray(fc.tuple(fc.nat(people - 1), fc.nat(entitlements - 1)), { selector: String, maxLength: 8 }),
  disabled: keys,
  // For each policy, the side of each entitlement.
  separation: fc.array(
    fc.record({ sides: fc.array(fc.nat(3), { minLength: entitlements, maxLength: entitlements }), excepted: keys }),
    { minLength: 1, maxLength: 3 },
  ),
  profiles: fc.array(
    fc.record({
      entitlementKeys: fc.uniqueArray(fc.nat(entitlements - 1), { minLength: 1 }).map((all) => all.sort()),
      members: keys,
      asked: keys,
      selected: fc.option(keys, { nil: undefined }),
      createTasks: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
})
type World = typeof world extends fc.Arbitrary<infer W> ? W : never

test('rules give no person both sides of a policy, and give all others what they select, as in a plain computation', () => {
  fc.assert(
    fc.property(world, (given) => {
      const { snapshot, compiled, profiles, differences } = builtOf(given)
      const found = heldBack(snapshot, compiled, profiles, differences).map(({ joining }) => [...joining])
      expect(found).toEqual(plain(given))
    }),
  )
})

function builtOf({ grants, disabled, separation, profiles }: World) {
  const rows = rowsFromGrants(
    { identityCount: people, entitlementCount: entitlements },
    {
      identity: Uint32Array.from(grants, ([person]) => person),
      entitlement: Uint32Array.from(grants, ([, entitlement]) => entitlement),
    },
  )
  const snapshot: Snapshot = snapshotOf({
    ...rows,
    identityKey: Int32Array.from({ length: people }, (_, i) => i),
    identityStatus: Uint8Array.from({ length: people }, (_, i) => (disabled.includes(i) ? 1 : 0)),
    identityType: new Uint8Array(people),
    entitlementKey: Int32Array.from({ length: entitlements }, (_, i) => i),
    entitlementApplication: new Int32Array(entitlements),
    applicationKey: Int32Array.of(0),
    attributes: [],
  })
  const compiled = {
    names: separation.map((_, i) => ({ id: String(i), displayName: `Policy ${i}` })),
    separation: separation.map(({ sides, excepted }, policy) => ({
      policy,
      severity: 'high',
      sides: Uint8Array.from(sides),
      excepted: new Set(excepted),
    })),
  } as unknown as CompiledPolicies
  const giving: GivingProfile[] = profiles.map(({ entitlementKeys, members, asked }, i) => ({
    profileId: `p${i}`,
    entitlementKeys,
    memberKeys: Int32Array.from(members),
    askedKeys: Int32Array.from(asked),
  }))
  const differences = profiles.flatMap(({ members, selected, createTasks }, i): MembershipDifference[] => {
    if (selected === undefined) return []
    return [
      {
        profileId: `p${i}`,
        createTasks,
        memberCount: members.length,
        joining: Int32Array.from(selected.filter((key) => !members.includes(key))),
        leaving: Int32Array.from(members.filter((key) => !selected.includes(key))),
      },
    ]
  })
  return { snapshot, compiled, profiles: giving, differences }
}

/** Every profile and every person one after the other, with all counts computed again each time. */
function plain({ grants, disabled, separation, profiles }: World): number[][] {
  const has = profiles.map(({ members, asked, selected, createTasks }) => {
    const leaves = (key: number) => selected !== undefined && !createTasks && !selected.includes(key)
    return new Set([...members, ...asked].filter((key) => !(members.includes(key) && leaves(key))))
  })
  return profiles.flatMap(({ members, selected, entitlementKeys }, own) => {
    if (selected === undefined) return []
    const joining = selected.filter((key) => !members.includes(key))
    const allowed = joining.filter((person) => {
      if (disabled.includes(person)) return true
      has[own]!.delete(person)
      const gets = [
        ...grants.filter(([holder]) => holder === person).map(([, entitlement]) => entitlement),
        ...profiles.flatMap((profile, at) => (at !== own && has[at]!.has(person) ? profile.entitlementKeys : [])),
      ]
      const isKept = separation.some(({ sides, excepted }) => {
        const before = gets.reduce((all, e) => all | sides[e]!, 0)
        const after = entitlementKeys.reduce((all, e) => all | sides[e]!, before)
        return before !== 3 && after === 3 && !excepted.includes(person)
      })
      if (!isKept) has[own]!.add(person)
      return !isKept
    })
    return [allowed]
  })
}
