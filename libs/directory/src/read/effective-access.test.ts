import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { importFiles } from '../import/testing-imports.ts'
import { accessGiven, accountsInForce, identityRelation } from '../relations.ts'
import { listEffectiveGrants } from './effective-grants.ts'
import { explainAccess } from './explain-access.ts'
import { holdersOf } from './holdings.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

type Pair = readonly [from: number, to: number]

/** Entitlements are e0 to e6, alternately in two applications. */
const entitlements = 7
const applicationOf = (entitlement: number) => `app${entitlement % 2}`

function filesOf(grants: readonly Pair[], memberships: readonly Pair[]): Record<string, string> {
  const all = Array.from({ length: entitlements }, (_, e) => `e${e},${applicationOf(e)},${e === 6}`)
  return {
    'identities.csv': 'id\nu0\nu1\nu2\n',
    'entitlements.csv': ['id,application_id,privileged', ...all].join('\n'),
    'grants.csv': ['identity_id,entitlement_id', ...grants.map(([u, e]) => `u${u},e${e}`)].join('\n'),
    'memberships.csv': ['holder_entitlement_id,entitlement_id', ...memberships.map(([a, b]) => `e${a},e${b}`)].join(
      '\n',
    ),
  }
}

const anyAccess = fc.record({
  grants: fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 6 })), { maxLength: 6 }),
  memberships: fc.array(fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 6 })), { maxLength: 12 }),
})

/** Every path from an assigned entitlement to effective access, found by PostgreSQL's own recursion. */
function waysInSql(scoped: TenantSql) {
  return scoped<{ identity: string; entitlement: string; way: string[] }[]>`
    with recursive way as (
      select identity_key, entitlement_key, array[entitlement_key] as keys from grants
      where import_id = (select import_id from snapshots)
      union all
      select identity_key, m.entitlement_key, keys || m.entitlement_key
      from way join entitlement_memberships m on m.holder_key = way.entitlement_key
      where not m.entitlement_key = any(keys)
    )
    select distinct one.id as identity, e.id as entitlement,
      array(select step.id from unnest(keys) with ordinality k (key, place) join entitlements step on step.key = k.key order by place) as way
    from way join identities one on one.key = way.identity_key join entitlements e on e.key = way.entitlement_key`
}

const inOrder = (a: readonly string[], b: readonly string[]) => a.length - b.length || (named(a) < named(b) ? -1 : 1)
const named = (way: readonly string[]) => way.map((id) => `${applicationOf(Number(id[1]))}/${id}`).join(' ')

