import { randomUUID } from 'node:crypto'
import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { inTenant } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CohortFilter } from './cohort-filters.ts'
import { searchCohort, searchKnownCohort } from './search-cohort.ts'
import { SnapshotCache } from './snapshot-cache.ts'
import { replaceFindings } from './suggestions.ts'
import { findingOf } from './testing-findings.ts'

let db: TestDatabase
let tenantId: number
let cache: SnapshotCache
/** The id of the suggestion, whose cohort is the department IT. */
let id: string
/** Which searches ran, in their order. */
let ran: ('one query' | 'whole')[]

const people = ['a,IT,Berlin', 'b,IT,Bern', 'c,IT,Bern', 'd,Sales,Bern', 'e,IT,Rome']

beforeAll(async () => {
  db = await createTestDatabase()
})
beforeEach(async () => {
  tenantId = await db.tenantId()
  cache = new SnapshotCache(db.database.sql)
  ran = []
  await importPeople('id,department,location', people)
  const finding = findingOf(tenantId, 'IT')
  id = finding.id
  await inTenant(db.database.sql, tenantId, (sql) => replaceFindings(sql, tenantId, randomUUID(), [finding], '1'))
  await search()
  await search()
})
afterAll(() => db.drop())

async function importPeople(header: string, rows: readonly string[]): Promise<void> {
  const { sql } = db.database
  const { id: importId } = await createImport(sql, tenantId, { createdBy: 'tester', skipInvalid: false })
  const upload = (name: string, text: string) => uploadImportFile(sql, tenantId, importId, name, bytesOf(text))
  await upload('identities.csv', [header, ...rows].join('\n'))
  await upload('grants.csv', 'identity_id,application_id,entitlement_id\na,git,read')
  await commitImport(sql, tenantId, importId)
}

async function* bytesOf(text: string) {
  yield new TextEncoder().encode(text)
}

interface Search {
  readonly filters?: readonly CohortFilter[]
  readonly accessScope?: { readonly applicationId: string }
  readonly selected?: readonly { readonly applicationId: string; readonly entitlementId: string }[]
  readonly page?: { readonly size: number; readonly after?: readonly [number] }
}

/** The ids of the people on a page, and the rest of the page, in the way of the service. */
async function search({ filters = [], accessScope, selected = [], page = { size: 10 } }: Search = {}) {
  ran = []
  const within = { filters, accessScope }
  const { identities, ...rest } = await cache.readAtOnce(
    { tenantId },
    (sql, loaded) => {
      ran.push('one query')
      return searchKnownCohort(sql, loaded, id, within, page, selected)
    },
    (sql, loaded) => {
      ran.push('whole')
      return searchCohort(sql, loaded, id, within, page, selected)
    },
  )
  return { ids: identities.map((one) => one.id).join(), ...rest }
}

const located = (...values: string[]): CohortFilter => ({ attribute: 'location', values })

test('once a cohort was requested, any filters within it take one query', async () => {
  expect((await search()).ids).toBe('a,b,c,e')
  expect(ran).toEqual(['one query'])
  const cases: [Search, string, number | undefined][] = [
    [{ filters: [located('Bern')] }, 'b,c', 2],
    [{ filters: [located(' Bern ', 'Rome')] }, 'b,c,e', 3],
    [{ filters: [located('Bern', 'x'.repeat(1000))] }, 'b,c', 2],
    [{ filters: [located('Bern'), { attribute: 'department', values: ['IT'] }], page: { size: 1 } }, 'b', 2],
  ]
  for (const [request, ids, totalCount] of cases) {
    expect(await search(request), JSON.stringify(request)).toMatchObject({ ids, totalCount })
    expect(ran).toEqual(['one query'])
  }
})

test('a later page of a known cohort takes one query, too', async () => {
  const filters = [located('Bern', 'Rome')]
  const { ids, last } = await search({ filters, page: { size: 2 } })
  expect(ids).toBe('b,c')
  expect(await search({ filters, page: { size: 2, after: last! } })).toMatchObject({ ids: 'e', totalCount: undefined })
  expect(ran).toEqual(['one query'])
})

test('access, selected entitlements and a page without people are for the whole search', async () => {
  const read = { applicationId: 'git', entitlementId: 'read' }
  expect(await search({ accessScope: { applicationId: 'git' } })).toMatchObject({ ids: 'a', totalCount: 1 })
  expect(ran).toEqual(['one query', 'whole'])
  expect(await search({ selected: [read] })).toMatchObject({ ids: 'a,b,c,e', coveredCounts: [1, 0, 0, 0] })
  expect(ran).toEqual(['one query', 'whole'])
  expect(await search({ filters: [located('nowhere')] })).toMatchObject({ ids: '', totalCount: 0 })
  expect(ran).toEqual(['one query', 'whole'])
})

test('a filter is refused by the attributes that are in force, and after the check that the suggestion exists', async () => {
  const filters = [{ attribute: 'floor', values: ['2'] }]
  await expect(search({ filters })).rejects.toThrow('unknown attribute "floor"')
  await importPeople(
    'id,department,location,floor',
    people.map((one, place) => `${one},${place}`),
  )
  expect((await search({ filters })).ids).toBe('c')
  expect((await search({ filters })).ids).toBe('c')
  expect(ran).toEqual(['one query'])
  await inTenant(db.database.sql, tenantId, (sql) => sql`delete from role_mining_suggestions`)
  await expect(search({ filters })).rejects.toThrow(/suggestion ".*" does not exist/)
  await expect(search({ filters: [{ attribute: 'shoe size', values: ['42'] }] })).rejects.toThrow(
    /suggestion ".*" does not exist/,
  )
})

test('the people of a known cohort are those of the import in force, and of the filters that the suggestion has now', async () => {
  const filters = [located('Bern')]
  expect((await search({ filters })).ids).toBe('b,c')
  await importPeople('id,department,location', [...people, 'f,IT,Bern'])
  expect((await search({ filters })).ids).toBe('b,c,f')
  const sales = [{ attribute: 'department', values: ['Sales'] }]
  await inTenant(
    db.database.sql,
    tenantId,
    (sql) => sql`update role_mining_suggestions set cohort_filters = ${sql.json(sales)}`,
  )
  expect((await search({ filters })).ids).toBe('d')
  expect((await search({ filters: [located('Bern', 'Rome')] })).ids).toBe('d')
  expect(ran).toEqual(['one query'])
})
