import { expect, test } from 'vitest'
import { testExports } from './testing-exports.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

// Answers and files of products in the forms that public repositories hold, with our own names and values.

const json = (value: unknown): string => JSON.stringify(value)

testExports({
  'members of groups without a list of users, who are one person each': {
    map: 'google-workspace',
    files: {
      'members.csv':
        'group,type,role,id,status,email\nops@x.test,USER,MEMBER,1,ACTIVE,ana@x.test\nops@x.test,USER,MEMBER,2,ACTIVE,bo@x.test\n' +
        'hr@x.test,USER,MEMBER,1,ACTIVE,ana@x.test\nhr@x.test,USER,OWNER,2,ACTIVE,bo@x.test\nit@x.test,USER,MEMBER,1,ACTIVE,ana@x.test\n',
    },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: [
      'ana@x.test hr@x.test',
      'ana@x.test it@x.test',
      'ana@x.test ops@x.test',
      'bo@x.test hr@x.test',
      'bo@x.test ops@x.test',
    ],
  },
  'the members of one Google group as the directory answers, and who administers all': {
    map: 'google-workspace',
    files: {
      'ops.json': json({
        kind: 'admin#directory#members',
        members: [
          { kind: 'admin#directory#member', id: '1', email: 'ana@x.test', role: 'MEMBER', type: 'USER' },
          { kind: 'admin#directory#member', id: '2', email: 'bo@x.test', role: 'OWNER', type: 'USER' },
          { kind: 'admin#directory#member', id: '3', email: 'hr@x.test', role: 'MEMBER', type: 'GROUP' },
        ],
      }),
      'groups.json': json([{ id: '3', email: 'hr@x.test', name: 'HR', directMembersCount: 1 }]),
      'users.json': json({
        users: [
          { primaryEmail: 'ana@x.test', isAdmin: true, suspended: false, orgUnitPath: '/' },
          { primaryEmail: 'bo@x.test', isAdmin: false, suspended: true, orgUnitPath: '/' },
        ],
      }),
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test administrator: super administrator', 'ana@x.test ops', 'bo@x.test ops'],
    memberships: ['google workspace hr@x.test -> google workspace ops'],
  },
  'pages of Okta that a tool wraps in items, and roles of administrators': {
    map: 'okta',
    files: {
      'users.json': json({
        items: [{ id: 'u1', status: 'ACTIVE', profile: { login: 'ana@x.test', firstName: 'Ana', lastName: 'Meier' } }],
        next_after: 'n1',
      }),
      'groups.json': json({
        items: [
          {
            id: 'g1',
            type: 'OKTA_GROUP',
            profile: { name: 'Ops' },
            lastMembershipUpdated: '2024-01-02',
            members: ['u1'],
          },
        ],
        next_after: 'n2',
      }),
      'roles.json': json([
        {
          id: 'r1',
          label: 'Help Desk Administrator',
          type: 'HELP_DESK_ADMIN',
          status: 'ACTIVE',
          assignmentType: 'USER',
          _links: { assignee: { href: 'https://x.test/api/v1/users/u1' } },
        },
        {
          id: 'r2',
          label: 'Application Administrator',
          type: 'APP_ADMIN',
          status: 'ACTIVE',
          assignmentType: 'GROUP',
          _links: { assignee: { href: 'https://x.test/api/v1/groups/g1' } },
        },
      ]),
    },
    people: { enabled: ['u1'] },
    grants: ['u1 administrator: Help Desk Administrator', 'u1 g1'],
    memberships: ['okta g1 -> okta administrator: Application Administrator'],
  },
  'a page of users of Auth0 with its totals': {
    map: 'auth0',
    files: {
      'users.json': json({
        users: [
          { user_id: 'auth0|1', email: 'ana@x.test', name: 'Ana', identities: [], app_metadata: { roles: ['admin'] } },
          { user_id: 'auth0|2', email: 'bo@x.test', name: 'Bo', identities: [], blocked: true },
        ],
        start: 0,
        limit: 50,
        length: 2,
        total: 2,
      }),
      'support.json': json({
        users: [{ user_id: 'auth0|1', email: 'ana@x.test', name: 'Ana', picture: 'https://x.test/a.png' }],
        start: 0,
        limit: 50,
        total: 1,
      }),
    },
    people: { enabled: ['auth0|1'], disabled: ['auth0|2'] },
    grants: ['auth0|1 admin', 'auth0|1 support'],
  },
  'users of one workspace of Power BI, and of workspaces that do not tell the kind of their users': {
    map: 'power-bi',
    files: {
      'Sales.json': json({
        value: [
          {
            emailAddress: 'ana@x.test',
            groupUserAccessRight: 'Admin',
            identifier: 'ana@x.test',
            principalType: 'User',
          },
          { displayName: 'Clerks', groupUserAccessRight: 'Viewer', identifier: 'g1', principalType: 'Group' },
        ],
      }),
      'workspaces.json': json({
        value: [
          {
            id: 'w1',
            name: 'Stock',
            type: 'Workspace',
            users: [{ emailAddress: 'ana@x.test', groupUserAccessRight: 'Member' }],
          },
        ],
      }),
      'security.csv': 'WorkspaceName;UserIdentifier;UserAccessRight;UserPrincipalType\nShop;bo@x.test;Viewer;User\n',
    },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: ['ana@x.test Sales: Admin', 'ana@x.test Stock: Member', 'bo@x.test Shop: Viewer'],
    memberships: ['power bi group g1 -> power bi Sales: Viewer'],
  },
  'a group of Jira with its users': {
    map: 'jira',
    files: {
      'group.json': json({
        name: 'admins',
        self: 'https://x.test/rest/api/2/group?groupname=admins',
        users: {
          size: 2,
          items: [
            { name: 'ana', key: 'ana', displayName: 'Ana Meier', active: true },
            { name: 'bo', key: 'bo', displayName: 'Bo Kurt', active: false },
          ],
        },
      }),
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana admins', 'bo admins'],
  },
  'members of safes of CyberArk before version 12': {
    map: 'cyberark',
    files: {
      'a.json': json({
        SafeMembers: [
          {
            safeName: 'PROD',
            memberName: 'ana',
            memberType: 'User',
            permissions: { useAccounts: true, addAccounts: false },
          },
        ],
      }),
      'TEST.json': json({
        SafeMembers: [
          { MemberName: 'bo', MemberType: 'User', Permissions: { ListAccounts: true, RequestsAuthorizationLevel: 0 } },
          { MemberName: 'Admins', MemberType: 'Group', Permissions: { ManageSafe: true } },
        ],
      }),
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana PROD: useAccounts', 'bo TEST: ListAccounts'],
    memberships: ['cyberark group Admins -> cyberark TEST: ManageSafe'],
  },
  'members of safes with the numbers of the members and what the vault knows of them': {
    map: 'cyberark',
    files: {
      'members.csv':
        'SafeName,SafeID,MemberID,MemberName,MemberType,MembershipExpirationDate,IsExpiredMembershipEnabled,IsPredefinedUser,UseAccounts,ListAccounts,ManageSafe\n' +
        'PROD,PROD,12,ana,User,,False,True,True,True,False\nPROD,PROD,13,Vault Admins,Group,,False,False,True,False,True\n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana PROD: ListAccounts', 'ana PROD: UseAccounts'],
    memberships: [
      'cyberark group Vault Admins -> cyberark PROD: ManageSafe',
      'cyberark group Vault Admins -> cyberark PROD: UseAccounts',
    ],
  },
  'workers of Workday by their numbers, with locked accounts': {
    map: 'workday',
    files: {
      'workers.json': json({
        Report_Entry: [
          {
            Employee_Number: '1',
            Display_Name: 'Ana Meier',
            Email: 'ana@x.test',
            Account_Locked__Disabled_or_Expired: '0',
          },
          {
            Employee_Number: '2',
            Display_Name: 'Bo Kurt',
            Email: 'bo@x.test',
            Account_Locked__Disabled_or_Expired: '1',
          },
        ],
      }),
    },
    people: { enabled: ['1'], disabled: ['2'] },
    grants: [],
  },
  'assignments of groups of the identity center, without a list of groups': {
    map: 'aws-identity-center',
    files: {
      'assignments.json': json({
        AccountAssignments: [
          {
            AccountId: '111122223333',
            PermissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
            PrincipalType: 'GROUP',
            PrincipalId: 'g1',
          },
          {
            AccountId: '111122223333',
            PermissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
            PrincipalType: 'USER',
            PrincipalId: 'u1',
          },
        ],
      }),
    },
    people: { enabled: ['u1'] },
    grants: ['u1 111122223333/ps-1'],
    memberships: ['aws g1 -> aws 111122223333/ps-1'],
  },
  'the file of Elasticsearch that maps groups and people of a directory to roles': {
    map: 'elasticsearch',
    files: {
      'role_mapping.yml':
        '# roleA:\n#  - groupA-DN\nsuperuser:\n  - "CN=ops,OU=Groups,DC=x,DC=test"\nviewer:\n  - "CN=ops,OU=Groups,DC=x,DC=test"\n' +
        '  - "uid=ana,ou=people,dc=x,dc=test"\nauditor:\n  - bo\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana role viewer', 'bo role auditor'],
    memberships: [
      'elasticsearch group CN=ops,OU=Groups,DC=x,DC=test -> elasticsearch role superuser',
      'elasticsearch group CN=ops,OU=Groups,DC=x,DC=test -> elasticsearch role viewer',
    ],
  },
  'users with role collections, as SAP BTP has them': {
    map: 'access-document',
    files: {
      'btp.json': json({
        users: [
          { userName: 'ana@x.test', email: 'ana@x.test', roleCollections: ['Subaccount Viewer', 'Launchpad'] },
          { userName: 'bo@x.test', email: 'bo@x.test', roleCollections: ['Launchpad'] },
        ],
      }),
    },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: ['ana@x.test Launchpad', 'ana@x.test Subaccount Viewer', 'bo@x.test Launchpad'],
  },
  'roles with the users whom somebody approved': {
    map: 'access-document',
    files: {
      'shop.json': json({
        entitlements: [
          { role: 'reader', statement: 'GRANT SELECT', approvedusers: ['ana'] },
          { role: 'writer', statement: 'GRANT INSERT', approvedusers: ['ana', 'bo'] },
        ],
      }),
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana reader', 'ana writer', 'bo writer'],
  },
  'tables of Entra whose memberships have ids of their own': {
    map: 'entra-graph',
    files: {
      'users.csv':
        'entra_user_id,user_principal_name,display_name,account_enabled,user_type\nusr-1,ana@x.test,Ana Meier,true,employee\nusr-2,bo@x.test,Bo Kurt,false,employee\n',
      'memberships.csv':
        'membership_id,group_id,entra_user_id,assignment_end_date\nm1,grp-1,usr-1,\nm2,grp-1,usr-2,\nm3,grp-2,usr-1,2020-01-31\n',
      'groups.csv': 'group_id,display_name,group_type\ngrp-1,Ops,security\ngrp-2,HR,security\n',
      'roles.csv':
        'role_assignment_id,entra_user_id,role_name,is_active_assignment\nr1,usr-1,Global Reader,true\nr2,usr-2,Global Reader,false\n',
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test Global Reader', 'ana@x.test grp-1', 'bo@x.test grp-1'],
  },
  'a SharePoint group with two levels': {
    map: 'sharepoint',
    files: {
      'report.csv':
        'Object,Title,URL,HasUniquePermissions,Users,Type,Permissions,GrantedThrough\n' +
        'Site,Sales,https://x.test/sales,TRUE,Ana;Bo,SharePointGroup,Edit; Read,SharePoint Group: Sales Members\n',
    },
    people: { enabled: ['Ana', 'Bo'] },
    grants: [
      'Ana https://x.test/sales: Edit',
      'Ana https://x.test/sales: Read',
      'Bo https://x.test/sales: Edit',
      'Bo https://x.test/sales: Read',
    ],
  },
  'members of groups of ServiceNow by the names that are shown': {
    map: 'servicenow',
    files: {
      'members.json': json({
        result: [
          { user: { display_value: 'Ana Meier' }, group: { display_value: 'Ops' } },
          { user: { display_value: 'Bo Kurt' }, group: { display_value: 'Ops' } },
        ],
      }),
    },
    people: { enabled: ['Ana Meier', 'Bo Kurt'] },
    grants: ['Ana Meier Ops', 'Bo Kurt Ops'],
  },
  'an entity of Vault that was looked up, which does not say whether it is disabled': {
    map: 'vault',
    files: {
      'entity.json': json({
        data: {
          aliases: [],
          creation_time: '2024-01-02T10:00:00Z',
          group_ids: [],
          id: 'e1',
          metadata: null,
          name: 'ana',
          policies: ['shop'],
        },
      }),
    },
    people: { enabled: ['ana'] },
    grants: ['ana policy shop'],
  },
  'accounts of SailPoint with a file of entitlements': {
    map: 'sailpoint-flat-file',
    files: {
      'accounts.csv':
        'id,name,givenName,familyName,e-mail,groups,IIQDisabled\n1,ana,Ana,Meier,ana@x.test,OPS,false\n2,bo,Bo,Kurt,bo@x.test,OPS,true\n',
      'entitlements.csv': 'id,name,displayName,description\nOPS,ops,Operations,All of it\n',
    },
    people: { enabled: ['1'], disabled: ['2'] },
    grants: ['1 OPS', '2 OPS'],
  },
  'users deep in a configuration of Spring': {
    map: 'xml-document',
    files: {
      'security.xml':
        '<beans><authentication-manager><authentication-provider><user-service>' +
        "<user name='ana' password='{noop}x' authorities='ROLE_ADMIN,ROLE_USER'/><user name='bo' password='{noop}y' authorities='ROLE_USER'/>" +
        '</user-service></authentication-provider></authentication-manager></beans>',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana ROLE_ADMIN', 'ana ROLE_USER', 'bo ROLE_USER'],
  },
  'groups in a workspace of Power BI that does not tell kinds, and have no mail address': {
    map: 'power-bi',
    files: {
      'workspaces.json': json({
        value: [
          {
            id: 'w1',
            name: 'Stock',
            type: 'Workspace',
            users: [
              { emailAddress: 'ana@x.test', groupUserAccessRight: 'Member' },
              { displayName: 'Clerks', identifier: 'g1', groupUserAccessRight: 'Viewer' },
            ],
          },
        ],
      }),
    },
    people: { enabled: ['ana@x.test'] },
    grants: ['ana@x.test Stock: Member'],
    memberships: ['power bi group g1 -> power bi Stock: Viewer'],
  },
  'users of Bitbucket with the same nickname': {
    map: 'bitbucket',
    files: {
      'acme.json': json({
        pagelen: 2,
        values: ['1', '2'].map((uuid) => ({
          permission: uuid === '1' ? 'owner' : 'member',
          user: { display_name: `Alex ${uuid}`, uuid, nickname: 'alex' },
          workspace: { slug: 'acme' },
        })),
      }),
    },
    people: { enabled: ['1', '2'] },
    grants: ['1 acme: owner', '2 acme: member'],
  },
  'approved users in one text': {
    map: 'access-document',
    files: { 'shop.json': json({ entitlements: [{ role: 'reader', approvedUsers: 'ana, bo' }] }) },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana reader', 'bo reader'],
  },
  'roles of users of Auth0 as objects and as one text': {
    map: 'auth0',
    files: {
      'users.json': json([
        {
          user_id: 'auth0|1',
          email: 'ana@x.test',
          identities: [{}],
          app_metadata: { roles: [{ id: 'r1', name: 'Admin' }] },
        },
        { user_id: 'auth0|2', email: 'bo@x.test', identities: [{}], app_metadata: { roles: 'reader, writer' } },
      ]),
    },
    people: { enabled: ['auth0|1', 'auth0|2'] },
    grants: ['auth0|1 Admin', 'auth0|2 reader', 'auth0|2 writer'],
  },
  'requests for roles, of which one was refused': {
    map: 'access-document',
    files: {
      'requests.json': json([
        { user: 'ana', role: 'admin', approved: true },
        { user: 'bo', role: 'admin', approved: false },
      ]),
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana admin'],
  },
  'users with groups in the form of SCIM, in a list': {
    map: 'access-document',
    files: { 'shop.json': json([{ userName: 'ana', groups: [{ value: 'g1', display: 'Ops' }, { value: 'g2' }] }]) },
    people: { enabled: ['ana'] },
    grants: ['ana Ops', 'ana g2'],
  },
  'roles with an id and a flag that shows them': {
    map: 'access-document',
    files: {
      'shop.json': json([
        {
          username: 'ana',
          roles: [
            { id: 'r1', display: true },
            { id: 'r2', display: true },
          ],
        },
      ]),
    },
    people: { enabled: ['ana'] },
    grants: ['ana r1', 'ana r2'],
  },
  'users of Spring who are disabled or locked': {
    map: 'xml-document',
    files: {
      'security.xml':
        '<beans><security><provider><user-service><user name="ana" authorities="ROLE_A, ROLE_B"/>' +
        '<user name="bo" authorities="ROLE_A" disabled="true"/><user name="cy" authorities="ROLE_A" disabled="false" locked="true"/>' +
        '</user-service></provider></security></beans>',
    },
    people: { enabled: ['ana'], disabled: ['bo', 'cy'] },
    grants: ['ana ROLE_A', 'ana ROLE_B', 'bo ROLE_A', 'cy ROLE_A'],
  },
  'a right to read only, which is a flag of members of safes alone': {
    map: 'pairs',
    files: { 'rights.csv': 'Username,Is Admin,Is Read Only,Is Auditor\nana,true,false,true\nbo,false,true,false\n' },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Is Admin', 'ana Is Auditor', 'bo Is Read Only'],
  },
  'own roles of administrators of Okta, each for a set of resources': {
    map: 'okta',
    files: {
      'users.json': json([{ id: 'u1', status: 'ACTIVE', profile: { login: 'ana@x.test' } }]),
      'roles.json': json(
        ['iam1', 'iam2'].map((set) => ({
          id: `r-${set}`,
          label: 'Unlocker',
          type: 'CUSTOM',
          status: 'ACTIVE',
          assignmentType: 'USER',
          'resource-set': set,
          _links: { assignee: { href: 'https://x.test/api/v1/users/u1' } },
        })),
      ),
    },
    people: { enabled: ['u1'] },
    grants: ['u1 administrator: Unlocker on iam1', 'u1 administrator: Unlocker on iam2'],
  },
})

test('a list of people beside accounts of SailPoint has people, and a list of groups entitlements', async () => {
  const files = {
    'accounts.csv':
      'id,name,givenName,familyName,e-mail,groups\n1,ana,Ana,Meier,ana@x.test,g1\n2,bo,Bo,Kurt,bo@x.test,g1\n',
    'groups.csv': 'id,name,displayName,description\ng1,Ops,Operations,On call\n',
    'people.csv': 'id,name,displayName,description,title,mail\nE3,cy,Cy Moor,Developer,Engineer,cy@x.test\n',
  }
  const { sources, entitlements, grants, unmapped } = await load(
    Object.entries(files).map(([name, text]) => bytesFile(name, text)),
  )
  expect(sources['sailpoint-flat-file']).toEqual(['accounts.csv', 'groups.csv'])
  expect(entitlements).toEqual(['sailpoint g1'])
  expect(grants.map(shortGrant)).toEqual(['1 g1', '2 g1'])
  expect([...unmapped, ...Object.values(sources).flat()]).toContain('people.csv')
})
