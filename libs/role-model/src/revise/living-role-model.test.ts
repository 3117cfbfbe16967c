import { expect, test } from 'vitest'
import { multiplyOut } from '../draft-role.ts'
import { isIncompatible } from '../is-incompatible.ts'
import { mineRoleModel } from '../mine-role-model.ts'
import type { AccessRows } from '../reduce-access.ts'
import { seededRandom } from '../seeded-random.ts'
import { accessOf } from '../testing-access.ts'
import { eventsBetween } from './access-events.ts'
import type { AccessEvent } from './living-access.ts'
import { LivingRoleModel } from './living-role-model.ts'
import { roleChanges } from './role-changes.ts'

/** People with one to three of some planted roles, which are random sets of entitlements. */
function planted(seed: number, people: number, roleCount: number, entitlements: number) {
  const random = seededRandom(seed)
  const pick = (count: number) => Math.floor(random() * count)
  const roles = Array.from({ length: roleCount }, () => [
    ...new Set(Array.from({ length: 3 + pick(6) }, () => pick(entitlements))),
  ])
  const rows = Array.from({ length: people }, () =>
    [...new Set(Array.from({ length: 1 + pick(3) }, () => roles[pick(roleCount)]!).flat())].sort((a, b) => a - b),
  )
  const access = accessOf(Uint32Array.from(rows.flatMap((row, i) => row.map(() => i))), Uint32Array.from(rows.flat()), {
    identityCount: people,
    entitlementCount: entitlements,
  })
  return { access, roles, rows, random, pick }
}

/**
 * Joiners with planted roles, movers to other roles, leavers, single stray grants, and new entitlements for the people of one
 * role.
 */
function eventsOf({ roles, rows, random, pick }: ReturnType<typeof planted>, count: number, entitlements: number) {
  const held = rows.map((row) => new Set(row))
  const events: AccessEvent[] = []
  let nextEntitlement = entitlements
  for (let n = 0; n < count; n++) {
    const kind = random()
    const identity = pick(held.length)
    if (kind < 0.25) {
      const own = [...new Set([...roles[pick(roles.length)]!, ...roles[pick(roles.length)]!])]
      events.push({ kind: 'joiner', identity: held.length, entitlements: own })
      held.push(new Set(own))
    } else if (kind < 0.4) {
      events.push({ kind: 'leaver', identity })
      held[identity] = new Set()
    } else if (kind < 0.75) {
      const to = new Set(roles[pick(roles.length)])
      const lost = [...held[identity]!].filter((one) => !to.has(one))
      events.push({ kind: 'mover', identity, gained: [...to], lost })
      held[identity] = to
    } else if (kind < 0.95) {
      const gained = [pick(entitlements)]
      events.push({ kind: 'mover', identity, gained, lost: [] })
      held[identity]!.add(gained[0]!)
    } else {
      const role = roles[pick(roles.length)]!
      const identities = [...held.keys()].filter((i) => role.every((one) => held[i]!.has(one)))
      events.push({ kind: 'new_entitlement', entitlement: nextEntitlement, identities })
      for (const i of identities) held[i]!.add(nextEntitlement)
      nextEntitlement++
    }
  }
  return events
}

/** CPU time of this thread in microseconds, which other work on the machine does not change. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before)
  return user + system
}

/** The same access with room for more people. */
function padded(access: AccessRows, identityCount: number): AccessRows {
  const rowOffset = new Uint32Array(identityCount + 1).fill(access.rowEntitlement.length)
  rowOffset.set(access.rowOffset)
  return { ...access, identityCount, rowOffset }
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
    const begun = process.threadCpuUsage()
    for (const event of events) living.apply(event)
    const perEvent = cpuSince(begun) / events.length
    const access = living.access.rows()
    const again = process.threadCpuUsage()
    const fresh = mineRoleModel(access)
    const anew = cpuSince(again)
    const count = living.roles().length
    expect(living.bound().identity.length).toBeLessThanOrEqual(fresh.figures.roles)
    expect(count).toBeLessThanOrEqual(Math.ceil(1.05 * fresh.figures.roles))
    expect(perEvent * 5).toBeLessThan(anew)
  },
)

test('what several people have got at once becomes one role, and the roles that it makes superfluous go', () => {
  // Ten people have one role. Then five of them get three more entitlements, one after the other and at once.
  const access = accessOf(
    Uint32Array.from({ length: 20 }, (_, i) => i >> 1),
    Uint32Array.from({ length: 20 }, (_, i) => i & 1),
    { identityCount: 10, entitlementCount: 5 },
  )
  const events = [0, 1, 2, 3, 4].map(
    (identity): AccessEvent => ({ kind: 'mover', identity, gained: [2, 3, 4], lost: [] }),
  )
  const atOnce = new LivingRoleModel(access, mineRoleModel(access))
  const { steps } = atOnce.applyAll(events)
  expect(roleChanges(steps, events, atOnce.roles())).toEqual([
    {
      role: 1,
      kind: 'made',
      joined: 5,
      left: 0,
      covered: 0,
      gained: [2, 3, 4],
      lost: [],
      causes: [{ kind: 'mover', count: 5, first: events[0] }],
    },
  ])
  const inTurn = new LivingRoleModel(access, mineRoleModel(access))
  for (const event of events) inTurn.apply(event)
  expect(inTurn.roles().map(({ identities, entitlements }) => [identities, entitlements])).toEqual(
    atOnce.roles().map(({ identities, entitlements }) => [identities, entitlements]),
  )
})

