import { expect, test } from 'vitest'
import { bytesFile, load, shortGrant } from './testing-load.ts'
import { workbookBytes } from './testing-workbook.ts'

const rows = 'User,Full name,Department,Role\nana,Ana Meier,Sales,Clerk\nbo,Bo Kurt,Sales,Boss\n'
const wanted = { people: { enabled: ['ana', 'bo'] }, faults: [], unmapped: [], others: [] }
const grants = ['ana Clerk', 'bo Boss']
const closing = 'it closes the table: a sum, a count or a remark'

test.each([
  ['a title and a date above it', `Access report\nGenerated,2025-05-01\n\n${rows}`],
  ['titles as wide as the table', `Access report,,,\nGenerated 2025-05-01,,,\n,,,\n${rows}`],
  ['names that go over several columns', `Account,,,Access\n${rows}`],
  ['a title with a break in quotes', `"Access\nreport"\n${rows}`],
])('a table below %s is read from its header on', async (_, text) => {
  const loaded = await load([bytesFile('access.csv', text)])
  expect(loaded).toMatchObject({ ...wanted, leftOut: {} })
  expect(loaded.grants.map(shortGrant)).toEqual(grants)
  expect(loaded.looks).toEqual([expect.stringMatching(/a table separated by commas below \d lines? of titles/)])
})

test.each([
  ['a sum', 'Total,2,,2\n', 1],
  ['a sum without numbers beside', 'Grand total: 2,,,\n', 1],
  ['a sum in Polish', 'Razem,2,,2\n', 1],
  ['a sum of employees in Polish', 'Razem pracowników: 2,,,\n', 1],
  ['a sum that begins with letters beyond ASCII', 'Łącznie,2,,2\nOGÓŁEM,2,,2\n', 2],
  ['a short sum with the first cell filled', 'RAZEM,2\n', 1],
  ['a count', '2 records\n', 1],
  ['blank rows and a count', ',,,\n,,,\n"Summe: 2 Benutzer",,,\n', 1],
  [
    'remarks of whoever made it',
    '\n"Users report"\n"Copyright (c) 2025 Example Inc."\n"Confidential - do not pass on"\n',
    3,
  ],
  ['a remark in the first of empty cells', '"* Leavers are not listed",,,\n', 1],
  ['a sentence in the first of empty cells', 'Ask the service desk before you pass this on.,,,\n', 1],
])('%s below a table is no row of it, and is told', async (_, text, count) => {
  const loaded = await load([bytesFile('access.csv', rows + text)])
  expect(loaded).toMatchObject({ ...wanted, leftOut: { [closing]: count } })
  expect(loaded.grants.map(shortGrant)).toEqual(grants)
})

test.each(['Ana Maria de la Cruz Lopez', 'ana maria von lind', 'zoe', 'Read access to the orders of all branches'])(
  'the name "%s" in the first of empty cells is a row and no remark',
  async (name) => {
    const loaded = await load([bytesFile('access.csv', `${rows}${name},,,\n`)])
    expect(loaded).toMatchObject({ people: { enabled: [...wanted.people.enabled, name].sort() }, leftOut: {} })
  },
)

test('a row that only looks like the end of a table is a row when others follow', async () => {
  const [header, ...people] = rows.trimEnd().split('\n')
  const whole = await load([bytesFile('access.csv', [header, 'Total,2,,3', ...people, ''].join('\n'))])
  expect(whole).toMatchObject({ people: { enabled: ['Total', 'ana', 'bo'] }, leftOut: {} })
  const short = await load([bytesFile('access.csv', [header, '2 records', ...people, ''].join('\n'))])
  expect(short.faults).toEqual([expect.stringMatching(/^access.csv:2: the row has 1 cells, the header 4/)])
})