test('closures, paths, effective grants, holders and accounts are what recursion in SQL finds', async () => {
  const tenantId = await db.tenantId()
  await fc.assert(
    fc.asyncProperty(anyAccess, async ({ grants, memberships }) => {
      await importFiles(sql, tenantId, filesOf(grants, memberships))
      await inTenant(sql, tenantId, async (scoped) => {
        const ways = await waysInSql(scoped)
        for (const identityId of ['u0', 'u1', 'u2']) {
          const own = ways.filter(({ identity }) => identity === identityId)
          const { grants: effective } = await listEffectiveGrants(
            scoped,
            { identityId, applicationId: '' },
            { size: 100 },
          )
          const expected = [...Map.groupBy(own, ({ entitlement }) => entitlement)].map(([id, all]) => ({
            id,
            isDirect: all.some(({ way }) => way.length === 1),
            isInherited: all.some(({ way }) => way.length > 1),
          }))
          expect(
            effective.map(({ entitlementId: id, isDirect, isInherited }) => ({ id, isDirect, isInherited })),
          ).toEqual(expected.sort((a, b) => (a.id < b.id ? -1 : 1)))
          for (let e = 0; e < entitlements; e++) {
            const entitlementId = `e${e}`
            const explained = await explainAccess(scoped, identityId, { entitlementId, applicationId: '' }, 5)
            const found = explained.paths.map(({ steps }) => steps.map(({ id }) => id))
            const all = own
              .filter(({ entitlement }) => entitlement === entitlementId)
              .map(({ way }) => way)
              .sort(inOrder)
            expect([found, explained.hasMorePaths]).toEqual([all.slice(0, 5), all.length > 5])
          }
        }
        const given = await scoped<{ holder: string; entitlement: string }[]>`
          select holder.id as holder, e.id as entitlement from ${accessGiven(scoped)} given
          join entitlements holder on holder.key = given.holder_key join entitlements e on e.key = given.entitlement_key`
        const recursive = await scoped<{ holder: string; entitlement: string }[]>`
          with recursive given as (
            select key as holder_key, key as entitlement_key from entitlements
            union
            select given.holder_key, m.entitlement_key
            from given join entitlement_memberships m on m.holder_key = given.entitlement_key
          )
          select holder.id as holder, e.id as entitlement from given
          join entitlements holder on holder.key = given.holder_key join entitlements e on e.key = given.entitlement_key`
        const pairs = (rows: readonly { holder: string; entitlement: string }[]) =>
          rows.map(({ holder, entitlement }) => `${holder} ${entitlement}`).sort()
        expect(pairs(given)).toEqual(pairs(recursive))

        const identities = await scoped<
          { id: string; key: number }[]
        >`select id, key from ${identityRelation(scoped)} one`
        const idOf = new Map(identities.map(({ id, key }) => [key, id]))
        const names = Array.from({ length: entitlements }, (_, e) => ({
          applicationId: applicationOf(e),
          entitlementId: `e${e}`,
        }))
        for (const { applicationId, entitlementId, identityKeys } of await holdersOf(scoped, names)) {
          const holders = identityKeys
            .flatMap((list) => list.slice(1, -1).split(','))
            .map((key) => idOf.get(Number(key)))
          const expected = ways
            .filter(({ entitlement }) => entitlement === entitlementId)
            .map(({ identity }) => identity)
          expect([applicationId, new Set(holders)]).toEqual([applicationId, new Set(expected)])
        }
        const accounts = await scoped<{ account: string }[]>`
          select one.id || ' ' || application_id || ' ' || privileged as account
          from ${accountsInForce(scoped)} account join ${identityRelation(scoped)} one on one.key = account.identity_key`
        const expectedAccounts = [
          ...Map.groupBy(ways, ({ identity, entitlement }) => `${identity} ${applicationOf(Number(entitlement[1]))}`),
        ].map(([account, all]) => `${account} ${all.some(({ entitlement }) => entitlement === 'e6')}`)
        expect(accounts.map(({ account }) => account).sort()).toEqual(expectedAccounts.sort())
      })
    }),
    { numRuns: 12 },
  )
})

test('effective grants come in pages, of one application when it is named', async () => {
  const tenantId = await db.tenantId()
  await importFiles(
    sql,
    tenantId,
    filesOf(
      [[0, 0]],
      [
        [0, 1],
        [0, 2],
        [2, 4],
      ],
    ),
  )
  const list = (applicationId: string, size: number, after?: readonly [number]) =>
    inTenant(sql, tenantId, (scoped) =>
      listEffectiveGrants(scoped, { identityId: 'u0', applicationId }, { size, after }),
    )
  const first = await list('app0', 2)
  const second = await list('app0', 2, first.last)
  expect([first, second].map(({ grants }) => grants.map(({ entitlementId }) => entitlementId))).toEqual([
    ['e0', 'e2'],
    ['e4'],
  ])
  expect(second.last).toBeUndefined()
  await expect(list('app9', 2)).rejects.toMatchObject({ kind: 'not_found' })
})

test('a path of many groups is told by its ends', async () => {
  const tenantId = await db.tenantId()
  const chain = Array.from({ length: 300 }, (_, i) => `g${i},g${i + 1}`)
  await importFiles(sql, tenantId, {
    'identities.csv': 'id\nu0\n',
    'grants.csv': 'identity_id,entitlement_id\nu0,g0\n',
    'memberships.csv': ['holder_entitlement_id,entitlement_id', ...chain].join('\n'),
  })
  const { paths } = await inTenant(sql, tenantId, (scoped) =>
    explainAccess(scoped, 'u0', { entitlementId: 'g300', applicationId: '' }, 10),
  )
  expect(paths.map(({ steps, omittedSteps }) => [steps.length, steps[49]?.id, steps[50]?.id, omittedSteps])).toEqual([
    [100, 'g49', 'g251', 201],
  ])
})

test('groups of another tenant give nothing', async () => {
  const [own, other] = [await db.tenantId(), await db.tenantId()]
  await importFiles(sql, other, filesOf([[0, 0]], [[0, 1]]))
  await importFiles(sql, own, { ...filesOf([[0, 0]], []), 'memberships.csv': 'holder_entitlement_id,entitlement_id\n' })
  const { grants } = await inTenant(sql, own, (scoped) =>
    listEffectiveGrants(scoped, { identityId: 'u0', applicationId: '' }, { size: 10 }),
  )
  expect(grants.map(({ entitlementId }) => entitlementId)).toEqual(['e0'])
})
