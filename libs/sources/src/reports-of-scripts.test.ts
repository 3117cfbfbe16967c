import { testExports } from './testing-exports.ts'

// Tables that scripts of administrators write, with our own names and values.

testExports({
  'permission sets of AWS accounts by the names of who has them': {
    map: 'aws-identity-center',
    files: {
      'sets.csv':
        'AccountName,PermissionSetName,PrincipalType,PrincipalName\nprod,Admin,GROUP,ops\nprod,ReadOnly,USER,ana@example.org\n' +
        'lab,Admin,USER,ana@example.org\n',
    },
    people: { enabled: ['ana@example.org'] },
    grants: ['ana@example.org lab/Admin', 'ana@example.org prod/ReadOnly'],
    memberships: ['aws ops -> aws prod/Admin'],
  },
  'members of groups with the type of their accounts': {
    map: 'access-table',
    files: {
      'groups.csv':
        'Group Name,Member UserName,Member Name,AccountType\nTier 0,ana,Ana M,user\nTier 0,Backup,Backup,group\nBackup,bo,Bo N,user\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Tier 0', 'bo Backup'],
    memberships: ['groups Backup -> groups Tier 0'],
  },
  'users of a directory with flags about their logins': {
    map: 'people',
    files: {
      'users.csv':
        'UserName,Name,Enabled,Never Logged in,Must Change Password at Logon,Department,Title\n' +
        'ana,Ana M,True,False,False,Sales,Rep\nbo,Bo N,False,True,False,Sales,Rep\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: [],
  },
  'members of roles with the state of their accounts': {
    map: 'access-table',
    files: {
      'roles.csv':
        'Role,DisplayName,UserPrincipalName,UserType,AccountEnabled\nBilling,Ana M,ana@example.org,Member,True\nHelp,Bo N,bo@example.org,Member,False\n',
    },
    people: { enabled: ['ana@example.org'], disabled: ['bo@example.org'] },
    grants: ['ana@example.org Billing', 'bo@example.org Help'],
  },
  'roles with a term, in which a user group is no access': {
    map: 'access-table',
    files: {
      'roles.csv':
        'User Name;User Group;Role;Valid From;Valid To;Locked\nANA;SALES;Z_CLERK;01.01.2020;31.12.9999;\nBO;SALES;Z_CLERK;01.01.2020;31.12.2021;X\n',
    },
    people: { enabled: ['ANA'], disabled: ['BO'] },
    grants: ['ANA Z_CLERK'],
  },
  'user groups that are the access': {
    map: 'access-table',
    files: { 'groups.csv': 'User;User Group\nana;Sales\nbo;Ops\n' },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Sales', 'bo Ops'],
  },
  'the role of a member in each organisation': {
    map: 'access-table',
    files: {
      'members.csv':
        'email,name,role,organization\nana@example.org,Ana M,admin,North\nana@example.org,Ana M,viewer,South\nbo@example.org,Bo N,viewer,North\n',
    },
    people: { enabled: ['ana@example.org', 'bo@example.org'] },
    grants: ['ana@example.org North: admin', 'ana@example.org South: viewer', 'bo@example.org North: viewer'],
  },
  'groups that name the numbers of users who have a login': {
    map: 'access-document',
    files: {
      'desk.json': JSON.stringify({
        users: [
          { id: '7', username: 'ana', role: 'admin' },
          { id: '8', username: 'bo', role: 'agent' },
        ],
        groups: [{ id: 'g', name: 'Billing', user_ids: ['7', '8'] }],
      }),
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Billing', 'ana admin', 'bo Billing', 'bo agent'],
  },
  'groups alone that name the numbers of users': {
    map: 'access-document',
    files: { 'desk.json': JSON.stringify({ groups: [{ id: 'g', name: 'Billing', user_ids: ['7', '8'] }] }) },
    people: { enabled: ['7', '8'] },
    grants: ['7 Billing', '8 Billing'],
  },
})
