import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { listAttributes } from '../read/lookups.ts'
import { describeSnapshot } from '../snapshot/describe-snapshot.ts'
import { listHeader } from './list-header.ts'
import { importFiles, snapshotByIds } from './testing-imports.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

const header = 'id,department,projects[],skills[|],note'
const rows = ['u1,IT,Zeus; Apollo;;Apollo ,sql|c;c++,a;b', 'u2,IT,,,', 'u3,IT, ; ,"go|""quoted""",x', 's1,IT,apollo,,y']
const people = { 'identities.csv': [header, ...rows].join('\n'), 'grants.csv': 'identity_id,entitlement_id\nu1,e1\n' }

test('a column with brackets is a list of values, sorted, each once; a column without is one text', async () => {
  const tenantId = await db.tenantId()
  await importFiles(sql, tenantId, people)
  const custom = { u1: {}, u2: {}, u3: {}, s1: {} } as Record<string, object>
  for (const [id, { department: _, directory_status: __, ...own }] of Object.entries(
    (await snapshotByIds(sql, tenantId))?.attributes ?? {},
  )) {
    custom[id] = own
  }
  const expected = {
    u1: { projects: ['Apollo', 'Zeus'], skills: ['c;c++', 'sql'], note: 'a;b' },
    u2: {},
    u3: { skills: ['"quoted"', 'go'], note: 'x' },
    s1: { projects: ['apollo'], note: 'y' },
  }
  expect(custom).toEqual(expected)
  const stored = await inTenant(sql, tenantId, async (scoped) => ({
    rows: await scoped<{ id: string; attributes: object }[]>`select id, attributes from identities`,
    lists: await listAttributes(scoped),
    description: await describeSnapshot(scoped),
  }))
  expect(Object.fromEntries(stored.rows.map(({ id, attributes }) => [id, attributes]))).toEqual(expected)
  expect([...stored.lists]).toEqual(['projects', 'skills'])
  expect(stored.description?.attributes).toEqual(
    expect.arrayContaining([
      { key: 'note', valueCount: 3 },
      { key: 'projects', valueCount: 3 },
      { key: 'skills', valueCount: 4 },
    ]),
  )
})

test('what an attribute is, the header in force says: a cell that looks like a list never does', async () => {
  const tenantId = await db.tenantId()
  await importFiles(sql, tenantId, people)
  await importFiles(sql, tenantId, {
    ...people,
    'identities.csv': people['identities.csv'].replace('projects[]', 'projects'),
  })
  expect((await snapshotByIds(sql, tenantId))?.attributes.u1?.projects).toBe('Zeus; Apollo;;Apollo')
  expect([...(await inTenant(sql, tenantId, listAttributes))]).toEqual(['skills'])
})

test.each([
  [
    'id,department[]',
    'the column "department" has one value for each identity, so it cannot be a list; leave out the brackets',
  ],
  ['id,a[],a', 'the column "a" occurs a second time'],
  ['id,manager[]', 'the column "manager" has the name of an attribute that Assay makes itself; rename it'],
  [
    'id,a[and]',
    'the brackets of "a[and]" must contain the sign between two values of a cell, such as ; or |, as in "a[;]"',
  ],
])('the header %s is refused', async (columns, reason) => {
  const files = { 'identities.csv': `${columns}\n`, 'grants.csv': 'identity_id,entitlement_id\n' }
  const tenantId = await db.tenantId()
  await expect(importFiles(sql, tenantId, files)).rejects.toMatchObject({
    violations: [expect.objectContaining({ description: reason })],
  })
})

test.each([
  ['projects[]', { name: 'projects', separator: ';' }],
  ['Cost Centers [,]', { name: 'Cost Centers', separator: ',' }],
  ['p[\u001f]', { name: 'p', separator: '\u001f' }],
  ['p[ ]', { name: 'p', separator: undefined }],
  ['p["]', { name: 'p', separator: undefined }],
  ['p[x]', { name: 'p', separator: undefined }],
  ['unit[/..]', { name: 'unit', separator: '/', isPath: true }],
  ['unit[>..]', { name: 'unit', separator: '>', isPath: true }],
  ['unit[x..]', { name: 'unit', separator: undefined, isPath: true }],
  ['unit[..]', { name: 'unit', separator: undefined }],
  ['[]', undefined],
  ['p[', undefined],
  ['p', undefined],
])('the header %j', (column, expected) => expect(listHeader(column)).toEqual(expected))

