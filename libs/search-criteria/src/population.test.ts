import { replaceAccounts } from '@assay/directory'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { checkPopulationScope, type PopulationScope, resolvePopulation } from './population.ts'
import { importPeople, type Person } from './testing-people.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

const people: Person[] = [
  {
    id: 'p1',
    name: 'Ada Ng',
    user: 'ada.ng',
    dept: 'Sales',
    title: 'Clerk',
    manager: 'p3',
    custom: { location: 'Oslo', hired: '2020-05-01', seen: '2023-12-31T23:45:00Z' },
    held: ['crm/read', 'crm/admin'],
    projects: ['Moon Lander', 'Apollo', '2023-05-01'],
  },
  {
    id: 'p2',
    name: 'Ben Ito',
    user: 'ben',
    dept: 'sales',
    title: '',
    manager: 'p3',
    custom: { location: 'Berlin North', seen: '2024-01-01T01:30:00+02:00' },
    held: ['crm/read', 'mail/box'],
    projects: ['Lander Apollo', 'APOLLO'],
  },
  {
    id: 'p3',
    name: 'Chi Oslo',
    user: 'chi',
    dept: 'IT',
    title: 'Lead (acting)',
    manager: '',
    custom: { hired: '2024-01-01', seen: 'in 2023' },
    held: ['mail/box', 'mail/all_staff'],
  },
  { id: 'p4', name: '100% Dee_', user: 'dee', dept: 'R&D', title: 'Lead', manager: 'p1', custom: {}, held: [] },
  {
    id: 'p5',
    name: 'Eve',
    user: 'eve',
    dept: 'Sales',
    title: 'Clerk',
    manager: 'p3',
    custom: {},
    held: ['crm/read'],
    status: 'disabled',
  },
]
const tenantId = await db.tenantId()
await importPeople(sql, tenantId, people, ['p2', 'p4'])
const stranger = await db.tenantId()
await importPeople(sql, stranger, [{ ...people[0]!, id: 'q1' }])

const nothing: PopulationScope = { identityIds: [], criteria: null, attributeFilterCriteria: null }

async function found(scope: Partial<PopulationScope>, tenant = tenantId): Promise<string> {
  return inTenant(sql, tenant, async (scoped) => {
    const keys = await resolvePopulation(scoped, { ...nothing, ...scope })
    if (keys === undefined) return 'everybody'
    const rows = await scoped<
      { id: string }[]
    >`select id from identities where key = any(${keys}::integer[]) order by id`
    return rows.map(({ id }) => id).join(' ')
  })
}

