import type { SnapshotChanges } from '@assay/mining'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { changesOfLoads, listLoadChanges, loadChangeSentences, storeLoadChange } from './load-changes.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

const value = (name: string) => ({ value: name, joined: 1, left: 0, movedIn: 2, movedOut: 0 })
const entitlement = (key: number) => ({ key, added: 3, removed: 0, addedByJoined: 1, removedByLeft: 0 })
const range = (count: number) => [...Array(count).keys()]

function changes(values: number, entitlements: number): SnapshotChanges {
  const people = { peopleBefore: 9, peopleAfter: 10, joined: 1, left: 0 }
  const grants = { grantsBefore: 1, grantsAfter: 4, grantsAdded: 3, grantsRemoved: 0 }
  const attribute = (name: string) => ({
    attribute: name,
    moved: 2,
    values: range(values).map((i) => value(`${name} ${i}`)),
  })
  return {
    ...people,
    ...grants,
    attributes: ['department', 'location'].map(attribute),
    entitlements: range(entitlements).map(entitlement),
  }
}

test('a list has the largest changes of each load, and a comparison has the requested changes and whether some may be missing', async () => {
  const tenantId = await db.tenantId()
  await inTenant(db.database.sql, tenantId, async (sql) => {
    await storeLoadChange(sql, tenantId, { importId: '2', previousImportId: '1' }, changes(30, 50))
    await storeLoadChange(sql, tenantId, { importId: '3', previousImportId: '2' }, changes(3, 20_001))
    const { loads } = await listLoadChanges(sql, { size: 5 })
    expect(loads.map((load) => [load.importId, load.changes])).toEqual([
      ['3', changes(3, 20)],
      ['2', changes(10, 20)],
    ])
    const asked = { attributes: ['location'], values: ['location 25', 'department 1'], entitlements: [40, 20_000] }
    const found = await changesOfLoads(sql, { after: '1', upTo: '3' }, asked)
    expect(
      found.map((load) => [load.importId, load.isCut, load.changes.attributes, load.changes.entitlements]),
    ).toEqual([
      ['2', false, [{ attribute: 'location', moved: 2, values: [value('location 25')] }], [entitlement(40)]],
      ['3', true, [{ attribute: 'location', moved: 2, values: [] }], [entitlement(40)]],
    ])
    const none = await changesOfLoads(sql, { after: '2', upTo: '3' }, { attributes: [], values: [], entitlements: [] })
    expect(none[0]!.changes).toMatchObject({ attributes: [], entitlements: [], joined: 1 })
  })
})

test('the changes of a load are described with the words for an attribute', () => {
  const [attribute] = changes(1, 0).attributes
  const attributes = attribute === undefined ? [] : [{ ...attribute, attribute: 'job_title', moved: 2 }]
  expect(loadChangeSentences({ ...changes(1, 0), attributes })).toEqual([
    '1 person joined and 0 left; now: 10.',
    '3 grants came and 0 went; now: 4.',
    '2 people have another job title.',
  ])
})