test('any lists come back as the set of their trimmed values, for any separator', async () => {
  const value = fc.string({ unit: fc.constantFrom('a', 'B', 'é', ' ', '"', ';', '|', '\n'), maxLength: 4 })
  const tenantId = await db.tenantId()
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(value, { maxLength: 4 }), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(';', '|', '\u001f'),
      async (lists, separator) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
        const lines = lists.map((list, i) => `p${i},${quoted(list.join(separator))}`)
        await importFiles(sql, tenantId, {
          'identities.csv': [`id,words[${separator}]`, ...lines].join('\n'),
          'grants.csv': 'identity_id,entitlement_id\n',
        })
        const view = await snapshotByIds(sql, tenantId)
        for (const [i, list] of lists.entries()) {
          const parts = list.join(separator).split(separator)
          const wanted = [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ''))].sort()
          expect(view?.attributes[`p${i}`]?.words ?? []).toEqual(wanted)
        }
      },
    ),
    { numRuns: 10 },
  )
})

test('of a path a person has the path and all that lies above it', async () => {
  const tenantId = await db.tenantId()
  const files = {
    'identities.csv': 'id,unit[/..]\nu1,Group / Sales/North\nu2,Group//Sales/\nu3,\nu4,Group/IT\n',
    'grants.csv': 'identity_id,entitlement_id\nu1,e1\n',
  }
  await importFiles(sql, tenantId, files)
  const { attributes } = (await snapshotByIds(sql, tenantId)) ?? { attributes: {} }
  expect(
    Object.fromEntries(Object.entries(attributes).map(([id, own]) => [id, (own as { unit?: string[] }).unit])),
  ).toEqual({
    u1: ['Group', 'Group/Sales', 'Group/Sales/North'],
    u2: ['Group', 'Group/Sales'],
    u3: undefined,
    u4: ['Group', 'Group/IT'],
  })
  expect([...(await inTenant(sql, tenantId, listAttributes))]).toEqual(['unit'])
})

test('a column of managers with [..] gives everybody above, one of dates with [tenure] how long ago they are', async () => {
  const tenantId = await db.tenantId()
  const identities = [
    'id,manager_id[..],hired[tenure]',
    'boss,,2000-01-01',
    'lead,boss,2024-02-01',
    'u1,lead,2025-01-31T12:00:00Z',
    'u2,lead,',
    'u3,elsewhere,2026-01-01',
    'a,b,',
    'b,a,',
  ]
  const files = { 'identities.csv': identities.join('\n'), 'grants.csv': 'identity_id,entitlement_id\nu1,e1\n' }
  await importFiles(sql, tenantId, files, { now: new Date('2025-02-01T10:00:00Z') })
  const expected = {
    boss: [undefined, ['10 years and more', '1 year and more', '2 years and more', '5 years and more']],
    lead: [['boss'], ['1 year and more', '1 year to 2 years', 'under 2 years', 'under 5 years', 'under 10 years']],
    u1: [
      ['boss', 'lead'],
      ['under 1 year', 'under 10 years', 'under 2 years', 'under 30 days', 'under 5 years'],
    ],
    u2: [['boss', 'lead'], undefined],
    u3: [['elsewhere'], ['not begun']],
    a: [['b'], undefined],
    b: [['a'], undefined],
  }
  const withDays: Record<string, readonly string[]> = {
    boss: ['30 days and more', '90 days and more'],
    lead: ['30 days and more', '90 days and more'],
    u1: ['under 90 days'],
  }
  const wanted = Object.fromEntries(
    Object.entries(expected).map(([id, [managers, tenure]]) => [
      id,
      [managers, tenure && [...tenure, ...(withDays[id] ?? [])].sort()],
    ]),
  )
  const { attributes } = (await snapshotByIds(sql, tenantId)) ?? { attributes: {} }
  const found = (all: Record<string, Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(all).map(([id, own]) => [id, [own.managers, own.hired_tenure]]))
  expect(found(attributes)).toEqual(wanted)
  const stored = await inTenant(sql, tenantId, async (scoped) => ({
    rows: await scoped<{ id: string; attributes: Record<string, unknown> }[]>`select id, attributes from identities`,
    lists: await listAttributes(scoped),
  }))
  expect(found(Object.fromEntries(stored.rows.map(({ id, attributes: own }) => [id, own])))).toEqual(wanted)
  expect([...stored.lists].sort()).toEqual(['hired_tenure', 'managers'])
})

test.each([
  ['id,hired[tenure]\nu1,31.1.2025', /hired: "31.1.2025" is neither a date \(2025-01-31\)/],
  ['id,managers[],manager_id[..]\nu1,,', /makes an attribute "managers", and there is a column of this name/],
  ['id,hired[tenure],hired_tenure\nu1,,', /the column "hired_tenure" occurs a second time/],
  ['id,department[tenure]\nu1,IT', /the column "department" holds no dates/],
])('a header that cannot make what it asks for, or a cell, is refused: %j', async (identities, reason) => {
  const files = { 'identities.csv': identities, 'grants.csv': 'identity_id,entitlement_id\n' }
  await expect(importFiles(sql, await db.tenantId(), files)).rejects.toMatchObject({
    violations: [expect.objectContaining({ description: expect.stringMatching(reason) })],
  })
})
