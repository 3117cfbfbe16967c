import { expect, test } from 'vitest'
import { multiplyOut } from '../draft-role.ts'
import { isIncompatible } from '../is-incompatible.ts'
import { mineRoleModel } from '../mine-role-model.ts'
import { seededRandom } from '../seeded-random.ts'
import { accessOf } from '../testing-access.ts'
import type { AccessEvent } from './living-access.ts'
import { LivingRoleModel } from './living-role-model.ts'

/** People with one to three of some planted roles, which are random sets of entitlements. */
function planted(seed: number, people: number, roleCount: number, entitlements: number) {
  const random = seededRandom(seed)
  const pick = (count: number) => Math.floor(random() * count)
  const roles = Array.from({ length: roleCount }, () => [
    ...new Set(Array.from({ length: 3 + pick(6) }, () => pick(entitlements))),
  ])
  const rows = Array.from({ length: people }, () =>
    [...new Set(Array.from({ length: 1 + pick(3) }, () => roles[pick(roleCount)]).flat())].sort((a, b) => a - b),
  )
  const access = accessOf(Uint32Array.from(rows.flatMap((row, i) => row.map(() => i))), Uint32Array.from(rows.flat()), {
    identityCount: people,
    entitlementCount: entitlements,
  })
  return { access, roles, rows, random, pick }
}

/** Joiners with planted roles, movers to other roles, leavers, single strays, and new entitlements of one role's people. */
function eventsOf({ roles, rows, random, pick }: ReturnType<typeof planted>, count: number, entitlements: number) {
  const held = rows.map((row) => new Set(row))
  const events: AccessEvent[] = []
  let nextEntitlement = entitlements
  for (let n = 0; n < count; n++) {
    const kind = random()
    const identity = pick(held.length)
    if (kind < 0.25) {
      const own = [...new Set([...roles[pick(roles.length)], ...roles[pick(roles.length)]])]
      events.push({ kind: 'joiner', identity: held.length, entitlements: own })
      held.push(new Set(own))
    } else if (kind < 0.4) {
      events.push({ kind: 'leaver', identity })
      held[identity] = new Set()
    } else if (kind < 0.75) {
      const to = new Set(roles[pick(roles.length)])
      const lost = [...held[identity]].filter((one) => !to.has(one))
      events.push({ kind: 'mover', identity, gained: [...to], lost })
      held[identity] = to
    } else if (kind < 0.95) {
      const gained = [pick(entitlements)]
      events.push({ kind: 'mover', identity, gained, lost: [] })
      held[identity].add(gained[0])
    } else {
      const role = roles[pick(roles.length)]
      const identities = [...held.keys()].filter((i) => role.every((one) => held[i].has(one)))
      events.push({ kind: 'new_entitlement', entitlement: nextEntitlement, identities })
      for (const i of identities) held[i].add(nextEntitlement)
      nextEntitlement++
    }
  }
  return events
}

test('after every event the roles give exactly what there is, and the bound can be checked', () => {
  const organisation = planted(1, 60, 12, 40)
  const living = new LivingRoleModel(organisation.access, mineRoleModel(organisation.access))
  for (const event of eventsOf(organisation, 120, 40)) {
    const { roles, atLeast } = living.apply(event)
    const access = living.access.rows()
    const { missing, added } = multiplyOut(access, living.roles())
    expect([missing.identity.length, added.identity.length]).toEqual([0, 0])
    expect(living.roles()).toHaveLength(roles)
    expect(living.bound().identity).toHaveLength(atLeast)
    expect(isIncompatible(access, living.bound())).toBe(true)
    expect(atLeast).toBeLessThanOrEqual(roles)
  }
})

test.each([1, 2, 3])(
  'a hundred events on 400 people end near a fresh search, in a fraction of its time (seed %i)',
  (seed) => {
    const organisation = planted(seed, 400, 40, 150)
    const living = new LivingRoleModel(organisation.access, mineRoleModel(organisation.access))
    const events = eventsOf(organisation, 100, 150)
    const begun = performance.now()
    for (const event of events) living.apply(event)
    const perEvent = (performance.now() - begun) / events.length
    const access = living.access.rows()
    const again = performance.now()
    const fresh = mineRoleModel(access)
    const anew = performance.now() - again
    const count = living.roles().length
    expect(living.bound().identity.length).toBeLessThanOrEqual(fresh.figures.roles)
    expect(count).toBeLessThanOrEqual(Math.ceil(1.05 * fresh.figures.roles))
    expect(perEvent * 5).toBeLessThan(anew)
  },
)

test('a joiner with a role gets that role and no other, and who leaves takes it along', () => {
  const access = accessOf(Uint32Array.of(0, 0, 1, 1, 2), Uint32Array.of(0, 1, 0, 1, 2))
  const living = new LivingRoleModel(access, mineRoleModel(access))
  expect(living.apply({ kind: 'joiner', identity: 3, entitlements: [0, 1] })).toMatchObject({ added: 0, roles: 2 })
  expect(living.apply({ kind: 'leaver', identity: 2 })).toMatchObject({ added: 0, dropped: 1, roles: 1, atLeast: 1 })
  expect(living.roles()).toEqual([{ identities: [0, 1, 3], entitlements: [0, 1] }])
})

test('a new entitlement of all members of a role joins the role', () => {
  const access = accessOf(Uint32Array.of(0, 0, 1, 1), Uint32Array.of(0, 1, 0, 1))
  const living = new LivingRoleModel(access, mineRoleModel(access))
  const change = living.apply({ kind: 'new_entitlement', entitlement: 2, identities: [0, 1] })
  expect(change).toEqual({ added: 0, dropped: 0, roles: 1, atLeast: 1 })
  expect(living.roles()).toEqual([{ identities: [0, 1], entitlements: [0, 1, 2] }])
})

test('an event that names nobody, or no entitlement, is refused and changes nothing', () => {
  const access = accessOf(Uint32Array.of(0, 0), Uint32Array.of(0, 1))
  const living = new LivingRoleModel(access, mineRoleModel(access))
  expect(() => living.apply({ kind: 'leaver', identity: 1 })).toThrow(
    'identity: expected a known ordinal, below 1, got 1',
  )
  expect(() => living.apply({ kind: 'joiner', identity: 1, entitlements: [0, 2] })).toThrow('entitlements')
  expect(() => living.apply({ kind: 'new_entitlement', entitlement: 4, identities: [0] })).toThrow('entitlement')
  expect(living.access.rows()).toEqual(access)
})
