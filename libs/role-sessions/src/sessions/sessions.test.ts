import { parseFilter } from '@assay/collection-query'
import { jobs, prepareQueues } from '@assay/jobs'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, describe, expect, test } from 'vitest'
import type { PatchOperation } from '../json-patch.ts'
import { sessionQueues } from '../queues.ts'
import { insertOrganisation, insertSession } from '../testing-roles.ts'
import { createSession, type SessionRequest } from './create-session.ts'
import { listSessions, type SessionSorter } from './list-sessions.ts'
import { pageOfSessions, type SessionPosition } from './page-sessions.ts'
import { patchSession } from './patch-session.ts'
import { getSession } from './session-rows.ts'

const db = await createTestDatabase()
await prepareQueues(db.ownerUrl, sessionQueues)
afterAll(async () => {
  await db.drop()
})
const tenantId = await db.tenantId()
await insertOrganisation(db.database.sql, tenantId)
const ashley = { identityId: 'i1', displayName: 'Ashley' }

function within<T>(work: (sql: TenantSql) => Promise<T>): Promise<T> {
  return inTenant(db.database.sql, tenantId, work)
}
const make = (request: SessionRequest, creator = ashley) =>
  within((sql) => createSession(sql, jobs, tenantId, creator, request))
const shown = (id: string) => within((sql) => getSession(sql, id))
const patch = (id: string, operations: PatchOperation[]) =>
  within((sql) => patchSession(sql, jobs, tenantId, id, operations))
const jobsOf = async (id: string) => {
  const rows = await db.owner.sql`select from pgboss.job where name = 'session-calculation' and singleton_key = ${id}`
  return rows.length
}

test('a session of which nothing is said takes the defaults, and a job is queued with it', async () => {
  const id = await make({})
  expect(await shown(id)).toMatchObject({
    name: null,
    type: 'SPECIALIZED',
    scopingMethod: 'MANUAL',
    scope: { identityIds: [], criteria: null, attributeFilterCriteria: null },
    pruneThreshold: null,
    minIdentities: 20,
    emailRecipientId: null,
    saved: false,
    state: 'CREATED',
    prescribedPruneThreshold: null,
    identityCount: 0,
    potentialRoleCount: 0,
    createdById: 'i1',
    createdByName: 'Ashley',
  })
  expect(await jobsOf(id)).toBe(1)
})

test('what was said is kept as it was said, a single filter as a list of one', async () => {
  const filter = { data: { name: 'location', operator: 'EQUALS', values: ['Oslo'] } }
  const id = await make({
    name: 'RM Session',
    type: 'COMMON',
    scope: { identityIds: ['i2', 'i1', 'i2'], criteria: 'attributes.location:Oslo', attributeFilterCriteria: filter },
    pruneThreshold: 0,
    minIdentities: 1,
    emailRecipientId: 'i2',
    saved: true,
  })
  expect(await shown(id)).toMatchObject({
    name: 'RM Session',
    type: 'COMMON',
    scope: { identityIds: ['i2', 'i1'], criteria: 'attributes.location:Oslo', attributeFilterCriteria: [filter] },
    pruneThreshold: 0,
    minIdentities: 1,
    emailRecipientId: 'i2',
    saved: true,
  })
})

test.each<[SessionRequest, string]>([
  [{ pruneThreshold: 101 }, 'pruneThreshold: must be a whole number from 0 to 100, it is 101'],
  [{ pruneThreshold: -1 }, 'pruneThreshold: must be a whole number from 0 to 100'],
  [{ minIdentities: 0 }, 'minNumIdentitiesInPotentialRole: must be a whole number from 1 to 1000000, it is 0'],
  [{ scope: { identityIds: ['i1', 'x', 'y'] } }, 'scope.identityIds: nobody has the id "x", "y"'],
  [{ scope: { identityIds: [], attributeFilterCriteria: 'Oslo' } }, 'scope.attributeFilterCriteria[0].data.name'],
  [{ scope: { identityIds: [], criteria: 'name:(a OR' } }, 'scope.criteria: column '],
  [{ emailRecipientId: 'x' }, 'emailRecipientId: identity "x" does not exist'],
  [{ name: 'x'.repeat(201) }, 'name: must have at most 200 characters'],
  [{ name: 'a\0b' }, 'U+0000'],
])('%j is refused, and nothing is made', async (request, message) => {
  const count = async () => (await within((sql) => sql`select from mining_sessions`)).length
  const before = await count()
  await expect(make(request)).rejects.toThrow(message)
  expect(await count()).toBe(before)
})

test('an id that no session has, or that is none, is not found; nor is one of another tenant', async () => {
  const id = await make({})
  const stranger = await db.tenantId()
  await expect(shown('nothing')).rejects.toThrow('role mining session "nothing" does not exist')
  await expect(patch('nothing', [])).rejects.toThrow('role mining session "nothing" does not exist')
  await inTenant(db.database.sql, stranger, async (sql) => {
    await expect(getSession(sql, id)).rejects.toThrow('does not exist')
    await expect(patchSession(sql, jobs, stranger, id, [])).rejects.toThrow('does not exist')
    expect(await listSessions(sql, { ...everything, wantsTotal: true })).toEqual({ items: [], total: 0 })
  })
})