test('what is taken from everybody in a role leaves the role, which stays the same one', () => {
  const access = accessOf(Uint32Array.of(0, 0, 1, 1, 2), Uint32Array.of(0, 1, 0, 1, 2))
  const living = new LivingRoleModel(access, { ...mineRoleModel(access), nextNumber: 9 })
  const events = [0, 1].map((identity): AccessEvent => ({ kind: 'mover', identity, gained: [], lost: [1] }))
  const { steps } = living.applyAll(events)
  expect(roleChanges(steps, events, living.roles())).toMatchObject([{ kind: 'changed', lost: [1], joined: 0, left: 0 }])
  expect(living.roles()).toHaveLength(2)
  // A number is never used again.
  living.apply({ kind: 'joiner', identity: 3, entitlements: [1, 2] })
  expect(
    living
      .roles()
      .map(({ number }) => number)
      .at(-1),
  ).toBe(9)
})

test.each([1, 2, 3])(
  'events that make one access of another leave roles that give exactly the other (seed %i)',
  (seed) => {
    const organisation = planted(seed, 200, 20, 80)
    const living = new LivingRoleModel(organisation.access, mineRoleModel(organisation.access))
    const way = new LivingRoleModel(organisation.access, mineRoleModel(organisation.access))
    for (const event of eventsOf(organisation, 60, 80)) way.apply(event)
    const after = way.access.rows()
    const room = { identityCount: after.identityCount, entitlementCount: after.entitlementCount }
    const events = eventsBetween({ ...padded(organisation.access, after.identityCount), ...room }, after)
    const { roles, steps, added, dropped } = living.applyAll(events)
    const { missing, added: over } = multiplyOut(after, living.roles())
    expect([missing.identity.length, over.identity.length]).toEqual([0, 0])
    expect(isIncompatible(after, living.bound())).toBe(true)
    const fresh = mineRoleModel(after).figures.roles
    expect(roles).toBeLessThanOrEqual(Math.ceil(1.05 * fresh))
    const changes = roleChanges(steps, events, living.roles())
    const countOf = (kind: string) => changes.filter((change) => change.kind === kind).length
    // Both counts leave out roles that were made and dropped in one revision.
    expect(countOf('made') - countOf('dropped')).toBe(added - dropped)
    expect(changes.every(({ causes }) => causes.length > 0)).toBe(true)
    // A role without a reported change is as before.
    const told = new Set(changes.map(({ role }) => role))
    const before = new Map(mineRoleModel(organisation.access).roles.map((role, number) => [number, role]))
    for (const { number, identities, entitlements } of living.roles()) {
      const was = before.get(number)
      if (told.has(number) || was === undefined) continue
      expect([identities, entitlements]).toEqual([[...was.identities], [...was.entitlements]])
    }
  },
)

test('a joiner with a role gets that role and no other, and who leaves takes it along', () => {
  const access = accessOf(Uint32Array.of(0, 0, 1, 1, 2), Uint32Array.of(0, 1, 0, 1, 2))
  const living = new LivingRoleModel(access, mineRoleModel(access))
  expect(living.apply({ kind: 'joiner', identity: 3, entitlements: [0, 1] })).toMatchObject({ added: 0, roles: 2 })
  expect(living.apply({ kind: 'leaver', identity: 2 })).toMatchObject({ added: 0, dropped: 1, roles: 1, atLeast: 1 })
  expect(living.roles()).toEqual([{ number: 0, identities: [0, 1, 3], entitlements: [0, 1] }])
})

test('a new entitlement of all members of a role joins the role', () => {
  const access = accessOf(Uint32Array.of(0, 0, 1, 1), Uint32Array.of(0, 1, 0, 1))
  const living = new LivingRoleModel(access, mineRoleModel(access))
  const change = living.apply({ kind: 'new_entitlement', entitlement: 2, identities: [0, 1] })
  expect(change).toMatchObject({ added: 0, dropped: 0, roles: 1, atLeast: 1 })
  expect(change.steps).toEqual([{ kind: 'gained', role: 0, entitlement: 2, event: 0 }])
  expect(living.roles()).toEqual([{ number: 0, identities: [0, 1], entitlements: [0, 1, 2] }])
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