test.each([
  ['a role', 'Role,User ID\nClerk,1001\nTotal Rewards Admin,1002\n', ['1001 Clerk', '1002 Total Rewards Admin']],
  ['a person', 'User,Role\nAna Lind,7\nCount Basie,8\n', ['Ana Lind 7', 'Count Basie 8']],
  [
    'a role of a matrix',
    'Role,ana,bo,cy\nClerk,1,0,1\nTotal Rewards Admin,0,1,0\n',
    ['ana Clerk', 'bo Total Rewards Admin', 'cy Clerk'],
  ],
])('%s whose name begins as a sum does is a row, and the last one too', async (_, text, grants) => {
  const loaded = await load([bytesFile('access.csv', text)])
  expect(loaded).toMatchObject({ faults: [], leftOut: {} })
  expect(loaded.grants.map(shortGrant)).toEqual(grants)
})

test('a last row that holds nothing but blanks between a digit and a letter is looked at once', async () => {
  const { faults, leftOut } = await load([bytesFile('access.csv', `${rows}1${' '.repeat(900_000)}x\n`)])
  expect({ faults, leftOut }).toEqual({ faults: [], leftOut: { [closing]: 1 } })
})

test('a row that was cut off is a fault and closes nothing', async () => {
  const { faults } = await load([bytesFile('access.csv', `${rows.replaceAll('ana,', 'ana maria,')}cy moore`)])
  expect(faults).toEqual([expect.stringMatching(/the row has 1 cells, the header 4/)])
  const matrix = await load([bytesFile('matrix.csv', 'User,A,B,C\nana,1,0,1\nbo,0,1,1\ncy moo')])
  expect(matrix.faults).toEqual([expect.stringMatching(/the row has 1 cells, the first row 4/)])
})

test('cells with line breaks do not hide that a text is a table', async () => {
  const text = 'title,email,realname,roles\nana,ana@x.test,Ana Meier,"admin\nuser"\nbo,bo@x.test,Bo Kurt,user\n'
  const loaded = await load([bytesFile('users.csv', text)])
  expect(loaded).toMatchObject({ faults: [], unmapped: [], others: [] })
  expect(loaded.grants.map(shortGrant)).toEqual(['ana@x.test admin', 'ana@x.test user', 'bo@x.test user'])
})

test('a sheet may have a title above its table and a sum below', async () => {
  const sheet = [
    ['Access report'],
    ...rows
      .trimEnd()
      .split('\n')
      .map((line) => line.split(',')),
    ['Total', '2', '', '2'],
  ]
  const loaded = await load([bytesFile('access.xlsx', await workbookBytes({ Access: sheet }))])
  expect(loaded).toMatchObject({ ...wanted, leftOut: { [closing]: 1 } })
  expect(loaded.grants.map(shortGrant)).toEqual(grants)
})

test('the last row of a sheet may hold its first cell alone; apart from the others it is a remark', async () => {
  const people = [
    ['User', 'Full name', 'Department', 'Job title'],
    ['ana meier', 'Ana Meier', 'Sales', 'Clerk'],
    ['zoe young'],
  ]
  const loaded = await load([bytesFile('people.xlsx', await workbookBytes({ People: people }))])
  expect(loaded).toMatchObject({ people: { enabled: ['ana meier', 'zoe young'] }, faults: [], leftOut: {} })
  const remarked = [...people, [], ['Not for other departments']]
  const left = await load([bytesFile('people.xlsx', await workbookBytes({ People: remarked }))])
  expect(left).toMatchObject({ people: { enabled: ['ana meier', 'zoe young'] }, leftOut: { [closing]: 1 } })
})

const marks = 'User,Name,Department,Clerk,Boss,Viewer\nana,Ana Meier,Sales,X,,X\nbo,Bo Kurt,IT,,X,\ncy,Cy Fox,IT,,,\n'