describe('a patch', () => {
  test('of name and saved calculates nothing anew', async () => {
    const id = await make({})
    await patch(id, [
      { op: 'add', path: '/name', value: 'Kept' },
      { op: 'replace', path: '/saved', value: 'true' },
    ])
    expect(await shown(id)).toMatchObject({ name: 'Kept', saved: true, state: 'CREATED', calculation: 1 })
    await patch(id, [{ op: 'replace', path: '/name', value: null }])
    expect(await shown(id)).toMatchObject({ name: null })
    expect(await jobsOf(id)).toBe(1)
  })

  test('of threshold or fewest identities, typed or as text, asks for another calculation', async () => {
    const id = await make({})
    await patch(id, [
      { op: 'replace', path: '/pruneThreshold', value: '83' },
      { op: 'replace', path: '/minNumIdentitiesInPotentialRole', value: 10 },
    ])
    expect(await shown(id)).toMatchObject({ pruneThreshold: 83, minIdentities: 10, state: 'UPDATED', calculation: 2 })
    await patch(id, [{ op: 'replace', path: '/pruneThreshold', value: null }])
    expect(await shown(id)).toMatchObject({ pruneThreshold: null, calculation: 3 })
    expect(await jobsOf(id)).toBe(3)
  })

  test('that sets a threshold to what it was calculates anew, with the access data of today', async () => {
    const id = await make({})
    await patch(id, [{ op: 'replace', path: '/minNumIdentitiesInPotentialRole', value: '20' }])
    expect(await shown(id)).toMatchObject({ state: 'UPDATED', calculation: 2 })
  })

  const replace = (path: string, value: unknown) => ({ op: 'replace', path, value })
  test.each<[PatchOperation[], string]>([
    [[], 'body: must be an array of 1 to 100 operations'],
    [[{ op: 'remove', path: '/name' }], '[0].op: "remove" is not supported for /name; supported: replace, add'],
    [[{ op: 'test', path: '/saved', value: false }], '[0].op: "test" is not supported'],
    [[replace('/scope', {})], '[0].path: "/scope" cannot be changed'],
    [[replace('/name', 'x'), replace('/pruneThreshold', 101)], '[1].value: must be a whole number from 0 to 100'],
    [[replace('/pruneThreshold', '8.5')], '[0].value'],
    [[replace('/minNumIdentitiesInPotentialRole', null)], '[0].value'],
    [[replace('/saved', 'perhaps')], '[0].value: must be true or false, it is "perhaps"'],
    [[{ op: 'replace', path: '/saved' }], '[0].value: is missing'],
    [[replace('/pruneThreshold', 10), replace('/pruneThreshold', 20)], '[1].value: contradicts [0]'],
  ])('%j is refused, and nothing is changed', async (operations, message) => {
    const id = await make({ name: 'As before' })
    const before = await shown(id)
    await expect(patch(id, operations)).rejects.toThrow(message)
    expect(await shown(id)).toEqual(before)
    expect(await jobsOf(id)).toBe(1)
  })
})

const everything = {
  filter: { kind: 'and', of: [] },
  sorters: [],
  page: { limit: 250, offset: 0 },
  wantsTotal: false,
} as const

test('lists are newest first, or sorted by creator or time, filtered by name and saved, and counted', async () => {
  const tenant = await db.tenantId()
  await inTenant(db.database.sql, tenant, async (sql) => {
    const insert = async (name: string, createdByName: string | undefined, createdAt: string, saved = false) => {
      const id = await insertSession(sql, tenant, { name, ...(createdByName !== undefined && { createdByName }) })
      await sql`update mining_sessions set created_at = ${createdAt}, saved = ${saved} where id = ${id}`
    }
    await insert('RM one', 'berta', '2026-01-01T00:00:00Z', true)
    await insert('rm two', 'Anna', '2026-01-02T00:00:00Z', true)
    await insert('Other', undefined, '2026-01-03T00:00:00Z')
    const fields = {
      saved: { type: 'boolean', operators: ['eq'] },
      name: { type: 'text', operators: ['eq', 'sw'] },
    } as const
    const names = async (filters: string, sorter?: SessionSorter, descending = false) => {
      const sorters = sorter === undefined ? [] : [{ name: sorter, descending }]
      const { items } = await listSessions(sql, { ...everything, filter: parseFilter(filters, fields), sorters })
      return items.map(({ name }) => name).join(', ')
    }
    expect(await names('')).toBe('Other, rm two, RM one')
    expect(await names('', 'createdDate')).toBe('RM one, rm two, Other')
    expect(await names('', 'createdBy')).toBe('rm two, RM one, Other')
    expect(await names('', 'createdBy', true)).toBe('RM one, rm two, Other')
    expect(await names('saved eq "true" and name sw "RM"')).toBe('rm two, RM one')
    expect(await names('name eq "other"')).toBe('Other')
    const page = await listSessions(sql, { ...everything, page: { limit: 1, offset: 1 }, wantsTotal: true })
    expect([page.items.map(({ name }) => name), page.total]).toEqual([['rm two'], 3])
    const past = await listSessions(sql, { ...everything, page: { limit: 1, offset: 9 }, wantsTotal: false })
    expect(past).toEqual({ items: [], total: undefined })
  })
})

test('a page ends early where its sessions name very many people, and the next ones have the rest', async () => {
  const tenant = await db.tenantId()
  await inTenant(db.database.sql, tenant, async (sql) => {
    for (const name of ['one', 'two', 'three', 'four']) {
      const id = await insertSession(sql, tenant, { name })
      await sql`
        update mining_sessions set created_at = clock_timestamp(),
          scope = jsonb_build_object('identityIds', jsonb_build_array(repeat('x', 3000000))) where id = ${id}`
    }
    const pages: (string | null)[][] = []
    let after: SessionPosition | undefined
    do {
      const { sessions, last } = await pageOfSessions(sql, { size: 3, after })
      pages.push(sessions.map(({ name }) => name))
      after = last
    } while (after !== undefined)
    expect(pages).toEqual([
      ['four', 'three'],
      ['two', 'one'],
    ])
  })
})
