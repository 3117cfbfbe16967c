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
  'members of projects with what describes them, some only invited, and one inactive': {
    map: 'access-table',
    files: {
      'members.csv':
        'project_id,username,email,role,status\np1,ana,ana@x.test,viewer,active\np2,ana,ana@x.test,viewer,pending\np2,bo,bo@x.test,owner,inactive\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana p1: viewer', 'bo p2: owner'],
  },
  'members of teams with their names': {
    map: 'access-table',
    files: { 'members.csv': 'team_id,user_id,user_name,role\n7,1,Ana Abt,owner\n8,1,Ana Abt,owner\n' },
    people: { enabled: ['1'] },
    grants: ['1 7: owner', '1 8: owner'],
  },
  'members of projects, some of which a feed of changes removed or a rule denies': {
    map: 'access-table',
    files: {
      'members.csv':
        'project_id,username,role,change_type,effect\np1,ana,viewer,added,allow\np2,ana,viewer,removed,allow\np3,ana,viewer,added,deny\n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana p1: viewer'],
  },
  'groups with their name and number, what a user is in them, and who she is': {
    map: 'access-table',
    files: {
      'members.csv':
        'user,group_name,group_id,role,email\nana,Sales,3,member,ana@x.test\nana,Ops,4,member,ana@x.test\n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana Ops', 'ana Sales'],
  },
  'members of projects, one only for a time that is over': {
    map: 'access-table',
    files: { 'members.csv': 'project_id,member_id,role,expires_at\n1,7,dev,2024-12-31\n2,7,dev,\n' },
    people: { enabled: ['7'] },
    grants: ['7 2: dev'],
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

test('what a feed of changes says is removed is not held, and a report says so', async () => {
  const text = 'Change,GroupName,SamAccountName,DisplayName\nAdded,VPN,ana,Ana Meier\nRemoved,VPN,bo,Bo Kurt\n'
  const { grants, faults, leftOut } = await load([bytesFile('changes.csv', text)])
  expect([grants.map(shortGrant), faults]).toEqual([['ana VPN'], []])
  expect(Object.keys(leftOut)).toHaveLength(1)
})

test('members of folders by the groups of Active Directory that give them access', async () => {
  const text =
    'LocalPath,AdGroupName,SamAccountName,FullName,Status\nD:,HR_RW,ana,Ana Meier,Enabled\nD:,HR_RW,bo,Bo Kurt,Disabled\n'
  const { grants, people } = await load([bytesFile('folders.csv', text)])
  expect([grants.map(shortGrant), people]).toEqual([['ana HR_RW', 'bo HR_RW'], { enabled: ['ana'], disabled: ['bo'] }])
})

test('members of a workspace, as an API lists them', async () => {
  const data = [
    { type: 'workspace_member', user_id: 'u1', workspace_id: 'w1', workspace_role: 'workspace_admin' },
    { type: 'workspace_member', user_id: 'u1', workspace_id: 'w2', workspace_role: 'workspace_user' },
  ]
  const { grants } = await load([bytesFile('members.json', JSON.stringify({ data, has_more: false }))])
  expect(grants.map(shortGrant)).toEqual(['u1 w1: workspace_admin', 'u1 w2: workspace_user'])
})
