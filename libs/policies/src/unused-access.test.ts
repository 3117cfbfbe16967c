import fc from 'fast-check'
import { expect, test } from 'vitest'
import { presentBreaches } from './present-breaches.ts'
import { keyOfIdentity, policiesApart, snapshotHolding } from './testing-policies.ts'
import { newestDayOf, type UnusedRule, unusedGrants } from './unused-grants.ts'

const day = 20_000
const rule = (policy: number, more: Partial<UnusedRule> = {}): UnusedRule => ({
  policy,
  days: 90,
  inScope: Uint8Array.of(1, 1),
  newestDay: day,
  users: new Map(),
  ...more,
})

test('a grant is unused after more days than the rule allows, and a grant with unknown use is not', () => {
  const days = [day, day - 90, day - 91, 0]
  const snapshot = snapshotHolding([new Set([0, 2, 4, 5])], [0], (_, e) => days[[0, 2, 4, 5].indexOf(e)] ?? 0)
  expect([...unusedGrants(snapshot, [rule(3)])]).toEqual([0, 0, 4, 0])
  // Entitlement 4 is of the first application.
  expect([...unusedGrants(snapshot, [rule(0, { inScope: Uint8Array.of(0, 1) })])]).toEqual([0, 0, 0, 0])
  // The first of two rules is stored.
  expect([...unusedGrants(snapshot, [rule(0), rule(1, { days: 89 })])]).toEqual([0, 2, 1, 0])
})

test('a person whom complete usage of an application does not name did not use it', () => {
  const snapshot = snapshotHolding([new Set([0, 1]), new Set([0, 1])])
  const users = new Map([[0, new Set([keyOfIdentity(1)])]])
  expect([...unusedGrants(snapshot, [rule(0, { users })])]).toEqual([1, 0, 0, 0])
})

test('access without any day of use is in breach when its application has complete usage', () => {
  const { lastUsedDay: _, ...unknown } = snapshotHolding([new Set([0, 1]), new Set([0, 1])])
  const breachesOf = (users: UnusedRule['users']) => {
    const compiled = { ...policiesApart([]), names: [{ id: 'p0', displayName: '' }], unused: [rule(0, { users })] }
    return [...presentBreaches(unknown, compiled)].flatMap((one) => (one === undefined ? [] : [one.position]))
  }
  expect(breachesOf(new Map())).toEqual([])
  expect(breachesOf(new Map([[0, new Set([keyOfIdentity(1)])]]))).toEqual([[0, 0, 0]])
})

test('ages are counted from the newest day that is not in the future; tomorrow is today elsewhere', () => {
  const used = (...days: number[]) =>
    newestDayOf(
      snapshotHolding([new Set(days.keys())], [0], (_, e) => days[e] ?? 0),
      19_000,
      day,
    )
  expect(used(18_000)).toBe(19_000)
  expect(used(19_500, 19_400)).toBe(19_500)
  expect(used(day, day + 1)).toBe(day + 1)
  expect(used(19_500, day + 2)).toBe(19_500)
  const { lastUsedDay: _, ...unknown } = snapshotHolding([])
  expect(newestDayOf(unknown, 19_000, day)).toBe(19_000)
})

test('present breaches of unused access are those of enabled people, and continue behind any of them', () => {
  const people = fc.array(fc.record({ access: fc.uniqueArray(fc.nat(5)), status: fc.nat(2) }), { maxLength: 5 })
  fc.assert(
    fc.property(people, fc.array(fc.integer({ min: day - 200, max: day })), (drawn, days) => {
      const held = drawn.map(({ access }) => new Set(access))
      const status = drawn.map(({ status }) => status)
      const dayOf = (identity: number, e: number) => days[(6 * identity + e) % Math.max(1, days.length)] ?? 0
      const snapshot = snapshotHolding(held, status, dayOf)
      const rules = [rule(0), rule(1, { days: 30 })]
      const compiled = {
        ...policiesApart([]),
        names: [0, 1].map((p) => ({ id: `p${p}`, displayName: '' })),
        unused: rules,
      }
      const unused = unusedGrants(snapshot, rules)
      const wanted = rules.flatMap(({ policy, days: most }) =>
        held.flatMap((access, identity) =>
          [...access]
            .sort((a, b) => a - b)
            .flatMap((entitlement, place) => {
              const lastUsedDay = dayOf(identity, entitlement)
              const grant = (snapshot.rowOffset[identity] ?? 0) + place
              return status[identity] !== 0 || lastUsedDay === 0 || day - lastUsedDay <= most
                ? []
                : { kind: 'unused', policy, identity, entitlement, lastUsedDay, position: [policy, identity, grant] }
            }),
        ),
      )
      for (const inForce of [compiled.inForce, { ...compiled.inForce, unused }]) {
        const known = { ...compiled, inForce }
        const all = [...presentBreaches(snapshot, known)]
        expect(all).toEqual(wanted)
        for (const [place, breach] of all.entries())
          expect([...presentBreaches(snapshot, known, { after: breach?.position })]).toEqual(wanted.slice(place + 1))
      }
    }),
    { seed: 6, numRuns: 200 },
  )
})
