import { rowsFromGrants } from '@assay/mining'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GrantList } from './grant-list.ts'

test('rows are those that counting sorts over renumbered copies give', () => {
  const grant = fc.tuple(fc.nat(7), fc.nat(9), fc.nat(65_535))
  fc.assert(
    fc.property(fc.array(grant, { maxLength: 60 }), (grants) => {
      const identityRanks = Uint32Array.from([3, 0, 1, 7, 2, 4, 5, 6])
      const entitlementRanks = Uint32Array.from([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
      const list = new GrantList()
      for (const [identity, entitlement, day] of grants) list.add(identity, entitlement, day)
      const expected = rowsFromGrants(
        { identityCount: 8, entitlementCount: 10 },
        {
          identity: Uint32Array.from(grants, ([identity]) => identityRanks[identity]!),
          entitlement: Uint32Array.from(grants, ([, entitlement]) => entitlementRanks[entitlement]!),
          lastUsedDay: Uint16Array.from(grants, ([, , day]) => day),
        },
      )
      expect(list.toRows(identityRanks, 8, entitlementRanks)).toEqual(expected)
    }),
  )
})

test('a list grows to any length', () => {
  const list = new GrantList()
  for (let i = 0; i < 200_000; i++) list.add(i, i % 7, i % 1000)
  const ranks = Uint32Array.from({ length: 200_000 }, (_, i) => i)
  const rows = list.toRows(ranks, 200_000, ranks)
  expect([rows.rowOffset[200_000], rows.rowEntitlement[199_999], rows.lastUsedDay?.[199_999]]).toEqual([
    200_000, 2, 999,
  ])
})