test.each([
  ['marks', marks],
  ['words for yes and no', marks.replaceAll(',X', ',Ja').replace(/,(?=,|\n)/g, ',Nein')],
])('a matrix whose %s stand behind what says who it is', async (_, text) => {
  const loaded = await load([bytesFile('matrix.csv', text)])
  expect(loaded).toMatchObject({ people: { enabled: ['ana', 'bo', 'cy'] }, faults: [], unmapped: [] })
  expect(loaded.grants.map(shortGrant)).toEqual(['ana Clerk', 'ana Viewer', 'bo Boss'])
  expect(loaded.files['identities.csv']).toContain('bo,Bo Kurt,,bo,IT,')
})

test.each([
  ['alone', 'User,Manager,Clerk,Boss\nana,x,,x\nbo,,x,\n'],
  ['behind a name', 'User,Name,Manager,Clerk,Boss\nana,Ana Meier,x,,x\nbo,Bo Kurt,,x,\n'],
])('a role of a matrix may be called as what people have, %s: its marks are those of the others', async (_, text) => {
  const loaded = await load([bytesFile('matrix.csv', text)])
  expect(loaded).toMatchObject({ people: { enabled: ['ana', 'bo'] }, faults: [], unmapped: [] })
  expect(loaded.grants.map(shortGrant)).toEqual(['ana Boss', 'ana Manager', 'bo Clerk'])
})

test('whether somebody is a manager is no role of a matrix with other marks', async () => {
  const text = 'User,Name,Manager,Clerk,Boss\nana,Ana Meier,Yes,,x\nbo,Bo Kurt,No,x,\n'
  const loaded = await load([bytesFile('matrix.csv', text)])
  expect(loaded).toMatchObject({ people: { enabled: ['ana', 'bo'] }, faults: [], unmapped: [] })
  expect(loaded.grants.map(shortGrant)).toEqual(['ana Boss', 'bo Clerk'])
})

test('members of a table with resources and roles are taken for those of Google Cloud by the name of the file alone', async () => {
  const loaded = await load([bytesFile('access.csv', 'Resource,Role,Member\nVault,Reader,ana\nVault,Owner,bo\n')])
  expect(loaded).toMatchObject({ people: { enabled: ['ana', 'bo'] }, faults: [], unmapped: [] })
  expect(loaded.grants.map(shortGrant)).toEqual(['ana Reader', 'bo Owner'])
})

test('a matrix in a sheet is one as well', async () => {
  const sheet = marks
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
  const loaded = await load([bytesFile('matrix.xlsx', await workbookBytes({ Access: sheet }))])
  expect(loaded).toMatchObject({ people: { enabled: ['ana', 'bo', 'cy'] }, faults: [], unmapped: [] })
  expect(loaded.grants.map(shortGrant)).toEqual(['ana Clerk', 'ana Viewer', 'bo Boss'])
})

const levels = 'User,CRM,ERP\nana,Read,none\nbo,R/W,Admin\ncy,,\n'

test.each([
  ['alone', levels],
  ['behind a name', levels.replace('User,', 'Name,')],
  ['behind what says who it is', levels.replace('User,', 'User,Name,').replaceAll(/\n(\w+),/g, '\n$1,Name of $1,')],
])('the levels in the cells of a matrix are parts of its entitlements, %s', async (_, text) => {
  const sheet = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
  for (const file of [
    bytesFile('matrix.csv', text),
    bytesFile('matrix.xlsx', await workbookBytes({ Access: sheet })),
  ]) {
    const loaded = await load([file])
    expect(loaded).toMatchObject({ people: { enabled: ['ana', 'bo', 'cy'] }, faults: [], unmapped: [] })
    expect(loaded.grants.map(shortGrant)).toEqual(['ana CRM: Read', 'bo CRM: R/W', 'bo ERP: Admin'])
  }
})

