import { expect, test } from 'vitest'
import { testExports } from './testing-exports.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

// What a user is in a group or a project that has only a number: a member of one group is not a member of all.

testExports({
  'members of groups': {
    map: 'access-table',
    files: { 'members.csv': 'group_id,user_id,role\n3,11,member\n4,11,member\n3,12,owner\n' },
    people: { enabled: ['11', '12'] },
    grants: ['11 3: member', '11 4: member', '12 3: owner'],
  },
  'members of projects, some only invited': {
    map: 'access-table',
    files: { 'members.csv': 'project_id,username,role,status\np1,ana,viewer,active\np2,ana,owner,pending\n' },
    people: { enabled: ['ana'] },
    grants: ['ana p1: viewer'],
  },
  'members of teams by their mail addresses': {
    map: 'access-table',
    files: { 'members.csv': 'team_id,user_email,role\nt1,ana@x.test,admin\nt2,ana@x.test,admin\n' },
    people: { enabled: ['ana@x.test'] },
    grants: ['ana@x.test t1: admin', 'ana@x.test t2: admin'],
  },
  'members of groups beside tables of the users and the groups': {
    map: 'joined-tables',
    files: {
      'groups.csv': 'id,name\n3,Sales\n4,Ops\n',
      'members.csv': 'group_id,user_id,role\n3,11,member\n4,11,owner\n',
      'users.csv': 'id,username\n11,ana\n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana group Ops', 'ana group Sales'],
  },
  'groups with their name and number, and what a user is in them': {
    map: 'access-table',
    files: { 'members.csv': 'user,group_name,group_id,role\nana,Sales,3,member\nana,Ops,4,member\n' },
    people: { enabled: ['ana'] },
    grants: ['ana Ops', 'ana Sales'],
  },
})

test('who works on a project is no user of it', async () => {
  const text = 'project_id,employee_id,role,hours\n3,11,developer,12\n4,11,tester,3\n'
  const { grants, unmapped } = await load([bytesFile('projects.csv', text)])
  expect([grants.map(shortGrant), unmapped]).toEqual([[], ['projects.csv']])
})
