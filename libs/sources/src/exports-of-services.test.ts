import { expect, test } from 'vitest'
import { testExports } from './testing-exports.ts'
import { bytesFile, load } from './testing-load.ts'

// Lists that the administration of a service downloads, and answers of its API.

testExports({
  'assignments of Salesforce alone, with who is inactive': {
    map: 'salesforce',
    files: {
      'psa.csv':
        '"Id","AssigneeId","Assignee.Username","Assignee.IsActive","PermissionSetId","PermissionSet.Label"\n"1","005A","ana@x.test","true","0PS1","Sales Admin"\n"2","005B","bo@x.test","false","0PS2","Reports"\n',
    },
    people: { enabled: ['005A'], disabled: ['005B'] },
    grants: ['005A 0PS1', '005B 0PS2'],
  },
  'assignments of Salesforce by name, as its command line answers': {
    map: 'salesforce',
    files: {
      'psa.json': JSON.stringify({
        status: 0,
        result: {
          records: [
            { Assignee: { Username: 'ana@x.test', IsActive: true }, PermissionSet: { Name: 'Sales_Admin' } },
            { Assignee: { Username: 'bo@x.test', IsActive: false }, PermissionSet: { Name: 'Reports' } },
          ],
        },
      }),
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test Sales_Admin', 'bo@x.test Reports'],
  },
  'members of groups of ServiceNow with who is inactive': {
    map: 'servicenow',
    files: {
      'members.csv':
        '"user.user_name","user.active","group.name"\n"ana.meier","true","Network"\n"bo.kurt","false","Service Desk"\n',
    },
    people: { enabled: ['ana.meier'], disabled: ['bo.kurt'] },
    grants: ['ana.meier Network', 'bo.kurt Service Desk'],
  },
  'roles of users of ServiceNow by their names': {
    map: 'servicenow',
    files: {
      'roles.csv':
        '"user.user_name","role.name","inherited","state"\n"ana.meier","itil","false","active"\n"bo.kurt","admin","true","active"\n',
    },
    people: { enabled: ['ana.meier', 'bo.kurt'] },
    grants: ['ana.meier itil'],
  },
  'roles of users of ServiceNow as XML': {
    map: 'servicenow',
    files: {
      'sys_user_has_role.xml':
        '<unload><sys_user_has_role><inherited>false</inherited><role display_value="itil">r1</role><state>active</state><user display_value="Ana Meier">u1</user></sys_user_has_role><sys_user_has_role><inherited>true</inherited><role display_value="admin">r2</role><state>active</state><user display_value="Bo Kurt">u2</user></sys_user_has_role></unload>',
    },
    people: { enabled: ['u1', 'u2'] },
    grants: ['u1 itil'],
  },
  'members of Slack, whose status is a role or that they have left': {
    map: 'slack',
    files: {
      'members.csv':
        'username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,expiration-timestamp\nana,ana@x.test,Admin,1,1,0,U1,Ana Meier,ana,\nbo,bo@x.test,Deactivated,0,0,0,U2,Bo Kurt,bo,\ncy,cy@x.test,Member,1,0,0,U3,Cy Lang,cy,\ndee,,Bot,0,0,0,U4,Dee,,\n',
    },
    people: { enabled: ['U1', 'U3', 'U4'], disabled: ['U2'] },
    grants: ['U1 Admin', 'U3 Member'],
  },
  'members of a group of a server of Jira': {
    map: 'jira',
    files: {
      'jira-admins.json': JSON.stringify({
        maxResults: 50,
        total: 2,
        isLast: true,
        values: [
          { name: 'ana', key: 'ana', emailAddress: 'ana@x.test', displayName: 'Ana Meier', active: true },
          { name: 'bo', key: 'bo', emailAddress: 'bo@x.test', displayName: 'Bo Kurt', active: false },
        ],
      }),
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana jira-admins', 'bo jira-admins'],
  },
  'members of groups of Okta with their main mail address': {
    map: 'access-table',
    files: {
      'okta.csv':
        'Group Name,Username,First Name,Last Name,Primary Email,Status\nSales,ana@x.test,Ana,Meier,ana@x.test,ACTIVE\nIT,bo@x.test,Bo,Kurt,bo@x.test,DEPROVISIONED\n',
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test Sales', 'bo@x.test IT'],
  },
  'users with the mail addresses of their groups, separated by blanks': {
    map: 'access-table',
    files: {
      'users.csv':
        'primaryEmail,name.givenName,name.familyName,suspended,Groups\nana@x.test,Ana,Meier,False,sales@x.test all@x.test\nbo@x.test,Bo,Kurt,True,it@x.test\n',
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test all@x.test', 'ana@x.test sales@x.test', 'bo@x.test it@x.test'],
  },
  'permission roles of SuccessFactors': {
    map: 'access-table',
    files: {
      'roles.csv':
        'User ID,Username,First Name,Last Name,Permission Role Name,Permission Role ID,Target Population\n1001,ana,Ana,Meier,HR Admin,15,All\n1002,bo,Bo,Kurt,Manager,16,Direct reports\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana HR Admin', 'bo Manager'],
  },
  'members of groups of Entra with what each member is': {
    map: 'access-table',
    files: {
      'entra.csv':
        'GroupName,GroupId,MemberName,MemberUPN,MemberType\nSales,g1,Ana Meier,ana@x.test,#microsoft.graph.user\nSales,g1,IT,,#microsoft.graph.group\nIT,g2,Bo Kurt,bo@x.test,user\nIT,g2,PC-1,,device\n',
    },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: ['ana@x.test Sales', 'bo@x.test IT'],
    memberships: ['entra IT -> entra Sales'],
  },
  'members of distribution groups': {
    map: 'access-table',
    files: {
      'lists.csv':
        '"DistributionGroup","PrimarySmtpAddress","MemberDisplayName","MemberEmail","RecipientType"\n"All","all@x.test","Ana Meier","ana@x.test","UserMailbox"\n"All","all@x.test","Sales","sales@x.test","MailUniversalDistributionGroup"\n"All","all@x.test","Guest","guest@else.test","MailContact"\n',
    },
    people: { enabled: ['ana@x.test'] },
    grants: ['ana@x.test All'],
    memberships: ['lists Sales -> lists All'],
  },
  'members of groups of which some are of no kind': {
    map: 'access-table',
    files: { 'lists.csv': 'Group,Member,Object Type\nSales,ana@x.test,\nSales,bo@x.test,User\nEmpty,,\n' },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: ['ana@x.test Sales', 'bo@x.test Sales'],
  },
  'roles of people in teams': {
    map: 'access-table',
    files: { 'teams.csv': 'TeamName,User,Role\nSales,ana@x.test,Owner\nIT,ana@x.test,Member\n' },
    people: { enabled: ['ana@x.test'] },
    grants: ['ana@x.test IT: Member', 'ana@x.test Sales: Owner'],
  },
  'roles of people, with the team of each person': {
    map: 'pairs',
    files: { 'roles.csv': 'User,Team,Role\nana,Sales,Admin\nbo,IT,Reader\n' },
    grants: ['ana Admin', 'bo Reader'],
  },
  'roles of people with an end that is none': {
    map: 'pairs',
    files: { 'roles.csv': 'User,Role,Expires\nana,Admin,No\nbo,Admin,never expires\n' },
    grants: ['ana Admin', 'bo Admin'],
  },
  'roles of people in teams, with what else the list has': {
    map: 'access-table',
    files: { 'teams.csv': 'TeamName,User,Role,UserId\nSales,ana@x.test,Owner,1\nIT,ana@x.test,Member,1\n' },
    people: { enabled: ['ana@x.test'] },
    grants: ['ana@x.test IT: Member', 'ana@x.test Sales: Owner'],
  },
  'roles of Entra that are held, and those that may be activated': {
    map: 'access-table',
    files: {
      'roles.csv':
        'RoleDisplayName,UserPrincipalName,DisplayName,AssignmentType\nGlobal Administrator,ana@x.test,Ana Meier,Permanent\nGlobal Administrator,bo@x.test,Bo Kurt,Eligible\n',
    },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: ['ana@x.test Global Administrator'],
  },
  'members of a group of GitLab with when their access ends': {
    map: 'access-table',
    files: {
      'members.csv':
        'Name,Username,Email,Max role,Source,Access expiration\nAna Meier,ana,ana@x.test,Owner,Acme,\nBo Kurt,bo,bo@x.test,Developer,Acme,2024-01-01\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Owner'],
  },
  'roles of PeopleSoft': {
    map: 'pairs',
    files: { 'PSROLEUSER.csv': 'ROLEUSER,ROLENAME,DYNAMIC_SW\nANA,PAYROLL,N\n' },
    people: { enabled: ['ANA'] },
    grants: ['ANA PAYROLL'],
  },
  'German assignments of roles with their days': {
    map: 'access-table',
    files: {
      'rollen.csv':
        'Rolle;Benutzer;Gültig von;Gültig bis\nZ_FI;AMEIER;01.01.2024;31.12.9999\nZ_SD;BKURT;01.01.2020;31.12.2020\n',
    },
    people: { enabled: ['AMEIER', 'BKURT'] },
    grants: ['AMEIER Z_FI'],
  },
  'members of a service with a seat and when they were last there': {
    map: 'access-table',
    files: {
      'members.csv':
        'Name,Email,Role,Seat type,Last active\nAna,ana@x.test,Admin,Full,2025-01-01\nBo,bo@x.test,Member,Viewer,2025-01-01\n',
    },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: ['ana@x.test Admin', 'bo@x.test Member'],
  },
  'users of Splunk, of whom one is locked out': {
    map: 'access-table',
    files: {
      'users.csv': 'title,realname,email,roles,locked-out\nana,Ana,ana@x.test,admin,0\nbo,Bo,bo@x.test,user,1\n',
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test admin', 'bo@x.test user'],
  },
  'groups of Redshift': {
    map: 'database-grants',
    files: { 'groups.txt': ' usename | groname \n---------+---------\n ana     | etl\n bo      | etl\n(2 rows)\n' },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana etl', 'bo etl'],
  },
  'members of safes of CyberArk with a column for each permission': {
    map: 'cyberark',
    files: {
      'safes.csv':
        'SafeName,MemberName,MemberType,UseAccounts,ListAccounts,ManageSafe\nLinux,ana,User,TRUE,TRUE,FALSE\nLinux,Ops,Group,FALSE,TRUE,FALSE\nWin,ana,User,FALSE,TRUE,FALSE\nWin,bo,User,FALSE,FALSE,TRUE\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Linux: ListAccounts', 'ana Linux: UseAccounts', 'ana Win: ListAccounts', 'bo Win: ManageSafe'],
    memberships: ['cyberark group Ops -> cyberark Linux: ListAccounts'],
  },
})

test.each([
  [
    'collaborations of Box',
    'Owner Login,Path,Folder ID,Collaborator Login,Collaborator Name,Collaborator Permission\nboss@x.test,Sales,11,ana@x.test,Ana,Editor\nboss@x.test,IT,12,ana@x.test,Ana,Viewer\n',
    ['IT Viewer', 'Sales Editor'],
  ],
  [
    'workspaces of Power BI',
    'WorkspaceId,WorkspaceName,UserPrincipalName,AccessRight\nw1,Sales,ana@x.test,Admin\nw2,IT,ana@x.test,Viewer\n',
    ['IT Viewer', 'Sales Admin'],
  ],
  [
    'systems in which a user has flags',
    'Login;System;Admin;Reporting\nana;ERP;x;\nana;CRM;;x\n',
    ['CRM Reporting', 'ERP Admin'],
  ],
])('the access of %s is on each of them', async (_, text, wanted) => {
  const { entitlements, faults } = await load([bytesFile('list.csv', text)])
  expect([entitlements, faults]).toEqual([wanted, []])
})

test('who is suspended in a document is disabled, even when the account is active', async () => {
  const users = [
    { name: 'Ana', email: 'ana@x.test', role: 'admin', active: true, suspended: false },
    { name: 'Bo', email: 'bo@x.test', role: 'agent', active: true, suspended: true },
  ]
  const { people } = await load([bytesFile('users.json', JSON.stringify({ users }))])
  expect(people).toEqual({ enabled: ['ana@x.test'], disabled: ['bo@x.test'] })
})

test.each(['username,permission,application,status,effect', 'username,email,role,status,effect'])(
  'a deny wins over the status of a grant, under %s',
  async (header) => {
    const text = `${header}\nana,a@x.test,read,Active,Allow\nbo,b@x.test,read,Active,Deny\n`
    const { grants } = await load([bytesFile('t.csv', text)])
    expect(grants.map((line) => line.split(',')[0])).toEqual(['ana'])
  },
)

test('a document of more tables than are listed is refused instead of read in part', async () => {
  const table = (name: string, rows: string) => `<table_data name="${name}">${rows}</table_data>`
  const row = (fields: Record<string, string>) =>
    `<row>${Object.entries(fields)
      .map(([name, value]) => `<field name="${name}">${value}</field>`)
      .join('')}</row>`
  const tables = (count: number) =>
    `<mysqldump><database name="shop">${table('users', row({ username: 'ana', role: 'admin', email: 'a@x.test' }))}${Array.from(
      { length: count },
      (_, at) => table(`t${at}`, row({ a: '1', b: '2' })),
    ).join('')}</database></mysqldump>`
  const few = await load([bytesFile('dump.xml', tables(20))])
  expect([few.grants.length, few.faults]).toEqual([1, []])
  const { isFatal, faults } = await load([bytesFile('dump.xml', tables(600))])
  expect([isFatal, faults[0]]).toEqual([
    true,
    expect.stringContaining('has more than 500 tables; export those with access data'),
  ])
})
