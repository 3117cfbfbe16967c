import { expect, test } from 'vitest'
import { databaseBytes } from './testing-database.ts'
import { testExports } from './testing-exports.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

// Exports of directories in their real form, with our own data.

testExports({
  'app roles of Entra as a table': {
    map: 'entra-graph',
    files: {
      'roles.csv':
        '"AppRoleId","CreatedDateTime","Id","PrincipalDisplayName","PrincipalId","PrincipalType","ResourceDisplayName","ResourceId"\n"r1",,"x1","Ana Meier","11","User","Mail","s1"\n"r1",,"x2","Operators","g1","Group","Mail","s1"\n',
      'users.csv': 'userPrincipalName,displayName,id,userType,accountEnabled\nana@x.test,Ana Meier,11,Member,True\n',
    },
    grants: ['11 r1'],
    memberships: ['entra g1 -> Mail r1'],
  },
  'groups of Active Directory by csvde, which are no people': {
    map: 'ad-users-csv',
    files: {
      'groups.csv':
        'DN,objectClass,cn,member,memberOf,sAMAccountName,groupType\n"CN=Sales,OU=G,DC=x",group,Sales,"CN=Ana Meier,OU=P,DC=x;CN=Bo Kurt,OU=P,DC=x","CN=All,OU=G,DC=x",Sales,-2147483646\n"CN=All,OU=G,DC=x",group,All,"CN=Sales,OU=G,DC=x",,All,-2147483646\n',
    },
    people: { enabled: ['CN=Ana Meier,OU=P,DC=x', 'CN=Bo Kurt,OU=P,DC=x'] },
    grants: ['"CN=Ana Meier,OU=P,DC=x" "CN=Sales,OU=G,DC=x"', '"CN=Bo Kurt,OU=P,DC=x" "CN=Sales,OU=G,DC=x"'],
    memberships: ['ad CN=Sales,OU=G,DC=x -> ad CN=All,OU=G,DC=x'],
  },
  'users and groups of Active Directory in one table, with the type of the groups': {
    map: 'ad-users-csv',
    files: {
      'all.csv':
        'DN,objectClass,cn,member,memberOf,sAMAccountName,groupType\n"CN=Ana,DC=x",user,Ana,,"CN=Ops,DC=x",ana,\n"CN=Ops,DC=x",group,Ops,"CN=Ana,DC=x",,Ops,2\n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana "CN=Ops,DC=x"'],
  },
  'users and groups of Active Directory in one table, without it': {
    map: 'ad-users-csv',
    files: {
      'all.csv':
        'DN,objectClass,cn,member,memberOf,sAMAccountName\n"CN=Ana,DC=x",user,Ana,,"CN=Ops,DC=x",ana\n"CN=Ops,DC=x",group,Ops,"CN=Ana,DC=x",,Ops\n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana "CN=Ops,DC=x"'],
  },
  'groups and users of Active Directory in JSON with the names of LDAP': {
    map: 'ad-users-csv',
    files: {
      'groups.json': JSON.stringify([
        {
          distinguishedName: 'CN=Ops,DC=x',
          sAMAccountName: 'Ops',
          groupType: 2,
          member: ['CN=Ana,DC=x', 'CN=Bo,DC=x'],
        },
      ]),
      'users.json': JSON.stringify([
        { distinguishedName: 'CN=Ana,DC=x', sAMAccountName: 'ana', userAccountControl: 512, memberOf: ['CN=Ops,DC=x'] },
        { distinguishedName: 'CN=Bo,DC=x', sAMAccountName: 'bo', userAccountControl: 514, memberOf: ['CN=Ops,DC=x'] },
      ]),
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana "CN=Ops,DC=x"', 'bo "CN=Ops,DC=x"'],
  },
  'groups of Active Directory by a script, with the names of their members': {
    map: 'ad-users-csv',
    files: { 'g.csv': 'distinguishedName,sAMAccountName,member\n"CN=Ops,DC=x",Ops,"CN=Ana,DC=x"\n' },
    people: { enabled: ['CN=Ana,DC=x'] },
    grants: ['"CN=Ana,DC=x" "CN=Ops,DC=x"'],
  },
  'people with an id of their own, whose columns are those of Entra': {
    map: 'people',
    files: {
      'state.json': JSON.stringify({
        made: '2026-01-01',
        users: [
          {
            id: 'a-1',
            employeeId: 'E1',
            userPrincipalName: 'ana@x',
            displayName: 'Ana',
            department: 'IT',
            accountEnabled: true,
          },
          {
            id: 'b-2',
            employeeId: 'E2',
            userPrincipalName: 'bo@x',
            displayName: 'Bo',
            department: 'IT',
            accountEnabled: false,
          },
        ],
      }),
    },
    people: { enabled: ['E1'], disabled: ['E2'] },
    grants: [],
  },
  'who is locked in FreeIPA': {
    map: 'ldif',
    files: {
      'ipa.ldif':
        'dn: uid=ana,dc=x\nobjectClass: person\nuid: ana\nnsAccountLock: FALSE\n\ndn: uid=bo,dc=x\nobjectClass: person\nuid: bo\nnsAccountLock: TRUE\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: [],
  },
  'people of Active Directory as LDIF, whose groups memberOf alone names': {
    map: 'ldif',
    files: {
      'people.ldif':
        'dn: CN=Ana,OU=P,DC=x\nobjectClass: user\nsAMAccountName: ana\nuserAccountControl: 512\nmemberOf: CN=Sales,OU=G,DC=x\nmemberOf: CN=CRM,OU=G,DC=x\n\n' +
        'dn: CN=Bo,OU=P,DC=x\nobjectClass: user\nsAMAccountName: bo\nuserAccountControl: 514\nmemberOf: CN=Sales,OU=G,DC=x\n\n' +
        'dn: CN=PC1,OU=C,DC=x\nobjectClass: user\nobjectClass: computer\nsAMAccountName: PC1$\nmemberOf: CN=Clients,OU=G,DC=x\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana "CN=CRM,OU=G,DC=x"', 'ana "CN=Sales,OU=G,DC=x"', 'bo "CN=Sales,OU=G,DC=x"'],
  },
  'memberOf beside groups with their members, of which it also names the groups of groups': {
    map: 'ldif',
    files: {
      'all.ldif':
        'dn: uid=ana,dc=x\nobjectClass: person\nuid: ana\nmemberOf: cn=sales,dc=x\nmemberOf: cn=crm,dc=x\n\n' +
        'dn: cn=sales,dc=x\nobjectClass: groupOfNames\ncn: sales\nmember: uid=ana,dc=x\nmemberOf: cn=crm,dc=x\n\n' +
        'dn: cn=crm,dc=x\nobjectClass: groupOfNames\ncn: crm\nmember: cn=sales,dc=x\n',
    },
    grants: ['ana "cn=sales,dc=x"'],
    memberships: ['ldap cn=sales,dc=x -> ldap cn=crm,dc=x'],
  },
  'who is locked in other directories': {
    map: 'ldif',
    files: {
      'people.ldif':
        'dn: uid=ana,dc=x\nobjectClass: person\nuid: ana\nds-pwp-account-disabled: true\nisMemberOf: cn=s,dc=x\n\n' +
        'dn: uid=bo,dc=x\nobjectClass: person\nuid: bo\npwdAccountLockedTime: 000001010000Z\n\n' +
        'dn: uid=cy,dc=x\nobjectClass: person\nuid: cy\nloginDisabled: TRUE\n\n' +
        'dn: uid=di,dc=x\nobjectClass: person\nuid: di\npwdAccountLockedTime: 20240101000000Z\nisMemberOf: cn=s,dc=x\n',
    },
    people: { enabled: ['di'], disabled: ['ana', 'bo', 'cy'] },
    grants: ['ana "cn=s,dc=x"', 'di "cn=s,dc=x"'],
  },
  'groups of Active Directory with their members, by Get-ADGroup': {
    map: 'ad-users-csv',
    files: {
      'groups.csv':
        '"DistinguishedName","Name","GroupCategory","GroupScope","Members"\n"CN=Sales,OU=G,DC=x","Sales","Security","Global","CN=Ana,OU=P,DC=x;CN=Bo,OU=P,DC=x"\n"CN=CRM,OU=G,DC=x","CRM","Security","Global","CN=Sales,OU=G,DC=x"\n',
      'users.csv':
        '"SamAccountName","DistinguishedName","Name","Enabled"\n"ana","CN=Ana,OU=P,DC=x","Ana","True"\n"bo","CN=Bo,OU=P,DC=x","Bo","False"\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana "CN=Sales,OU=G,DC=x"', 'bo "CN=Sales,OU=G,DC=x"'],
    memberships: ['ad CN=Sales,OU=G,DC=x -> ad CN=CRM,OU=G,DC=x'],
  },
  'users of Okta as a table made of its API': {
    map: 'okta',
    files: {
      'users.csv':
        'id,status,created,profile.firstName,profile.lastName,profile.email,profile.login,profile.department\n' +
        '00u1,ACTIVE,2020-01-01T00:00:00.000Z,Ana,Meier,ana@x.test,ana@x.test,Sales\n' +
        '00u2,SUSPENDED,2020-01-01T00:00:00.000Z,Bo,Kurt,bo@x.test,bo@x.test,Sales\n',
      'current-assignments.csv':
        'User,Login,Application name,Application instance,Application login,Assigned on,Unassigned on,Last login\n' +
        'Ana Meier,ana@x.test,Mail,Mail (main),ana,2024-01-01T00:00:00Z,,2025-05-01T00:00:00Z\n' +
        'Bo Kurt,bo@x.test,Mail,Mail (main),bo,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,\n',
    },
    people: { enabled: ['00u1'], disabled: ['00u2'] },
    grants: ['00u1 app/Mail (main)'],
  },
  'users and members of Entra as the portal downloads them': {
    map: 'entra-graph',
    files: {
      'exportUsers_2025-5-1.csv':
        'userPrincipalName,displayName,surname,mail,givenName,id,userType,jobTitle,department,accountEnabled,usageLocation\n' +
        'ana@x.test,Ana Meier,Meier,ana@x.test,Ana,11,Member,Lead,Sales,True,DE\n' +
        'bo@x.test,Bo Kurt,Kurt,bo@x.test,Bo,12,Guest,Rep,Sales,False,DE\n',
      'Operators.csv':
        'id,userPrincipalName,displayName,objectType,userType,isUser,isGroup,isGuest\n' +
        '11,ana@x.test,Ana Meier,User,Member,True,False,False\n',
    },
    people: { enabled: ['11'], disabled: ['12'] },
    grants: ['11 Operators'],
  },
  'users of Entra by Get-MgUser, and who is in which group': {
    map: 'entra-graph',
    files: {
      'users.csv':
        '"AboutMe","AccountEnabled","City","Department","DisplayName","EmployeeId","EmployeeType","Id","JobTitle","Mail","Manager","MemberOf","UserPrincipalName","UserType"\n' +
        ',"True",,"Sales","Ana Meier","7",,"11","Lead","ana@x.test","Microsoft.Graph.PowerShell.Models.MicrosoftGraphDirectoryObject",,"ana@x.test","Member"\n',
    },
    people: { enabled: ['11'] },
    grants: [],
  },
  'members of groups of Entra by a loop over Get-MgGroupMember': {
    map: 'access-table',
    files: {
      'members.csv':
        '"GroupDisplayName","GroupId","DisplayName","UserPrincipalName","UserId"\n' +
        '"Operators","g1","Ana Meier","ana@x.test","11"\n"Operators","g1","Bo Kurt","bo@x.test","12"\n',
    },
    grants: ['11 Operators', '12 Operators'],
  },
  'users and groups of Active Directory by csvde': {
    map: 'ad-users-csv',
    files: {
      'all.csv':
        'DN,objectClass,cn,description,memberOf,sAMAccountName,userAccountControl,mail,manager,member\n' +
        '"CN=Ana,OU=P,DC=x",user,Ana,,"CN=Sales,DC=x;CN=CRM,DC=x",ana,512,ana@x.test,,\n' +
        '"CN=Bo,OU=P,DC=x",user,Bo,,"CN=Sales,DC=x",bo,514,bo@x.test,"CN=Ana,OU=P,DC=x",\n' +
        '"CN=Sales,DC=x",group,Sales,Everybody in sales,"CN=CRM,DC=x",Sales,,,,"CN=Ana,OU=P,DC=x;CN=Bo,OU=P,DC=x"\n' +
        '"CN=CRM,DC=x",group,CRM,,,CRM,,,,"CN=Sales,DC=x"\n' +
        '"CN=PC1,DC=x",computer,PC1,,,PC1$,4096,,,\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana "CN=CRM,DC=x"', 'ana "CN=Sales,DC=x"', 'bo "CN=Sales,DC=x"'],
    memberships: ['ad CN=Sales,DC=x -> ad CN=CRM,DC=x'],
  },
  'members of groups of Active Directory by a loop over Get-ADGroupMember': {
    map: 'ad-users-csv',
    files: {
      'members.csv':
        '"GroupName","distinguishedName","name","objectClass","objectGUID","SamAccountName","SID"\n' +
        '"CRM","CN=Ana,DC=x","Ana","user","1","ana","S-1-5-1"\n"CRM","CN=Sales,DC=x","Sales","group","2","Sales","S-1-5-2"\n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana CRM'],
    memberships: ['ad Sales -> ad CRM'],
  },
  'groups of users of Active Directory, joined by whatever a script joined them by': {
    map: 'ad-users-csv',
    files: {
      'users.csv':
        '"Name","SamAccountName","Enabled","MemberOf"\n' +
        '"Ana","ana","True","CN=Sales,DC=x|CN=CRM,DC=x"\n' +
        '"Bo","bo","True","CN=Sales,DC=x, CN=C# Developers,DC=x"\n' +
        '"Cy","cy","True","CN=A|B,OU=P,DC=x CN=CRM,OU=P,DC=x"\n' +
        '"Di","di","True","CN=C# Developers,DC=x"\n',
    },
    grants: [
      'ana "CN=CRM,DC=x"',
      'ana "CN=Sales,DC=x"',
      'bo "CN=C# Developers,DC=x"',
      'bo "CN=Sales,DC=x"',
      'cy "CN=A|B,OU=P,DC=x"',
      'cy "CN=CRM,OU=P,DC=x"',
      'di "CN=C# Developers,DC=x"',
    ],
  },
  'memberships with the numbers of both sides': {
    map: 'access-table',
    files: {
      'okta.csv': 'group_id,group_name,user_id,user_login,user_status\n00g1,Ops,00u1,ana@x.test,ACTIVE\n',
    },
    grants: ['ana@x.test Ops'],
  },
  'lists within a table that PowerShell prints': {
    map: 'ad-users-csv',
    files: {
      'users.txt':
        '\nSamAccountName Enabled MemberOf\n-------------- ------- --------\n' +
        'ana            True    {CN=Sales,DC=x, CN=CRM,DC=x}\nbo             False   {}\n\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana "CN=CRM,DC=x"', 'ana "CN=Sales,DC=x"'],
  },
  'users of Active Directory whose state the bits of LDAP tell alone, and groups with a sign in their names': {
    map: 'ad-users-csv',
    files: {
      'users.csv':
        'sAMAccountName,memberOf,userAccountControl\nana,"C# Developers,Sales",512\nbo,C#,514\ncy,"C#, SQL",66048\ndi,a#b,\n',
    },
    people: { enabled: ['ana', 'cy', 'di'], disabled: ['bo'] },
    grants: ['ana C# Developers', 'ana Sales', 'bo C#', 'cy C#', 'cy SQL', 'di a', 'di b'],
  },
  'a table that PowerShell prints': {
    map: 'access-table',
    files: {
      'members.txt':
        '\nGroupName Name      SamAccountName\n--------- ----      --------------\nOps       Ana Meier ana\nOps       Bo Kurt   bo\n\n',
    },
    grants: ['ana Ops', 'bo Ops'],
  },
  'users of Keycloak as its Admin API lists them': {
    map: 'keycloak-realm',
    files: {
      'users.json': JSON.stringify([
        { id: '1', username: 'ana', enabled: true, emailVerified: true, realmRoles: ['admin'], groups: ['/ops'] },
      ]),
    },
    grants: ['ana /ops', 'ana admin'],
  },
  'what AzureHound collects': {
    map: 'entra-graph',
    files: {
      'azurehound.json': JSON.stringify({
        data: [
          {
            kind: 'AZUser',
            data: { id: 'u1', displayName: 'Ana', userPrincipalName: 'a@x.test', accountEnabled: false },
          },
          { kind: 'AZServicePrincipal', data: { id: 'sp1', displayName: 'app' } },
          { kind: 'AZGroup', data: { id: 'g1', displayName: 'Ops' } },
          { kind: 'AZGroup', data: { id: 'g2', displayName: 'All' } },
          { kind: 'AZGroupMember', data: { groupId: 'g1', members: [{ groupId: 'g1', member: { id: 'u1' } }] } },
          { kind: 'AZGroupMember', data: { groupId: 'g2', members: [{ groupId: 'g2', member: { id: 'g1' } }] } },
          { kind: 'AZRole', data: { id: 'r1', displayName: 'Global Administrator' } },
          { kind: 'AZRoleAssignment', data: { roleDefinitionId: 'r1', roleAssignments: [{ principalId: 'sp1' }] } },
          { kind: 'AZDevice', data: { id: 'd1' } },
        ],
        meta: { type: 'azure', version: 5, count: 9 },
      }),
    },
    people: { enabled: ['sp1'], disabled: ['u1'] },
    grants: ['sp1 r1', 'u1 g1'],
    memberships: ['entra g1 -> entra g2'],
  },
  'the database of ROADrecon': {
    map: 'entra-graph',
    files: {
      'roadrecon.db': databaseBytes(
        'create table Users (objectId text, userPrincipalName text, displayName text, accountEnabled integer)',
        'create table Groups (objectId text, displayName text)',
        'create table lnk_group_member_user ("Group" text, User text)',
        'create table lnk_group_member_group ("Group" text, childGroup text)',
        "insert into Users values ('u1', 'a@x.test', 'Ana', 1), ('u2', 'b@x.test', 'Bo', 0)",
        "insert into Groups values ('g1', 'Ops'), ('g2', 'All')",
        "insert into lnk_group_member_user values ('g1', 'u1')",
        "insert into lnk_group_member_group values ('g2', 'g1')",
      ),
    },
    people: { enabled: ['u1'], disabled: ['u2'] },
    grants: ['u1 g1'],
    memberships: ['entra g1 -> entra g2'],
  },
  'memberships as the first collectors of BloodHound wrote them': {
    map: 'bloodhound',
    files: {
      'group_membership.csv':
        'GroupName,AccountName,AccountType\nOPS@X.TEST,ANA@X.TEST,user\nALL@X.TEST,OPS@X.TEST,group\nALL@X.TEST,PC.X.TEST,computer\n',
    },
    people: { enabled: ['ANA@X.TEST'] },
    grants: ['ANA@X.TEST OPS@X.TEST'],
    memberships: ['ad OPS@X.TEST -> ad ALL@X.TEST'],
  },
  'users of Active Directory by Export-Clixml': {
    map: 'ad-users-csv',
    files: {
      'users.xml':
        '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">' +
        '<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T></TN><MS>' +
        '<S N="SamAccountName">ana</S><B N="Enabled">true</B><S N="Name">Ana Ruiz</S>' +
        '<Obj N="MemberOf" RefId="1"><TN RefId="1"><T>List</T></TN><LST><S>CN=Ops,DC=x</S><S>CN=Dev,DC=x</S></LST></Obj></MS></Obj>' +
        '<Obj RefId="2"><TNRef RefId="0" /><MS><S N="SamAccountName">bo</S><B N="Enabled">false</B><S N="Name">Bo Kern</S>' +
        '<Obj N="MemberOf" RefId="3"><TNRef RefId="1" /><LST><S>CN=Ops,DC=x</S></LST></Obj></MS></Obj></Objs>',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana "CN=Dev,DC=x"', 'ana "CN=Ops,DC=x"', 'bo "CN=Ops,DC=x"'],
  },
  'users with the ids of groups, known by mail addresses': {
    map: 'joined-tables',
    files: {
      'shop.json': JSON.stringify({
        groups: [{ id: 'g1', name: 'Staff' }],
        users: [{ id: 'u1', name: 'Ana Ruiz', email: 'a@x.test', groupIds: ['g1'] }],
      }),
    },
    grants: ['a@x.test group Staff'],
  },
  'a report of security groups below its titles': {
    map: 'access-table',
    files: {
      'report.csv':
        'Security Group Members,,,,\nRun by: Admin,,,,\n\nEmployee ID,Worker,Business Title,Supervisory Organization,Security Group\n' +
        '1001,Ana Ruiz,Clerk,Finance,Payroll Partner\n1001,Ana Ruiz,Clerk,Finance,Expense Admin\n1002,Bo Kern,Head,Finance,Manager\n',
    },
    people: { enabled: ['1001', '1002'] },
    grants: ['1001 Expense Admin', '1001 Payroll Partner', '1002 Manager'],
  },
  'members of groups of Entra with the names of both': {
    map: 'access-table',
    files: {
      'members.csv':
        'GroupId,GroupDisplayName,UserPrincipalName,DisplayName,UserType,AccountEnabled\ng1,Devs,a@x.test,Ana Ruiz,Member,True\ng1,Devs,b@x.test,Bo Kern,Guest,False\n',
    },
    people: { enabled: ['a@x.test'], disabled: ['b@x.test'] },
    grants: ['a@x.test Devs', 'b@x.test Devs'],
  },
})

test('a group that no file of BloodHound describes is no person', async () => {
  const groups = {
    meta: { type: 'groups', version: 6 },
    data: [
      {
        Properties: { name: 'ADMINS@X.TEST' },
        Members: [
          { ObjectIdentifier: 'S-1-5-21-1-500', ObjectType: 'User' },
          { ObjectIdentifier: 'S-1-5-21-1-512', ObjectType: 'Group' },
        ],
        ObjectIdentifier: 'X.TEST-S-1-5-32-544',
      },
    ],
  }
  const { people, grants, orphans, faults } = await load([bytesFile('groups.json', JSON.stringify(groups))])
  expect(people).toEqual({ enabled: ['S-1-5-21-1-500'] })
  expect(grants.map(shortGrant)).toEqual(['S-1-5-21-1-500 ADMINS@X.TEST'])
  expect([orphans, faults]).toEqual([['S-1-5-21-1-512: unknown, 1 rows'], []])
})

const membersOfAd =
  'distinguishedName,name,objectClass,objectGUID,SamAccountName,SID\n"CN=Ana M,OU=P,DC=x",Ana M,user,1,ana,S-1\n"CN=Bo K,OU=P,DC=x",Bo K,user,2,bo,S-2\n'
const usersOfAd =
  'SamAccountName,DistinguishedName,Name,DisplayName,UserPrincipalName,Enabled\nana,"CN=Ana M,OU=P,DC=x",Ana M,Ana Meier,ana@x.test,True\nbo,"CN=Bo K,OU=P,DC=x",Bo K,Bo Kurt,bo@x.test,False\n'
const membersOfEntra =
  'id,userPrincipalName,displayName,objectType,userType\n1,ana@x.test,Ana,User,Member\n2,bo@x.test,Bo,User,Member\n'
const usersOfEntra =
  'id,userPrincipalName,displayName,accountEnabled,userType\n1,ana@x.test,Ana Meier,True,Member\n2,bo@x.test,Bo Kurt,False,Member\n'

test.each([
  ['Active Directory', 'a-Admins.csv', membersOfAd, 'b-users.csv', usersOfAd],
  ['Active Directory', 'b-Admins.csv', membersOfAd, 'a-users.csv', usersOfAd],
  ['Entra', 'a-Admins.csv', membersOfEntra, 'b-users.csv', usersOfEntra],
  ['Entra', 'b-Admins.csv', membersOfEntra, 'a-users.csv', usersOfEntra],
])('the members of a group of %s, as %s, hide nothing of the users', async (_, group, members, list, users) => {
  const files = [bytesFile(group, members), bytesFile(list, users)]
  const loaded = await load(files.toSorted((one, other) => one.name.localeCompare(other.name)))
  expect([loaded.faults, loaded.grants.length]).toEqual([[], 2])
  const lines = (loaded.files['identities.csv'] ?? '').split('\n')
  expect(lines[1]).toMatch(/^(ana|1),Ana Meier,.*ana@x\.test.*enabled/)
  expect(lines[2]).toMatch(/^(bo|2),Bo Kurt,.*bo@x\.test.*disabled/)
})

test('two users files with different values for one login are still a fault', async () => {
  const { faults } = await load([
    bytesFile('a-Admins.csv', membersOfAd),
    bytesFile('b-users.csv', usersOfAd),
    bytesFile('c-users.csv', usersOfAd.replace('Ana Meier', 'Ana Maria')),
  ])
  expect(faults).toEqual([expect.stringContaining('"Ana Maria" here and "Ana Meier" in b-users.csv')])
})

test('distinguished names that differ in case and in blanks beside commas are one group and one person', async () => {
  const users =
    'SamAccountName,Name,Enabled,MemberOf\nana,Ana,True,"CN=Sales,OU=G,DC=x"\nbo,Bo,True,"cn=sales, ou=G, dc=x"\ncy,Cy,True,"CN=Sales\\, North,OU=G,DC=x"\n'
  const groups =
    '"DistinguishedName","Name","GroupCategory","GroupScope","Members"\n"Cn=SALES,OU=G,DC=x","SALES","Security","Global",""\n'
  const { entitlements, grants, faults } = await load([bytesFile('users.csv', users), bytesFile('groups.csv', groups)])
  expect(faults).toEqual([])
  expect(entitlements).toEqual(['ad CN=Sales,OU=G,DC=x', 'ad CN=Sales\\, North,OU=G,DC=x'])
  expect(grants).toHaveLength(3)
  const alone = await load([
    bytesFile(
      'groups.ldif',
      'dn: cn=a,dc=x\nobjectClass: groupOfNames\nmember: uid=ana,dc=x\nmember: uid=bo,dc=x\n\ndn: cn=b,dc=x\nobjectClass: groupOfNames\nmember: UID=Ana, DC=x\nmember: uid=bo,dc=x\n',
    ),
  ])
  expect([alone.people, alone.faults, alone.grants.length]).toEqual([
    { enabled: ['uid=ana,dc=x', 'uid=bo,dc=x'] },
    [],
    4,
  ])
})

test('whether a login is a member is no group', async () => {
  const { grants, unmapped } = await load([bytesFile('a.csv', 'sAMAccountName,displayName,member\nana,Ana,yes\n')])
  expect([grants, unmapped]).toEqual([[], ['a.csv']])
})
