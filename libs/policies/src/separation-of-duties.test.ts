import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeCandidate, keptApart } from './judge-candidate.ts'
import { giftsOf, separatedKeys, sidesOf } from './other-gifts.ts'
import { predictedSeparations } from './predicted-separations.ts'
import { presentBreaches } from './present-breaches.ts'
import {
  type Apart,
  entitlementCount,
  keyOfEntitlement,
  keyOfIdentity,
  policiesApart,
  snapshotHolding,
} from './testing-policies.ts'

// Each function is compared with its definition over sets, for random people, policies and candidates.

const fewPeople = 5
const setOf = (below: number) => fc.uniqueArray(fc.nat(below - 1)).map((all) => new Set(all) as ReadonlySet<number>)
const access = setOf(entitlementCount)
const people = setOf(fewPeople)
const holdings = fc.array(access, { minLength: fewPeople, maxLength: fewPeople })
const policies = fc.array(
  fc.record({
    sides: fc.array(fc.nat(3), { minLength: entitlementCount, maxLength: entitlementCount }),
    excepted: people,
  }),
  { maxLength: 3 },
)
const states = fc.array(fc.nat(2), { minLength: fewPeople, maxLength: fewPeople })
const profile = fc.record({ entitlements: access, members: people, asked: people })

const ofSide = (sides: readonly number[], access: Iterable<number>, side: number) =>
  [...access].filter((e) => ((sides[e] ?? 0) & side) !== 0).sort((a, b) => a - b)
const isBroken = ({ sides }: Apart, access: Iterable<number>) => {
  const all = [...access]
  return ofSide(sides, all, 1).length > 0 && ofSide(sides, all, 2).length > 0
}
const own = (held: readonly ReadonlySet<number>[], identity: number) => [...(held[identity] ?? [])]

test('a candidate breaks a policy for its members who have the other set, and do not break it already', () => {
  fc.assert(
    fc.property(holdings, policies, people, access, profile, (held, apart, members, candidate, other) => {
      const snapshot = snapshotHolding(held)
      const compiled = policiesApart(apart)
      const ordinals = Uint32Array.from(members)
      const gifts = giftsOf(
        snapshot,
        compiled,
        [
          {
            entitlementKeys: [...other.entitlements].map(keyOfEntitlement),
            memberKeys: Int32Array.from([...other.members].map(keyOfIdentity).sort((a, b) => a - b)),
            askedKeys: Int32Array.from([...other.asked].map(keyOfIdentity).sort((a, b) => a - b)),
          },
        ],
        ordinals,
      )
      const { freshBreaches } = judgeCandidate(snapshot, compiled, {
        members: ordinals,
        entitlements: Uint32Array.from(candidate),
        others: gifts,
      })
      // A policy to which the candidate adds nothing is not asked about the other profiles.
      const wanted = apart.flatMap((one, policy) => {
        if (ofSide(one.sides, candidate, 3).length === 0) return []
        const identities = [...members]
          .sort((a, b) => a - b)
          .filter((identity) => {
            const given = other.members.has(identity) || other.asked.has(identity) ? other.entitlements : []
            const before = [...own(held, identity), ...given]
            return !isBroken(one, before) && isBroken(one, [...before, ...candidate]) && !one.excepted.has(identity)
          })
        return identities.length === 0 ? [] : { policy, identities }
      })
      expect(freshBreaches).toEqual(wanted)
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('a person is kept apart by the first policy that the access would break', () => {
  fc.assert(
    fc.property(holdings, policies, fc.nat(fewPeople - 1), access, access, (held, apart, identity, other, asked) => {
      const snapshot = snapshotHolding(held)
      const compiled = policiesApart(apart)
      const keysOf = (access: ReadonlySet<number>) => [...access].map(keyOfEntitlement)
      const none = new Uint8Array(apart.length)
      const sidesIn = (access: ReadonlySet<number>) => sidesOf(snapshot, compiled, keysOf(access)) ?? none
      const before = [...own(held, identity), ...other]
      const wanted = apart.findIndex(
        (one) => !isBroken(one, before) && isBroken(one, [...before, ...asked]) && !one.excepted.has(identity),
      )
      expect(keptApart(snapshot, compiled, identity, sidesIn(other), sidesIn(asked))).toBe(
        wanted < 0 ? undefined : wanted,
      )
    }),
    { seed: 2, numRuns: 500 },
  )
})

test('a prediction names both sides, and tells the access that the person has already', () => {
  fc.assert(
    fc.property(holdings, policies, fc.integer({ min: -1, max: fewPeople - 1 }), access, (held, apart, who, added) => {
      const before = new Set(who < 0 ? [] : own(held, who))
      const all = [...before, ...added]
      const fresh = [...added].filter((one) => !before.has(one))
      const wanted = apart.flatMap((one, policy) => {
        if (one.excepted.has(who) || !isBroken(one, all) || ofSide(one.sides, fresh, 3).length === 0) return []
        const side = (place: number) =>
          ofSide(one.sides, new Set(all), place).map((entitlement) => ({
            entitlement,
            existing: before.has(entitlement),
          }))
        const name = { id: `p${policy}`, displayName: `Policy ${policy}` }
        return { policy: name, first: side(1), second: side(2) }
      })
      expect(predictedSeparations(snapshotHolding(held), policiesApart(apart), who, [...added, ...added])).toEqual(
        wanted,
      )
    }),
    { seed: 3, numRuns: 500 },
  )
})

test('present breaches are those of people who are not deleted, and continue behind any of them', () => {
  fc.assert(
    fc.property(holdings, states, policies, people, setOf(3), (held, status, apart, visible, asked) => {
      const snapshot = snapshotHolding(held, status)
      const compiled = policiesApart(apart)
      const wanted = apart.flatMap((one, policy) =>
        held.flatMap((access, identity) =>
          status[identity] === 2 || one.excepted.has(identity) || !isBroken(one, access)
            ? []
            : {
                kind: 'separation' as const,
                policy,
                identity,
                first: ofSide(one.sides, access, 1),
                second: ofSide(one.sides, access, 2),
                position: [policy, identity, -1] as const,
              },
        ),
      )
      expect([...presentBreaches(snapshot, compiled)]).toEqual(wanted)
      for (const [place, { position }] of wanted.entries())
        expect([...presentBreaches(snapshot, compiled, { after: position })]).toEqual(wanted.slice(place + 1))
      for (const identity of held.keys())
        expect([...presentBreaches(snapshot, compiled, { identity })]).toEqual(
          wanted.filter((one) => one.identity === identity),
        )
      const isVisible = Uint8Array.from(held.keys(), (identity) => Number(visible.has(identity)))
      expect([...presentBreaches(snapshot, compiled, { isVisible, policies: asked })]).toEqual(
        wanted.filter(({ identity, policy }) => visible.has(identity) && asked.has(policy)),
      )
    }),
    { seed: 4, numRuns: 300 },
  )
})

test('the separated keys are those of all entitlements that a policy checks', () => {
  fc.assert(
    fc.property(policies, (apart) => {
      const all = [...Array(entitlementCount).keys()].filter((e) => apart.some(({ sides }) => sides[e] !== 0))
      expect(separatedKeys(snapshotHolding([]), policiesApart(apart))).toEqual(all.map(keyOfEntitlement))
    }),
    { seed: 5 },
  )
})
