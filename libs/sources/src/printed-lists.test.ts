import { expect, test } from 'vitest'
import { testExports } from './testing-exports.ts'
import { bytesFile, load } from './testing-load.ts'

// Lists that commands print for people to read.

const member = (name: string, login: string, kind = 'user') =>
  [
    `distinguishedName : CN=${name},OU=People,DC=acme,`,
    '                    DC=test',
    `name              : ${name}`,
    `objectClass       : ${kind}`,
    'objectGUID        : 1f0c6d52-0000-4000-8000-000000000001',
    `SamAccountName    : ${login}`,
    'SID               : S-1-5-21-1',
  ].join('\r\n')

const bindings = [
  'NAMESPACE     NAME      ROLE                AGE   USERS       GROUPS      SERVICEACCOUNTS',
  'shop          edit      ClusterRole/edit    10d   ana,bo                  ',
  'kube-system   read      Role/reader         11d               devs        kube-system/ci',
]

testExports({
  'members of a group of Active Directory with a line for each property': {
    map: 'ad-users-csv',
    files: {
      'Sales.txt': `\r\n\r\n${member('Ana Meier', 'ameier')}\r\n\r\n${member('Bo Kurt', 'bkurt')}\r\n\r\n${member('IT', 'IT', 'group')}\r\n\r\n`,
    },
    people: { enabled: ['ameier', 'bkurt'] },
    grants: ['ameier Sales', 'bkurt Sales'],
    memberships: ['ad IT -> ad Sales'],
  },
  'the same as a table, which does not say of which group': {
    map: 'ad-users-csv',
    files: {
      'Sales.csv':
        '"distinguishedName","name","objectClass","objectGUID","SamAccountName","SID"\n"CN=Ana Meier,DC=x","Ana Meier","user","1-2","ameier","S-1-5-21-1"\n',
    },
    people: { enabled: ['ameier'] },
    grants: ['ameier Sales'],
  },
  'users of Active Directory with a line for each property': {
    map: 'ad-users-csv',
    files: {
      'users.txt':
        'SamAccountName : ameier\nEnabled        : False\nMemberOf       : {CN=Sales,OU=Groups,DC=x, CN=IT,OU=Groups,DC=x}\nName           : Ana Meier\n',
    },
    people: { disabled: ['ameier'] },
    grants: ['ameier "CN=IT,OU=Groups,DC=x"', 'ameier "CN=Sales,OU=Groups,DC=x"'],
  },
  'names that are wrapped at a blank, which stands before or behind the break': {
    map: 'ad-users-csv',
    files: {
      'users.txt':
        'SamAccountName : ameier\nEnabled        : True\nMemberOf       : {CN=Domain \n                 Admins,OU=Groups,DC=x, CN=Backup\n                  Operators,OU=Groups,DC=x}\nName           : Ana Meier\n',
    },
    people: { enabled: ['ameier'] },
    grants: ['ameier "CN=Backup Operators,OU=Groups,DC=x"', 'ameier "CN=Domain Admins,OU=Groups,DC=x"'],
  },
  'role bindings of Kubernetes with the people of each': {
    map: 'kubernetes-rbac',
    files: { 'rolebindings.txt': `${bindings.join('\n')}\n` },
    people: { enabled: ['ana', 'bo', 'system:serviceaccount:kube-system:ci'] },
    grants: [
      'ana shop/ClusterRole/edit',
      'bo shop/ClusterRole/edit',
      'system:serviceaccount:kube-system:ci kube-system/Role/reader',
    ],
    memberships: ['kubernetes group:devs -> kubernetes kube-system/Role/reader'],
  },
  'role bindings of a cluster with the people of each': {
    map: 'kubernetes-rbac',
    files: {
      'clusterrolebindings.txt':
        'NAME      ROLE                    AGE   USERS   GROUPS           SERVICEACCOUNTS\nadmins    ClusterRole/admin       10d   ana     system:masters   \n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana cluster/ClusterRole/admin'],
    memberships: ['kubernetes group:system:masters -> kubernetes cluster/ClusterRole/admin'],
  },
  'accounts of Windows with their groups, one after the other': {
    map: 'windows-permissions',
    files: {
      'users.txt': [
        'User name                    ameier',
        'Full Name                    Ana Meier',
        'Account active               Yes',
        '',
        'Local Group Memberships      *Users                *Remote Desktop Users ',
        '                             *Backup Operators     ',
        'Global Group memberships     *Sales                ',
        'The command completed successfully.',
        '',
        'User name                    bkurt',
        'Account active               No',
        'Local Group Memberships      *None',
        'Global Group memberships     *None',
        'The command completed successfully.',
      ].join('\r\n'),
    },
    people: { enabled: ['ameier'], disabled: ['bkurt'] },
    grants: ['ameier Backup Operators', 'ameier Remote Desktop Users', 'ameier Sales', 'ameier Users'],
  },
  'users of Atlassian with two columns for each product': {
    map: 'access-table',
    files: {
      'export-users.csv':
        'User id,User name,email,User status,Added to org,Org role,Jira - acme,Last seen in Jira - acme,Confluence - acme,Last seen in Confluence - acme\n5b1,Ana Meier,ana@x.test,Active,12 Jan 2024,Organization admin,User,1 Mar 2025,User,2 Mar 2025\n5b2,Bo Kurt,bo@x.test,Suspended,13 Jan 2024,None,None,Never accessed,User access admin,Never accessed\n5b3,Cy Lang,cy@x.test,Active,13 Jan 2024,None,None,,None,\n',
    },
    people: { enabled: ['5b1', '5b3'], disabled: ['5b2'] },
    grants: ['5b1 Confluence - acme: User', '5b1 Jira - acme: User', '5b2 Confluence - acme: User access admin'],
  },
})

test.each([
  [
    'a cut value',
    'SamAccountName : ameier\nEnabled        : True\nMemberOf       : {CN=Sales,DC=x, CN=IT,DC=x...}\nName           : Ana\n',
    'the list has cut a value off ("..."); export it as CSV',
  ],
  [
    'a second list',
    `${bindings.join('\n')}\n\nNAME    ROLE                AGE   USERS   GROUPS   SERVICEACCOUNTS\nall     ClusterRole/all     10d   cy               \n`,
    'another list begins here; print each list into a file of its own',
  ],
  [
    'a value that is no property',
    'SamAccountName : ameier\nEnabled        : True\nMemberOf       : {CN=Sales,DC=x}\nName           : Ana\n\nCommand: ok\n',
    undefined,
  ],
])('%s in a printed list is a fault, or the list is none', async (_, text, reason) => {
  const { faults, grants } = await load([bytesFile('list.txt', text)])
  expect(grants).toEqual(reason === undefined ? [] : grants)
  expect(faults.map((fault) => fault.slice(fault.indexOf(': ') + 2))).toEqual(reason === undefined ? [] : [reason])
})

test.each([
  ['a letter', 'Dear team : here is the plan\n\nRegards : Ana\n'],
  ['capital letters', 'WARNING  DO NOT  REPLY\nthis is a longer sentence\n'],
  ['settings', 'name : x\nport : 80\n'],
])('%s is no printed list', async (_, text) => {
  const { others, looks } = await load([bytesFile('text.txt', text)])
  expect([others.length, looks]).toEqual([1, []])
})
