import { expect, test } from 'vitest'
import { loadMap } from './map/load-map.ts'
import { readyMaps } from './map/ready-maps.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

// Lists of accounts that name their employee by number, beside the people of an HR system.

const people =
  'Employee ID,Full Name,Department,Job Title,Status\nE1,Ana Meier,Sales,Clerk,Active\nE2,Bo Kurt,IT,Admin,Terminated\n'

test.each([
  ['login', 'employee_id', 'groups'],
  ['sam_account', 'Employee Number', 'roles'],
  ['Username', 'Personnel No', 'Permissions'],
])('an account under %s belongs to the employee whose number it has under %s', async (login, number, access) => {
  const accounts = `${login},${number},display_name,enabled,${access}\namei,E1,Ana Meier,TRUE,A;B\nbkur,E2,Bo Kurt,FALSE,C\nsvc,,svc,TRUE,B\n`
  const {
    faults,
    orphans,
    grants,
    people: states,
  } = await load([bytesFile('accounts.csv', accounts), bytesFile('hr.csv', people)])
  expect([faults, states]).toEqual([[], { enabled: ['E1'], disabled: ['E2'] }])
  expect(grants.map(shortGrant)).toEqual(['E1 A', 'E1 B', 'E2 C'])
  expect(orphans).toEqual(['svc: unknown, 2 rows'])
})

test('without people the accounts are the people, also those without a number', async () => {
  const accounts =
    'sam_account,employee_id,display_name,groups,account_type\namei,E1,Ana Meier,A;B,user\nsvc,,svc,B,service\n'
  const { faults, people: states, grants } = await load([bytesFile('accounts.csv', accounts)])
  expect([faults, states]).toEqual([[], { enabled: ['amei', 'svc'] }])
  expect(grants.map(shortGrant)).toEqual(['amei A', 'amei B', 'svc B'])
})

test('an employee with a numbered account in each system is one person, disabled when all accounts are', async () => {
  const rows = ['A1,E1,SAP,Clerk,True', 'A2,E1,AD,User,False', 'A3,E2,SAP,Clerk,False', 'A4,,SAP,Batch,True']
  const text = `account_id,employee_id,system,role,account_active\n${rows.join('\n')}\n`
  const { faults, people: states, grants } = await load([bytesFile('access.csv', text)])
  expect([faults, states]).toEqual([[], { enabled: ['A4', 'E1'], disabled: ['E2'] }])
  expect(grants.map(shortGrant)).toEqual(['A4 Batch', 'E1 Clerk', 'E1 User', 'E2 Clerk'])
})

test.each(['N/A', '-', 'NULL', '(blank)'])('accounts whose employee is %s are not one person', async (nobody) => {
  const rows = ['A1,E1,SAP,Clerk,True', `A2,${nobody},AD,User,False`, `A3,${nobody},SAP,Batch,True`]
  const text = `account_id,employee_id,system,role,account_active\n${rows.join('\n')}\n`
  const { faults, people: states, grants } = await load([bytesFile('access.csv', text)])
  expect([faults, states]).toEqual([[], { enabled: ['A3', 'E1'], disabled: ['A2'] }])
  expect(grants.map(shortGrant)).toEqual(['A2 User', 'A3 Batch', 'E1 Clerk'])
})

test('numbers of which none is that of an employee say nothing, and a number of nobody among others makes an orphan', async () => {
  const hr = 'Employee ID,Name,Email,Department\nE1,Ana Meier,ana@x.test,IT\nE2,Bo Kurt,bo@x.test,IT\n'
  const accounts = (first: string) =>
    `login,person_id,email,groups\nameier,${first},ana@x.test,A\nbkurt,902,bo@x.test,B\n`
  const own = await load([bytesFile('accounts.csv', accounts('901')), bytesFile('hr.csv', hr)])
  expect([own.grants.map(shortGrant), own.orphans]).toEqual([['E1 A', 'E2 B'], []])
  const mixed = await load([bytesFile('accounts.csv', accounts('E1')), bytesFile('hr.csv', hr)])
  expect([mixed.grants.map(shortGrant), mixed.orphans]).toEqual([['E1 A'], ['bkurt: unknown, 2 rows']])
})

test('an account of nobody is one orphan, also when grants name it by another key', async () => {
  const map = loadMap(
    'clinic.yaml',
    'map: 1\nname: clinic\ninputs: {users: {columns: [pk, login, number]}, links: {columns: [user_pk, profile]}}\naccounts:\n  - {from: users, application: {text: clinic}, id: login, keys: {pk: pk}, identity: {column: number, match: id, among: identities}}\ngrants:\n  - {from: links, application: {text: clinic}, holder: {column: user_pk, match: pk, among: accounts}, entitlement: profile}\n',
  )
  const files = [
    bytesFile('hr.csv', people),
    bytesFile('users.csv', 'pk,login,number\n1,AMEI,E1\n2,WARD,\n'),
    bytesFile('links.csv', 'user_pk,profile\n1,A\n2,A\n2,B\n3,A\n'),
  ]
  const { faults, orphans, grants } = await load(files, { maps: [...readyMaps(), map] })
  expect([faults, grants.map(shortGrant)]).toEqual([[], ['E1 A']])
  expect(orphans).toEqual(['3: unknown, 1 rows', 'WARD: unknown, 3 rows'])
})