test.each([
  ['attributes.department:sales', 'p1 p2'],
  ['attributes.department.exact:Sales', 'p1'],
  ['attributes.location:oslo', 'p1'],
  ['attributes.location:north', 'p2'],
  ['attributes.location:nort', ''],
  ['attributes.location:nort*', 'p2'],
  ['attributes.location:*orth', 'p2'],
  ['attributes.location:*ort*', 'p2'],
  ['attributes.location:b*rlin', 'p2'],
  // A wildcard does not match beyond its word.
  ['attributes.location:b*north', ''],
  ['b*north', ''],
  ['attributes.location:"berlin  north"', 'p2'],
  ['attributes.location:b?rlin', 'p2'],
  ['attributes.location:?slo', 'p1'],
  ['attributes.location.exact:Ber*th', 'p2'],
  ['attributes.location.exact:Berlin', ''],
  // A phrase does not match beyond one text: p2 has the title "" between its department and its manager.
  ['"sales p3"', ''],
  ['"100%"', 'p4'],
  ['name:ada.*', 'p1'],
  ['name:*.ng', 'p1'],
  ['name:*a.n*', 'p1'],
  ['name:ad*ng', 'p1'],
  ['attributes.jobTitle:"lead (acting)"', 'p3'],
  ['attributes.job_title:lead', 'p3 p4'],
  ['oslo', 'p1 p3'],
  ['name:"ada ng"', 'p1'],
  ['name:ada.ng', 'p1'],
  ['name:ada?ng', 'p1'],
  ['displayName:100%', 'p4'],
  ['displayName:_', ''],
  ['attributes.department:d', 'p4'],
  ['attributes.jobTitle:acting', 'p3'],
  ['name:ada.n', ''],
  ['name:ng', 'p1'],
  ['displayName:dee_', 'p4'],
  ['manager.name:"chi oslo"', 'p1 p2'],
  ['manager.id:p3 AND NOT attributes.location:oslo', 'p2'],
  ['isManager:true', 'p1 p3'],
  ['isManager:false', 'p2 p4'],
  ['source.name:"customer base"', 'p1 p2'],
  ['source.id:mail', 'p2 p3'],
  ['NOT @accounts(source.name:Mail)', 'p1 p4'],
  ['@accounts(source.id:crm AND privileged:true)', 'p1'],
  // p1 holds an entitlement of crm that is not privileged, but its account there is privileged.
  ['@accounts(privileged:false)', 'p2 p3'],
  ['@accounts(source.id:crm NOT privileged:true)', 'p2'],
  ['@accounts(-source.id:crm)', 'p2 p3'],
  ['NOT @accounts(*)', 'p4'],
  ['@accounts(name:chi)', 'p3'],
  ['@access(+source.id:mail -name:mailbox)', 'p3'],
  ['@access(source.id:mail AND name:reader)', ''],
  ['@access(name:reader) AND @access(source.id:mail)', 'p2'],
  ['@access(attribute:list)', 'p3'],
  ['@access(type:ROLE)', 'p2 p4'],
  ['@access(type:ACCESS_PROFILE)', ''],
  ['accessProfileCount:0 AND roleCount:1', 'p2 p4'],
  ['status:ACTIVE', 'p1 p2 p3 p4'],
  ['@access(name:"staff basics")', 'p2 p4'],
  ['@access(value:all_staff)', 'p3'],
  ['@access(reader)', 'p1 p2'],
  ['@apps(name:mail)', 'p2 p3'],
  ['accountCount:2', 'p2'],
  ['entitlementCount:[1 TO 2]', 'p1 p2 p3'],
  ['accessCount:>2', 'p2'],
  ['accountCount:(>=1 AND <2)', 'p1 p3'],
  ['roleCount:0', 'p1 p3'],
  ['_exists_:attributes.location', 'p1 p2'],
  ['NOT _exists_:attributes.jobTitle', 'p2'],
  ['_exists_:manager', 'p1 p2 p4'],
  ['attributes.hired:[2020-01-01 TO 2021-01-01]', 'p1'],
  ['attributes.hired:<now', 'p1 p3'],
  ['attributes.hired:[2020-05-01 TO 2024-01-01]', 'p1 p3'],
  ['attributes.hired:{* TO 2024-01-01}', 'p1'],
  // By time and not as texts: p2 was seen a quarter of an hour before p1, in another zone.
  ['attributes.seen:[2023-12-31T23:40:00Z TO 2024-01-01T00:00:00Z]', 'p1'],
  ['attributes.seen:<2024-01-01', 'p1 p2'],
  ['attributes.seen:<"2023-12-31T23:40:00Z"', 'p2'],
  ['attributes.seen:[2023-12-31 TO 2023-12-31]', 'p1 p2'],
  ['attributes.seen:>2023-12-31', ''],
  ['attributes.seen:>=2023-12-31', 'p1 p2'],
  ['attributes.seen:{2023-12-30 TO now-1d]', 'p1 p2'],
  ['attributes.seen:[in TO m]', 'p3'],
  ['NOT attributes.seen:<now', 'p3 p4'],
  ['attributes.projects:apollo', 'p1 p2'],
  ['attributes.projects.exact:Apollo', 'p1'],
  ['attributes.projects.exact:APOL*', 'p2'],
  // Neither a phrase nor a wildcard matches beyond one value of a list.
  ['attributes.projects:"lander apollo"', 'p2'],
  ['attributes.projects:"apollo moon"', ''],
  ['"lander apollo"', 'p2'],
  ['"apollo moon"', ''],
  ['attributes.projects:moon AND attributes.projects:apollo', 'p1'],
  ['_exists_:attributes.projects', 'p1 p2'],
  ['NOT attributes.projects:moon', 'p2 p3 p4'],
  ['attributes.projects:[2023-01-01 TO 2023-12-31]', 'p1'],
  ['attributes.projects:[l TO lb]', 'p2'],
  ['status:disabled', ''],
  ['attributes.nothing:x', ''],
  ['attributes.department:"x\'; drop table identities; --"', ''],
  ["attributes.a\\'b:x", ''],
])('%s finds %j', async (criteria, ids) => {
  expect(await found({ criteria })).toBe(ids)
})

test('what is stated narrows, and nothing stated means everybody', async () => {
  const filter = (name: string, ...values: string[]) => ({
    displayName: { untranslated: 'x' },
    data: { name, operator: 'EQUALS', values },
  })
  expect(await found({})).toBe('everybody')
  expect(await found({ criteria: ' ', attributeFilterCriteria: [] })).toBe('everybody')
  expect(await found({ identityIds: ['p1', 'p3', 'p5'] })).toBe('p1 p3')
  expect(await found({ attributeFilterCriteria: [filter('location', 'oslo', 'Berlin North ')] })).toBe('p1 p2')
  expect(await found({ attributeFilterCriteria: [filter('department', 'Sales'), filter('location', 'Oslo')] })).toBe(
    'p1',
  )
  expect(await found({ identityIds: ['p2', 'p4'], criteria: 'attributes.department:sales' })).toBe('p2')
  expect(await found({ criteria: 'ada', attributeFilterCriteria: [filter('jobTitle', 'Lead')] })).toBe('')
  expect(await found({ attributeFilterCriteria: [filter('projects', 'moon lander', 'none')] })).toBe('p1')
  expect(await found({ attributeFilterCriteria: [filter('projects', 'apollo')] })).toBe('p1 p2')
  expect(await found({ criteria: 'ada' }, stranger)).toBe('q1')
  expect(await found({ identityIds: ['q1'] })).toBe('')
})

