import { MiningError, noPolicies, rowsFromGrants, type Snapshot, snapshotOf } from '@assay/mining'
import type { CompiledPolicies } from '@assay/policies'
import { defaultPrices, type RoleModelObjective } from '@assay/role-model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mineStoredModel } from './mine-stored-model.ts'
import type { StoredSettings } from './role-model-request.ts'

const entitlementCount = 8

function snapshotWith(held: readonly (readonly number[])[]): Snapshot {
  const pairs = held.flatMap((own, identity) => own.map((entitlement) => ({ identity, entitlement })))
  return snapshotOf({
    identityKey: Int32Array.from(held.keys(), (i) => 100 + i),
    entitlementKey: Int32Array.from({ length: entitlementCount }, (_, e) => 200 + e),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(entitlementCount),
    ...rowsFromGrants(
      { identityCount: held.length, entitlementCount },
      {
        identity: Uint32Array.from(pairs, ({ identity }) => identity),
        entitlement: Uint32Array.from(pairs, ({ entitlement }) => entitlement),
      },
    ),
    identityStatus: new Uint8Array(held.length),
    identityType: new Uint8Array(held.length),
    attributes: [],
  })
}

const settings = (objective: RoleModelObjective, more: Partial<StoredSettings> = {}): StoredSettings => ({
  objective,
  prices: { ...defaultPrices, added: objective === 'least_description' ? 4 : null },
  seed: 1,
  limits: {},
  forbiddenPairs: [],
  keptRoles: [],
  ...more,
})
const marked = (...marks: number[]) => Uint8Array.from({ length: entitlementCount }, (_, e) => marks[e] ?? 0)

/** Protects entitlement 0, does not count half of the grants of 1, and separates 2 and 3 from 4 and 5. */
function policiesOver(snapshot: Snapshot, mostGrants?: number): CompiledPolicies {
  const sides = marked(0, 0, 1, 1, 2, 2)
  const protection = [{ policy: 0, isProtected: marked(1), leastCoverage: undefined }]
  return {
    names: ['Protected', 'In use', 'Apart', 'Budget'].map((displayName, i) => ({ id: `p${i}`, displayName })),
    inForce: {
      ...noPolicies(entitlementCount),
      protection,
      separation: [{ policy: 2, sides }],
      budgets: mostGrants === undefined ? [] : [{ policy: 3, mostShare: undefined, mostGrants, privilegedWeight: 1 }],
      unused: Uint16Array.from(snapshot.rowEntitlement, (e, at) => (e === 1 && at % 2 === 0 ? 2 : 0)),
    },
    separation: [{ policy: 2, severity: 'high', sides, excepted: new Set([100]) }],
    unused: [],
    namePatterns: [],
    version: '1',
  }
}

test('no role of a model breaks a policy, figures include all access, and a person who breaks a policy by two roles breaks it today', () => {
  let breaches = 0
  let leftOut = 0
  const anyHeld = fc.array(fc.subarray([...Array(entitlementCount).keys()]), { minLength: 1, maxLength: 9 })
  const objectives = ['fewest_roles', 'least_complexity', 'least_description'] as const
  fc.assert(
    fc.property(anyHeld, fc.constantFrom(...objectives), fc.constantFrom(undefined, 0, 1), (held, objective, most) => {
      const snapshot = snapshotWith(held)
      const policies = policiesOver(snapshot, most)
      const model = mineStoredModel(snapshot, settings(objective), {}, policies)
      const isHeld = new Set(held.flatMap((own, i) => own.map((e) => `${100 + i} ${200 + e}`)))
      const given = new Set<string>()
      const sidesOf = new Map<number, number>()
      for (const { identityKeys, entitlementKeys } of model.roles) {
        const ordinals = entitlementKeys.map((key) => key - 200)
        const sides = ordinals.reduce((all, e) => all | policies.separation[0]!.sides[e]!, 0)
        expect(sides).not.toBe(3)
        expect(ordinals).not.toContain(0)
        for (const identity of identityKeys) {
          sidesOf.set(identity, (sidesOf.get(identity) ?? 0) | sides)
          for (const key of entitlementKeys) given.add(`${identity} ${key}`)
        }
        const gains = identityKeys.flatMap((i) => entitlementKeys.filter((key) => !isHeld.has(`${i} ${key}`)))
        if (most !== undefined) expect(gains.length).toBeLessThanOrEqual(most)
      }
      expect(model.figures).toMatchObject({
        grants: isHeld.size,
        missing: [...isHeld].filter((grant) => !given.has(grant)).length,
        added: [...given].filter((grant) => !isHeld.has(grant)).length,
        roles: model.roles.length,
      })
      if (objective !== 'least_description' && most === undefined)
        expect(model.figures.missing).toBe(model.policies?.leftOutGrants)
      // Without the person with an exception.
      const breaking = [...sidesOf].filter(([key, sides]) => sides === 3 && key !== 100).map(([key]) => key)
      for (const key of breaking) {
        const own = held[key - 100]!
        expect(own.some((e) => e === 2 || e === 3) && own.some((e) => e === 4 || e === 5)).toBe(true)
      }
      expect(model.policies?.breaches.map(({ identityKey }) => identityKey).toSorted()).toEqual(breaking.toSorted())
      breaches += breaking.length
      leftOut += model.policies?.leftOutGrants ?? 0
    }),
    { numRuns: 300, seed: 1 },
  )
  expect(breaches).toBeGreaterThan(20)
  expect(leftOut).toBeGreaterThan(100)
})

test('without policies a model does not change', () => {
  const snapshot = snapshotWith([[0, 1], [0, 1, 2], [2, 4], [5]])
  const { policies, ...model } = mineStoredModel(snapshot, settings('fewest_roles'), {})
  expect(policies).toBeUndefined()
  expect(model.figures).toMatchObject({ grants: 8, missing: 0, added: 0 })
})

test('a kept role that a policy does not allow is refused with the name of the policy', () => {
  const snapshot = snapshotWith([[0, 2, 4]])
  const mine = (entitlements: number[]) => () =>
    mineStoredModel(snapshot, settings('fewest_roles', { keptRoles: [{ entitlements }] }), {}, policiesOver(snapshot))
  expect(mine([200])).toThrow(MiningError)
  expect(mine([200])).toThrow(/keptRoles\[0\].entitlements.*what policy "Protected" allows/)
  expect(mine([202, 204])).toThrow(/what policy "Apart" allows/)
})