test('a matrix of roles by people may have levels, and a cell that is none of them is a fault', async () => {
  const turned = await load([bytesFile('roles.csv', 'Role,ana,bo,cy\nOrders,R,RW,x\nPrices,,CRUD,\n')])
  expect(turned.grants.map(shortGrant)).toEqual(['ana Orders: R', 'bo Orders: RW', 'bo Prices: CRUD', 'cy Orders'])
  const rows = Array.from({ length: 30 }, (_, row) => `u${row},Read,Write\n`).join('')
  const { faults } = await load([bytesFile('matrix.csv', `User,CRM,ERP\n${rows}zed,Read,until May\n`)])
  expect(faults).toEqual([expect.stringMatching(/^matrix.csv:32: "until May" in column "ERP" is no mark/)])
})

test.each([
  ['a role and a permission', 'username,role,permission\nana,admin,read\nbo,editor,write\n'],
  ['warranties', 'name,warranty,support\nrouter,limited,standard\nlamp,full,none\n'],
  ['jobs', 'Name,2023,2024\nAna,Developer,Manager\nBo,Manager,Manager\n'],
  ['countries', 'id,origin,target\n1,RU,RO\n2,RO,RU\n'],
  ['numbered roles', 'user,role1,role2,role3\nana,admin,editor,\nbo,viewer,,\n'],
  ['an assigned role and a permission set', 'username,assigned role,permission set\nana,Admin,Read\nbo,Editor,Write\n'],
  ['rights on files', 'file,user,group,other\na.txt,rw,r,r\nb.txt,rwx,rx,r\n'],
])('a table with %s is no matrix of levels', async (_, text) => {
  const { looks } = await load([bytesFile('table.csv', text)])
  expect(looks).toEqual([expect.stringContaining('a table separated by commas')])
})

test('a sum below a matrix is no row of it, in a text and in a sheet', async () => {
  const text = 'User,A,B,C\nana,1,0,1\nbo,0,1,1\nTotal,1,1,2\n'
  const sheet = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
  for (const file of [
    bytesFile('matrix.csv', text),
    bytesFile('matrix.xlsx', await workbookBytes({ Access: sheet })),
  ]) {
    const loaded = await load([file])
    expect(loaded).toMatchObject({ people: { enabled: ['ana', 'bo'] }, faults: [], leftOut: { [closing]: 1 } })
    expect(loaded.grants.map(shortGrant)).toEqual(['ana A', 'ana C', 'bo B', 'bo C'])
  }
})

test('a matrix of entitlements by people is turned', async () => {
  const loaded = await load([bytesFile('roles.csv', 'Role,ana,bo,cy\nClerk,X,,X\nBoss,,X,\n')])
  expect(loaded).toMatchObject({ people: { enabled: ['ana', 'bo', 'cy'] }, faults: [] })
  expect(loaded.grants.map(shortGrant)).toEqual(['ana Clerk', 'bo Boss', 'cy Clerk'])
  expect(loaded.looks).toEqual([expect.stringContaining('whose columns are people')])
})

test('tables that one joins are found by the names of their files, and none of them is taken alone', async () => {
  const files = {
    'auth_user.csv': 'id,username,email,is_active\n1,ana,ana@x.test,1\n2,bo,bo@x.test,0\n',
    'auth_group.csv': 'id,name\n1,clerks\n',
    'auth_user_groups.csv': 'id,user_id,group_id\n1,1,1\n2,2,1\n',
    'auth_permission.csv': 'id,name,codename\n1,Can add,add_order\n',
    'auth_group_permissions.csv': 'id,group_id,permission_id\n1,1,1\n',
  }
  const all = Object.entries(files).map(([name, text]) => bytesFile(name, text))
  const loaded = await load(all)
  expect(Object.keys(loaded.sources)).toEqual(['joined-tables'])
  expect(loaded).toMatchObject({ people: { enabled: ['ana'], disabled: ['bo'] }, faults: [], unmapped: [] })
  expect(loaded.grants.map(shortGrant)).toEqual(['ana group clerks', 'bo group clerks'])
  expect(loaded.memberships).toEqual(['application group clerks -> application permission add_order'])
  for (const file of all.slice(0, 2)) expect((await load([file])).sources).toEqual({})
})
