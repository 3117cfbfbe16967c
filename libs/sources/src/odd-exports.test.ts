import { expect, test } from 'vitest'
import { bytesFile, load, shortGrant } from './testing-load.ts'

// Exports in which something is no person and no access, or a fault.

test('users below the answer of an API hold the groups that are objects in their records, by their names', async () => {
  const user = (name: string, status: string, groups: readonly string[]) => ({
    ...{ user_id: `U-${name}`, username: name, email: `${name}@x.test`, status },
    groups: groups.map((group) => ({ group_id: `G-${group}`, name: group, desc: '' })),
  })
  const response = [user('ana', 'active', ['Staff', 'VPN']), user('bo', 'disabled', [])]
  const { people, grants } = await load([bytesFile('users.json', JSON.stringify({ stat: 'OK', response }))])
  expect(people).toEqual({ enabled: ['ana'], disabled: ['bo'] })
  expect(grants.map(shortGrant)).toEqual(['ana Staff', 'ana VPN'])
})

test('a version and a title beside lists of people are no people, and are reported', async () => {
  const document = { version: '3', title: 'Roles of the shop', admin: ['ana'], dev: ['ana', 'bo'] }
  const loaded = await load([bytesFile('roles.json', JSON.stringify(document))])
  expect(loaded).toMatchObject({ people: { enabled: ['ana', 'bo'] }, faults: [] })
  expect(loaded.entitlements).toEqual(['roles admin', 'roles dev'])
  expect(loaded.leftOut).toEqual({ 'a single value stands where others have a list': 2 })
})

test('a single value under a name that a map says is a person as one in a list is', async () => {
  const loaded = await load([bytesFile('OWNERS_ALIASES', 'aliases:\n  ops: cy\n  dev:\n  - ana\n  - bo\n')])
  expect([loaded.people, loaded.leftOut]).toEqual([{ enabled: ['ana', 'bo', 'cy'] }, {}])
})

test('computers of BloodHound are no people', async () => {
  const of = (properties: object, more: object) => ({
    ...{ PrimaryGroupSID: 'S-1-513', AllowedToDelegate: [], Properties: { enabled: true, ...properties } },
    ...more,
  })
  const users = { data: [of({ name: 'ANA@X.TEST' }, { ObjectIdentifier: 'S-1-1' })], meta: { type: 'users' } }
  const computers = {
    data: [of({ name: 'PC.X.TEST' }, { ObjectIdentifier: 'S-1-2', Sessions: { Results: [] }, LocalGroups: [] })],
    meta: { type: 'computers' },
  }
  const files = Object.entries({ users, computers }).map(([name, json]) =>
    bytesFile(`${name}.json`, JSON.stringify(json)),
  )
  const { people, unmapped } = await load(files)
  expect([people, unmapped]).toEqual([{ enabled: ['ANA@X.TEST'] }, ['computers.json']])
})

test.each([
  [
    'a second list of sqlplus',
    'GRANTEE GRANTED_ROLE\n------- ------------\nANA     CLERK\n\nGRANTEE PRIVILEGE    ADM\n------- ------------ ---\nBO      CREATE TABLE NO\n',
    'grants.lst:6: another list begins here',
  ],
  [
    'rows of sqlplus that were wrapped',
    'GRANTEE GRANTED_ROLE\n------- ------------\nADM\n---\nANA     CLERK\nNO\n',
    'grants.lst:4: another list begins here',
  ],
  [
    'a second table of psql with as many columns',
    ' grantee | granted_role\n---------+--------------\n ana     | clerk\n(1 row)\n\n grantor | member\n---------+--------\n bo      | cy\n(1 row)\n',
    'grants.lst:7: another list begins here',
  ],
  [
    'a second table of MySQL with as many columns',
    '+---------+--------------+\n| GRANTEE | GRANTED_ROLE |\n+---------+--------------+\n| ana     | clerk        |\n+---------+--------------+\n' +
      '+-------+--------+\n| OWNER | TABLE  |\n+-------+--------+\n| bo    | orders |\n+-------+--------+\n',
    'grants.lst:7: another list begins here',
  ],
  [
    'a list that PowerShell has cut off within braces',
    'SamAccountName MemberOf\n-------------- --------\nana            {CN=A,DC=x, CN=B,DC=x...}\n',
    'grants.lst:3: the list has cut a value off',
  ],
  ['a dump that ends within a statement', 'GRANT a TO ana;\nGRANT b TO an', 'grants.lst:2: the statement has no end'],
  [
    'a comment without an end',
    'GRANT a TO ana;\n/* until here\nGRANT b TO ana;\nGRANT c TO ana;\n',
    'grants.lst:2: what begins here never ends with */',
  ],
  ['a quote without an end', "GRANT a TO ana;\nGRANT b TO o'brien;\n", 'grants.lst:2: the statement'],
  [
    'names in bytes by csvde',
    "SamAccountName,MemberOf\nana,X'434e3dc3bc'\n",
    'grants.lst:2 id: "X\'434e3dc3bc\'" is written in bytes',
  ],
])('%s is a fault and not other access', async (_, text, fault) => {
  const { faults } = await load([bytesFile('grants.lst', text)])
  expect(faults[0]).toContain(fault)
})

test('files of one name in folders are a fault where the name says of which group they are', async () => {
  const members = JSON.stringify([{ id: 1, username: 'ana', state: 'active', access_level: 30 }])
  const { faults } = await load(['dev/members.json', 'ops/members.json'].map((name) => bytesFile(name, members)))
  expect(faults).toEqual([expect.stringMatching(/^ops\/members\.json: is called as dev\/members\.json is/)])
})

test('a second table of Markdown is a fault and no rows of the first', async () => {
  const text =
    '# Roles\n| User | Role | Email |\n|---|---|---|\n| ana | admin | a@x.test |\n\n# Phones\n| Name | Phone | Floor |\n|---|---|---|\n| bo | 7 | 2 |\n'
  const { faults, isFatal } = await load([bytesFile('access.md', text)])
  expect([faults[0], isFatal]).toEqual([expect.stringContaining('access.md:7: another list begins here'), true])
})

test('a value that a printed list has cut off is a fault and not another value', async () => {
  const text = 'GroupName     SamAccountName\n------------- --------------\nOperators ... ana\n'
  const { faults, grants } = await load([bytesFile('members.txt', text)])
  expect(grants).toEqual([])
  expect(faults[0]).toBe('members.txt:3: the list has cut a value off ("..."); export it as CSV')
})