test.each<[Partial<PopulationScope>, string]>([
  [{ identityIds: ['p1', 'x', 'q1'] }, 'scope.identityIds: nobody has the id "q1", "x"'],
  [{ criteria: 'name:' }, 'scope.criteria: column 6'],
  [{ attributeFilterCriteria: ['x'] }, 'scope.attributeFilterCriteria[0].data.name: must be the name'],
  [
    { attributeFilterCriteria: [{ data: { name: 'a', operator: 'LIKE', values: ['x'] } }] },
    '[0].data.operator: must be "EQUALS", it is "LIKE"',
  ],
  [
    { attributeFilterCriteria: [{ data: { name: 'a', operator: 'EQUALS', values: [1] } }] },
    '[0].data.values: must be an array of 1 to 1000 texts',
  ],
  [{ attributeFilterCriteria: [{ data: { name: 'a', operator: 'EQUALS' } }] }, '[0].data.values'],
])('%j is refused', async (scope, message) => {
  await expect(
    inTenant(sql, tenantId, (scoped) => checkPopulationScope(scoped, { ...nothing, ...scope })),
  ).rejects.toThrow(message)
})

const throughGroups = await db.tenantId()
await importPeople(
  sql,
  throughGroups,
  people,
  [],
  [
    ['mail/all_staff', 'crm/admin'],
    ['crm/admin', 'mail/all_staff'],
  ],
)

test.each([
  ['@accounts(source.id:crm)', 'p1 p2 p3'],
  ['@accounts(source.id:mail)', 'p1 p2 p3'],
  ['@accounts(source.id:crm AND privileged:true)', 'p1 p3'],
  ['@accounts(source.id:crm NOT privileged:true)', 'p2'],
  ['@access(value:admin)', 'p1 p3'],
  ['@access(name:reader)', 'p1 p2'],
  ['@apps(name:mail)', 'p1 p2 p3'],
  ['accountCount:2', 'p1 p2 p3'],
  // Only assigned access is counted.
  ['entitlementCount:2', 'p1 p2 p3'],
  ['entitlementCount:>2', ''],
])('through groups, %s finds %j', async (criteria, ids) => {
  expect(await found({ criteria }, throughGroups)).toBe(ids)
})

const withAccounts = await db.tenantId()
await importPeople(sql, withAccounts, people)
await inTenant(sql, withAccounts, (scoped) => {
  const account = (identityId: string, applicationId: string, id: string, name = '', isDisabled = false) =>
    ({ identityId, applicationId, id, name, isDisabled }) as const
  return replaceAccounts(scoped, withAccounts, [
    account('p1', 'crm', 'NG_A', 'ada'),
    account('p1', 'crm', 'ADM-7', '', true),
    // An account without known access.
    account('p4', 'mail', 'dee-mail'),
  ])
})

test.each([
  // p1 has two accounts from a source, which replace the one that follows from its access. The accounts of p2 and p3 follow
  // from theirs.
  ['accountCount:2', 'p1 p2'],
  ['accountCount:1', 'p3 p4'],
  ['appCount:1', 'p1 p3'],
  ['@accounts(source.id:mail)', 'p2 p3 p4'],
  ['@accounts(source.name:Mail NOT source.id:crm)', 'p2 p3 p4'],
  ['@accounts(accountId:NG_A)', 'p1'],
  ['@accounts(accountId:p1)', ''],
  ['@accounts(accountId:p2)', 'p2'],
  ['@accounts(name:ada)', 'p1'],
  ['@accounts(name:"adm 7")', 'p1'],
  ['@accounts(disabled:true)', 'p1'],
  ['@accounts(disabled:true AND source.id:mail)', ''],
  ['@accounts(accountId:"ADM 7" AND privileged:true)', 'p1'],
  ['@accounts(privileged:true)', 'p1'],
  ['@accounts(dee)', 'p4'],
  ['@apps(id:mail)', 'p2 p3'],
])('with accounts of sources, %s finds %j', async (criteria, ids) => {
  expect(await found({ criteria }, withAccounts)).toBe(ids)
})

test('another tenant sees none of these accounts', async () => {
  expect(await found({ criteria: '@accounts(accountId:NG_A)' })).toBe('')
  expect(await found({ criteria: 'accountCount:2' })).toBe('p2')
})
