import { expect, test } from 'vitest'
import { testExports } from './testing-exports.ts'
import { bytesFile, load } from './testing-load.ts'

// Exports of cloud platforms and operating systems in their real form, with our own data.

testExports({
  'members of a team of GitHub as GraphQL answers page by page': {
    map: 'github-organisation',
    files: {
      'pages.json': ['ana', 'bo']
        .map((login) =>
          JSON.stringify({
            data: {
              organization: { team: { name: 'ops', members: { edges: [{ role: 'MEMBER', node: { login } }] } } },
            },
          }),
        )
        .join('\n'),
    },
    grants: ['ana team:ops', 'bo team:ops'],
  },
  'who may do what in a repository of GitHub as GraphQL answers': {
    map: 'github-organisation',
    files: {
      'shop.json': JSON.stringify({
        data: {
          repository: {
            nameWithOwner: 'acme/shop',
            collaborators: { nodes: [{ login: 'ana' }, { login: 'bo' }], edges: [{ permission: 'ADMIN' }, {}] },
          },
        },
      }),
    },
    grants: ['ana acme/shop:ADMIN', 'bo acme/shop'],
  },
  'members of groups as the console of Google Workspace downloads them': {
    map: 'google-workspace',
    files: {
      'members.csv':
        'Group Email [Required],Member Email,Member Type,Member Role\ndev@x.test,ana@x.test,USER,MEMBER\ndev@x.test,leads@x.test,GROUP,MEMBER\nleads@x.test,bo@x.test,USER,OWNER\n',
    },
    grants: ['ana@x.test dev@x.test', 'bo@x.test leads@x.test'],
    memberships: ['google workspace leads@x.test -> google workspace dev@x.test'],
  },
  'groups of Google Workspace by GAM, with their members in one cell': {
    map: 'google-workspace',
    files: {
      'groups.csv':
        'email,name,directMembersCount,members,managers,owners\ndev@x.test,Dev,3,ana@x.test bo@x.test,,cy@x.test\n',
    },
    grants: ['ana@x.test dev@x.test', 'bo@x.test dev@x.test', 'cy@x.test dev@x.test'],
  },
  'users of AWS and the members of their groups, as its command answers': {
    map: 'aws-authorization-details',
    files: {
      'users.json': JSON.stringify({
        Users: ['ana', 'bo'].map((name) => ({
          UserName: name,
          UserId: `A${name}`,
          Arn: `arn:aws:iam::12:user/${name}`,
        })),
      }),
      'admins.json': JSON.stringify({
        Group: { GroupName: 'Admins', Arn: 'arn:aws:iam::12:group/Admins' },
        Users: [{ UserName: 'bo', UserId: 'Abo', Arn: 'arn:aws:iam::12:user/bo' }],
      }),
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['bo group/Admins'],
  },
  'an AWS account with roles and without users': {
    map: 'aws-authorization-details',
    files: {
      'details.json': JSON.stringify({
        UserDetailList: [],
        RoleDetailList: [{ RoleName: 'ops', Arn: 'arn:aws:iam::12:role/ops', AttachedManagedPolicies: [] }],
      }),
    },
    people: {},
    grants: [],
  },
  'the credential report of AWS as its command answers': {
    map: 'aws-credential-report',
    files: {
      'report.json': JSON.stringify({
        Content: Buffer.from(
          'user,arn,user_creation_time,password_enabled,mfa_active\n<root_account>,arn:aws:iam::12:root,2020,not_supported,true\nana,arn:aws:iam::12:user/ana,2020,true,true\n',
        ).toString('base64'),
        ReportFormat: 'text/csv',
        GeneratedTime: '2025-01-01T00:00:00+00:00',
      }),
    },
    people: { enabled: ['ana'] },
    grants: [],
  },
  'the columns of role assignments that the documentation of Azure chooses': {
    map: 'azure-roles',
    files: {
      'roles.json': JSON.stringify([
        { principalName: 'ana@x.test', roleDefinitionName: 'Reader', scope: '/subscriptions/1' },
        { principalName: '', roleDefinitionName: 'Owner', scope: '/subscriptions/1' },
      ]),
    },
    grants: ['ana@x.test Reader on /subscriptions/1'],
  },
  'members of Google Cloud as gcloud prints them': {
    map: 'google-cloud-iam',
    files: {
      'policy.txt':
        'ROLE                        MEMBERS\nroles/owner                 user:ana@x.test\nroles/owner                 group:ops@x.test\nroles/storage.objectViewer  serviceAccount:app@x.test\n',
    },
    people: { enabled: ['ana@x.test', 'app@x.test'] },
    grants: ['ana@x.test roles/owner', 'app@x.test roles/storage.objectViewer'],
    memberships: ['google cloud group:ops@x.test -> google cloud roles/owner'],
  },
  'groups of the users of Windows as whoami prints them': {
    map: 'windows-permissions',
    files: {
      'whoami.txt': [
        'USER INFORMATION',
        '----------------',
        '',
        'User Name SID',
        '========= ==================',
        'acme\\ana  S-1-5-21-1-2-3-1601',
        '',
        'GROUP INFORMATION',
        '-----------------',
        '',
        'Group Name                           Type             SID                 Attributes',
        '==================================== ================ =================== ==================',
        'Everyone                             Well-known group S-1-1-0             Mandatory group',
        'BUILTIN\\Backup Operators             Alias            S-1-5-32-551        Mandatory group',
        'BUILTIN\\Administrators               Alias            S-1-5-32-544        Group used for deny',
        'ACME\\Dev Support                     Group            S-1-5-21-1-2-3-1700 Mandatory group',
        '                                     Unknown SID type S-1-5-82-0          Mandatory group',
        'Mandatory Label\\High Mandatory Level Label            S-1-16-12288',
        '',
        'PRIVILEGES INFORMATION',
        '----------------------',
        '',
        'Privilege Name    Description                   State',
        '================= ============================= =======',
        'SeBackupPrivilege Back up files and directories Enabled',
      ].join('\n'),
    },
    people: { enabled: ['ana'] },
    grants: ['ana Administrators', 'ana Backup Operators', 'ana Dev Support'],
  },
  'members of Google Cloud as a table': {
    map: 'google-cloud-iam',
    files: {
      'iam.csv': 'resource,role,member\n//p,roles/owner,user:ana@x.test\n//p,roles/viewer,group:ops@x.test\n',
    },
    grants: ['ana@x.test roles/owner on //p'],
    memberships: ['google cloud group:ops@x.test -> google cloud roles/viewer on //p'],
  },
  'rules of sudo with aliases in aliases, people taken out, and names with blanks': {
    map: 'unix-accounts',
    files: {
      sudoers:
        'User_Alias OPS = ana, bo, cy\nUser_Alias ALLOPS = OPS, ALLOPS, di\nALLOPS, !cy ALL = (root : adm) ALL\n' +
        '%domain\\ admins, +net ALL = (ALL) ALL\n"ed fox" web1 = /bin/a : web2 = (bin) /bin/b x\\, y\n',
    },
    grants: [
      'ana sudo (root : adm) ALL',
      'bo sudo (root : adm) ALL',
      'di sudo (root : adm) ALL',
      'ed fox "sudo (bin) /bin/b x\\, y"',
      'ed fox sudo (root) /bin/a',
    ],
    memberships: ['unix group +net -> unix sudo (ALL) ALL', 'unix group domain admins -> unix sudo (ALL) ALL'],
  },
  'who is archived in Google Workspace': {
    map: 'google-workspace',
    files: {
      'users.csv': 'primaryEmail,name.fullName,suspended,archived\na@x.test,Ana,False,False\nb@x.test,Bo,False,True\n',
    },
    people: { enabled: ['a@x.test'], disabled: ['b@x.test'] },
    grants: [],
  },
  'members of a team of GitHub as the REST API lists them': {
    map: 'github-organisation',
    files: {
      'operators.json': JSON.stringify([
        { login: 'ana', id: 1, node_id: 'U_1', avatar_url: '', type: 'User', site_admin: false },
        { login: 'bo', id: 2, node_id: 'U_2', avatar_url: '', type: 'User', site_admin: false },
      ]),
      'shop.json': JSON.stringify([
        { login: 'ana', id: 1, node_id: 'U_1', site_admin: false, permissions: { admin: true }, role_name: 'admin' },
      ]),
    },
    grants: ['ana operators', 'ana shop:admin', 'bo operators'],
  },
  'groups alone of a Unix system': {
    map: 'unix-accounts',
    files: { group: 'root:x:0:\nwheel:x:10:ana,bo\ndocker:x:998:ana\n' },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana group docker', 'ana group wheel', 'bo group wheel'],
  },
  'users of Google Workspace by GAM': {
    map: 'google-workspace',
    files: {
      'users.csv':
        'primaryEmail,name.givenName,name.familyName,name.fullName,suspended,orgUnitPath,isAdmin\nana@x.test,Ana,Meier,Ana Meier,False,/Sales,False\n',
      'admins.csv':
        'roleAssignmentId,roleId,role,assignedTo,assignedToUser,scopeType,orgUnitId\n1,2,_SEED_ADMIN_ROLE,3,ana@x.test,CUSTOMER,\n',
    },
    people: { enabled: ['ana@x.test'] },
    grants: ['ana@x.test administrator: _SEED_ADMIN_ROLE'],
  },
  'a list of Kubernetes between other objects': {
    map: 'kubernetes-rbac',
    files: {
      'rbac.yaml':
        'apiVersion: v1\nkind: RoleBinding\nmetadata: {name: dev, namespace: shop}\nsubjects: [{kind: User, name: ana}]\nroleRef: {kind: Role, name: edit}\n' +
        '---\napiVersion: v1\nkind: List\nitems:\n- kind: ClusterRoleBinding\n  metadata: {name: ops}\n  subjects: [{kind: User, name: bo}]\n  roleRef: {kind: ClusterRole, name: admin}\n',
    },
    grants: ['ana shop/Role/edit', 'bo cluster/ClusterRole/admin'],
  },
  'a state that terraform show has written': {
    map: 'terraform-state',
    files: {
      'state.json': JSON.stringify({
        format_version: '1.0',
        terraform_version: '1.9.5',
        values: {
          root_module: {
            resources: [
              { mode: 'managed', type: 'aws_iam_group', name: 'dev', values: { name: 'dev', path: '/' } },
              { mode: 'data', type: 'aws_iam_user', name: 'read', values: { name: 'reader' } },
            ],
            child_modules: [
              {
                address: 'module.people',
                resources: [
                  { mode: 'managed', type: 'aws_iam_user', name: 'ana', values: { name: 'ana', path: '/' } },
                  {
                    ...{ mode: 'managed', type: 'aws_iam_user_group_membership', name: 'ana' },
                    values: { user: 'ana', groups: ['dev'] },
                  },
                ],
              },
            ],
          },
        },
      }),
    },
    people: { enabled: ['ana'] },
    grants: ['ana group dev'],
  },
  'permissions that GitLab exports': {
    map: 'gitlab-members',
    files: {
      'permissions.csv':
        'Username,Email,Type,Path,Access Level,Inherited memberships\nana,a@x.test,Group,acme,Owner,acme/app\nbo,b@x.test,Project,acme/app,Developer,\n',
      'members.csv':
        'Name,Username,Email,Path,Group or project name,Type,Role,Role type,Membership type,Membership source,Access granted,Access expiration\n' +
        'Cy Lund,cy,c@x.test,acme,Acme,Group,Reporter,default,direct,acme,2024-12-05T03:32:11Z,\n',
    },
    grants: ['ana acme:Owner', 'bo acme/app:Developer', 'cy acme:Reporter'],
  },
  'assets that gcloud exports with their policies': {
    map: 'google-cloud-iam',
    files: {
      'assets.ndjson': [
        {
          name: '//storage.googleapis.com/b1',
          role: 'roles/storage.admin',
          members: ['user:a@x.test', 'group:ops@x.test'],
        },
        { name: '//storage.googleapis.com/b2', role: 'roles/viewer', members: ['user:b@x.test'] },
      ]
        .map(({ name, ...binding }) =>
          JSON.stringify({ name, asset_type: 'storage.googleapis.com/Bucket', iam_policy: { bindings: [binding] } }),
        )
        .join('\n'),
    },
    grants: [
      'a@x.test //storage.googleapis.com/b1 roles/storage.admin',
      'b@x.test //storage.googleapis.com/b2 roles/viewer',
    ],
    memberships: ['google cloud group:ops@x.test -> google cloud //storage.googleapis.com/b1 roles/storage.admin'],
  },
  'the list of users that the console of AWS downloads': {
    map: 'aws-credential-report',
    files: {
      'users.csv':
        'User name,Path,Groups,Last activity,MFA,ARN,Creation time\nana,/,"Admins, Dev",today,Virtual,arn:aws:iam::111122223333:user/ana,2 years ago\n' +
        'bo,/,,,None,arn:aws:iam::111122223333:user/bo,2 years ago\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Admins', 'ana Dev'],
  },
  'rights on files as getfacl prints them': {
    map: 'unix-accounts',
    files: {
      'rights.txt':
        '# file: srv/data\n# owner: root\n# group: dev\nuser::rwx\nuser:ana:rwx\t\t#effective:r-x\nuser:bo:---\ngroup::r-x\n' +
        'group:ops:rw-\t\t#effective:r--\nmask::r-x\nother::r--\ndefault:user:cy:rwx\n\n# file: srv/log\n# owner: ana\n# group: ana\nuser::rw-\ngroup::---\nother::---\n\n',
    },
    grants: ['ana r-x on srv/data', 'ana rw- on srv/log', 'root rwx on srv/data'],
    memberships: ['unix group dev -> unix r-x on srv/data', 'unix group ops -> unix r-- on srv/data'],
  },
})

test('groups of whoami without the user are refused with the way out', async () => {
  const text =
    'GROUP INFORMATION\n-----------------\n\nGroup Name    Type  SID          Attributes\n============= ===== ============ ===============\nBUILTIN\\Users Alias S-1-5-32-545 Mandatory group\n\nPRIVILEGES INFORMATION\n----------------------\n'
  const { others, people } = await load([bytesFile('groups.txt', text)])
  expect([others, people]).toEqual([
    ['groups.txt: groups that do not say whose they are; print them by whoami /all'],
    {},
  ])
})
