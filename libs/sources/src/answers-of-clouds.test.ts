import { expect, test } from 'vitest'
import { testExports } from './testing-exports.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

// What the interfaces of clouds and services answer, in the forms that their tools and libraries write.

const assignment = (id: string, principal: string, type: string, role: string, scope: string) => ({
  id,
  properties: {
    scope,
    roleDefinitionId: `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    principalId: principal,
    principalType: type,
  },
})
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
const onScope = `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${reader} on /subscriptions/s`

const bindings = (resource: string) => [
  { role: 'roles/editor', members: [`user:ana@x.test`, 'serviceAccount:bot@p.iam.test'] },
  { role: `roles/viewer`, members: [`group:${resource}@x.test`] },
]

testExports({
  'role assignments of Azure, as its API answers': {
    map: 'azure-roles',
    files: {
      'assignments.json': JSON.stringify({
        value: [
          assignment('1', 'p1', 'User', reader, '/subscriptions/s'),
          assignment('2', 'g1', 'Group', reader, '/subscriptions/s'),
        ],
      }),
    },
    people: { enabled: ['p1'] },
    grants: [`p1 ${onScope}`],
    memberships: [`azure group g1 -> azure ${onScope}`],
  },
  'role assignments of Azure by an SDK': {
    map: 'azure-roles',
    files: {
      'assignments.json': JSON.stringify([
        { role_definition_id: 'r1', principal_id: 'p1', principal_type: 'ServicePrincipal', scope: '/s' },
        { role_definition_id: 'r1', principal_id: 'g1', principal_type: 'Group', scope: '/s' },
      ]),
    },
    people: { enabled: ['p1'] },
    grants: ['p1 r1 on /s'],
    memberships: ['azure group g1 -> azure r1 on /s'],
  },
  'entities of Cedar in both forms, with a group in a group': {
    map: 'relationship-tuples',
    files: {
      'entities.json': JSON.stringify([
        { uid: { type: 'App::User', id: 'ana' }, attrs: { name: 'Ana' }, parents: [{ type: 'App::Team', id: 'ops' }] },
        { uid: { type: 'App::Team', id: 'ops' }, attrs: {}, parents: [{ type: 'App::Team', id: 'all' }] },
        { uid: { type: 'App::Plan', id: 'p' }, attrs: {}, parents: [{ type: 'App::Folder', id: 'f' }] },
      ]),
      'older.json': JSON.stringify([
        {
          uid: { __entity: { type: 'User', id: 'bo' } },
          attrs: {},
          parents: [{ __entity: { type: 'Role', id: 'admin' } }],
        },
      ]),
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana App::Team::ops', 'bo Role::admin'],
    memberships: ['cedar App::Team::ops -> cedar App::Team::all'],
  },
  'permissions on files of the Drive by GAM, one in each row': {
    map: 'google-workspace',
    files: {
      'permissions.csv':
        'Owner,id,name,permission.id,permission.type,permission.role,permission.emailAddress,permission.domain,permission.deleted\nana@x.test,f1,Plan,1,user,owner,ana@x.test,,False\nana@x.test,f1,Plan,2,group,writer,ops@x.test,,False\nana@x.test,f1,Plan,3,anyone,reader,,,\nana@x.test,f1,Plan,4,user,reader,bo@x.test,,True\n',
    },
    people: { enabled: ['ana@x.test'] },
    grants: ['ana@x.test f1: owner'],
    memberships: ['google workspace ops@x.test -> google workspace f1: writer'],
  },
  'permissions on files of the Drive by its API': {
    map: 'google-workspace',
    files: {
      'files.json': JSON.stringify({
        files: [
          {
            id: 'f1',
            name: 'Plan',
            permissions: [
              { type: 'user', role: 'owner', emailAddress: 'ana@x.test' },
              { type: 'group', role: 'reader', emailAddress: 'all@x.test' },
              { type: 'domain', role: 'reader', domain: 'x.test' },
            ],
          },
        ],
      }),
    },
    people: { enabled: ['ana@x.test'] },
    grants: ['ana@x.test f1: owner'],
    memberships: ['google workspace all@x.test -> google workspace f1: reader'],
  },
  'effective policies of Google Cloud by its command': {
    map: 'google-cloud-iam',
    files: {
      'effective.json': JSON.stringify({
        policyResults: [
          {
            fullResourceName: '//p/1',
            policies: [{ attachedResource: '//org/1', policy: { bindings: bindings('ops') } }],
          },
        ],
      }),
    },
    people: { enabled: ['ana@x.test', 'bot@p.iam.test'] },
    grants: ['ana@x.test //org/1 roles/editor', 'bot@p.iam.test //org/1 roles/editor'],
    memberships: ['google cloud group:ops@x.test -> google cloud //org/1 roles/viewer'],
  },
  'effective policies of Google Cloud by its API': {
    map: 'google-cloud-iam',
    files: {
      'effective.json': JSON.stringify({
        policy_results: [{ full_resource_name: '//p/1', policies: [{ policy: { bindings: bindings('ops') } }] }],
      }),
    },
    people: { enabled: ['ana@x.test', 'bot@p.iam.test'] },
    grants: ['ana@x.test //p/1 roles/editor', 'bot@p.iam.test //p/1 roles/editor'],
    memberships: ['google cloud group:ops@x.test -> google cloud //p/1 roles/viewer'],
  },
  'users and roles of AWS in a cluster of Kubernetes, beside a binding of one of their groups': {
    map: 'kubernetes-rbac',
    files: {
      'aws-auth.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: aws-auth\ndata:\n  mapRoles: |\n    - rolearn: arn:aws:iam::1:role/Node\n      username: system:node:{{EC2PrivateDNSName}}\n      groups:\n        - system:nodes\n  mapUsers: |\n    - userarn: arn:aws:iam::1:user/ana\n      username: ana\n      groups:\n        - devs\n    - userarn: arn:aws:iam::1:user/bo\n      groups: [devs]\n',
      'bindings.yaml':
        'kind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {kind: ClusterRole, name: edit}\nsubjects: [{kind: Group, name: devs}]\n',
    },
    people: { enabled: ['ana', 'arn:aws:iam::1:role/Node', 'arn:aws:iam::1:user/bo'] },
    grants: ['ana group:devs', 'arn:aws:iam::1:role/Node group:system:nodes', 'arn:aws:iam::1:user/bo group:devs'],
    memberships: ['kubernetes group:devs -> kubernetes cluster/ClusterRole/edit'],
  },
  'a state of Terraform before 0.12, with a list, a module and a data source': {
    map: 'terraform-state',
    files: {
      'terraform.tfstate': JSON.stringify({
        version: 3,
        terraform_version: '0.11.14',
        modules: [
          {
            path: ['root'],
            resources: {
              'aws_iam_user.ana': { type: 'aws_iam_user', primary: { attributes: { name: 'ana' } } },
              'data.aws_iam_user.cy': { type: 'aws_iam_user', primary: { attributes: { name: 'cy' } } },
              'aws_iam_group.ops': { type: 'aws_iam_group', primary: { attributes: { name: 'ops' } } },
            },
          },
          {
            path: ['root', 'team'],
            resources: {
              'aws_iam_group_membership.ops': {
                type: 'aws_iam_group_membership',
                primary: { attributes: { group: 'ops', 'users.#': '2', 'users.12': 'ana', 'users.7': 'bo' } },
              },
              'github_team_members.core': {
                type: 'github_team_members',
                primary: {
                  attributes: {
                    team_id: '5',
                    'members.#': '1',
                    'members.3.username': 'dee',
                    'members.3.role': 'member',
                  },
                },
              },
            },
          },
        ],
      }),
    },
    people: { enabled: ['ana', 'bo', 'dee'] },
    grants: ['ana group ops', 'bo group ops', 'dee team 5'],
  },
  'users of Salesforce beside their profiles': {
    map: 'salesforce',
    files: {
      'users.json': JSON.stringify([
        { Id: '005A', Username: 'ana@x.test', Name: 'Ana', IsActive: true, ProfileId: '00e1' },
        { Id: '005B', Username: 'bo@x.test', Name: 'Bo', IsActive: false, ProfileId: '00e1' },
      ]),
      'profiles.json': JSON.stringify([{ Id: '00e1', Name: 'Standard User', UserType: 'Standard' }]),
    },
    people: { enabled: ['005A'], disabled: ['005B'] },
    grants: ['005A 00e1', '005B 00e1'],
  },
  'an older download of users of Entra, which has no state': {
    map: 'entra-graph',
    files: {
      'users.csv':
        'userPrincipalName,displayName,surname,mail,givenName,objectId,userType\nana@x.test,Ana Abt,Abt,ana@x.test,Ana,1,Member\nbo@x.test,Bo Burg,Burg,,Bo,2,Guest\n',
    },
    people: { enabled: ['1', '2'] },
    grants: [],
  },
  'what csvde writes with few attributes': {
    map: 'ad-users-csv',
    files: {
      'users.csv':
        'DN,objectClass,sAMAccountName,givenName,sn,userAccountControl\n"CN=Ana,DC=x",user,ana,Ana,Abt,512\n"CN=Bo,DC=x",user,bo,Bo,Burg,514\n"CN=Ops,DC=x",group,Ops,,,\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: [],
  },
  'edges of an answer of GitHub': {
    map: 'github-organisation',
    files: {
      'acme.json': JSON.stringify([
        { node: { login: 'ana', url: 'https://github.test/ana', name: 'Ana' }, role: 'ADMIN' },
        { node: { login: 'bo', url: 'https://github.test/bo' }, role: 'MEMBER' },
      ]),
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana acme:ADMIN', 'bo acme:MEMBER'],
  },
  'users of whom a flag says who is an administrator': {
    map: 'access-document',
    files: {
      'users.json': JSON.stringify([
        { id: 1, name: 'Ana', login: 'ana', email: 'ana@x.test', isAdmin: true, isDisabled: false },
        { id: 2, name: 'Bo', login: 'bo', email: 'bo@x.test', isAdmin: false, isDisabled: true },
      ]),
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana administrator'],
  },
  'groups with the ids of their members': {
    map: 'access-document',
    files: {
      'groups.json': JSON.stringify([
        { id: 'g1', name: 'Ops', member_ids: ['u1', 'u2'] },
        { id: 'g2', name: 'Dev', member_ids: ['u2'] },
      ]),
      'teams.json': JSON.stringify({ teams: [{ name: 'Core', userIds: ['u3'] }] }),
    },
    people: { enabled: ['u1', 'u2', 'u3'] },
    grants: ['u1 Ops', 'u2 Dev', 'u2 Ops', 'u3 Core'],
  },
  'records that say what they are': {
    map: 'access-document',
    files: {
      'users.json': JSON.stringify({
        object: 'list',
        data: [
          { object: 'organization.user', id: 'u1', name: 'Ana', email: 'ana@x.test', role: 'owner' },
          { object: 'organization.user', id: 'u2', name: 'Bo', email: 'bo@x.test', role: 'reader' },
        ],
      }),
    },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: ['ana@x.test owner', 'bo@x.test reader'],
  },
})

test('rights that are members with a yes or no, and users who are not activated', async () => {
  const row = (username: string, activated: boolean, permissions: object) => ({ username, activated, permissions })
  const { people, grants } = await load([
    bytesFile(
      'users.json',
      JSON.stringify({
        total: 2,
        rows: [row('ana', true, { superuser: '1', import: '0' }), row('bo', false, { reports: true })],
      }),
    ),
  ])
  expect(people).toEqual({ enabled: ['ana'], disabled: ['bo'] })
  expect(grants.map(shortGrant)).toEqual(['ana superuser', 'bo reports'])
})

test('a role of Azure that is built in has its name', async () => {
  const assignments = [assignment('1', 'p1', 'User', reader, '/s'), assignment('2', 'p1', 'User', 'own', '/s')]
  const { files } = await load([bytesFile('a.json', JSON.stringify(assignments))])
  expect(files['entitlements.csv']).toContain(',Reader,')
})

test('a ConfigMap of another name is no list of users', async () => {
  const text =
    'kind: ConfigMap\nmetadata: {name: other}\ndata:\n  mapUsers: |\n    - userarn: a\n      groups: [devs]\n'
  const { sources, unmapped } = await load([bytesFile('a.yaml', text)])
  expect([sources, unmapped]).toEqual([{}, ['a.yaml']])
})

test('aws-auth whose lists are no YAML is not read', async () => {
  const text = 'kind: ConfigMap\nmetadata: {name: aws-auth}\ndata:\n  mapUsers: "- userarn: [a"\n'
  const { sources, unmapped } = await load([bytesFile('a.yaml', text)])
  expect([sources, unmapped]).toEqual([{}, ['a.yaml']])
})

test('profiles of Salesforce have their names', async () => {
  const { files } = await load([
    bytesFile('profiles.json', JSON.stringify([{ Id: '00e1', Name: 'Standard User', UserType: 'Standard' }])),
    bytesFile(
      'users.json',
      JSON.stringify([{ Id: '005A', Username: 'ana@x.test', IsActive: true, ProfileId: '00e1' }]),
    ),
  ])
  expect(files['entitlements.csv']).toContain('Standard User')
})

test('entities of Cedar that are called accounts are no people, but those of services are services', async () => {
  const entity = (type: string, id: string, ...parents: object[]) => ({ uid: { type, id }, attrs: {}, parents })
  const ops = { type: 'Team', id: 'ops' }
  const { people, grants, files } = await load([
    bytesFile(
      'entities.json',
      JSON.stringify([
        entity('User', 'ana', ops),
        entity('BankAccount', '7'),
        entity('Account', '8'),
        entity('ServiceAccount', 'ci', ops),
      ]),
    ),
  ])
  expect(people).toEqual({ enabled: ['ana', 'ci'] })
  expect(grants.map(shortGrant)).toEqual(['ana Team::ops', 'ci Team::ops'])
  expect(files['identities.csv']).toMatch(/^ci,.*service/m)
})

test('roles of Azure for which somebody is only eligible are no assignments', async () => {
  const properties = {
    roleDefinitionId: `/x/roleDefinitions/${reader}`,
    principalId: 'p1',
    principalType: 'User',
    scope: '/s',
    memberType: 'Direct',
    status: 'Provisioned',
  }
  const { sources, unmapped } = await load([
    bytesFile('eligible.json', JSON.stringify({ value: [{ id: '1', name: 'a', properties }] })),
  ])
  expect([sources, unmapped]).toEqual([{}, ['eligible.json']])
})

test('users of Entra in a table with their groups keep these', async () => {
  const { grants } = await load([
    bytesFile(
      'users.csv',
      'userPrincipalName,displayName,surname,userType,groups\nana@x.test,Ana,Abt,Member,VPN;ERP\n',
    ),
  ])
  expect(grants.map(shortGrant)).toEqual(['ana@x.test ERP', 'ana@x.test VPN'])
})

test('aws-auth between bindings in one file', async () => {
  const { grants, memberships } = await load([
    bytesFile(
      'all.yaml',
      'kind: ConfigMap\nmetadata: {name: aws-auth}\ndata:\n  mapUsers: |\n    - userarn: arn:x\n      username: ana\n      groups: [devs]\n---\nkind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {kind: ClusterRole, name: edit}\nsubjects: [{kind: Group, name: devs}, {kind: User, name: bo}]\n',
    ),
  ])
  expect(grants.map(shortGrant)).toEqual(['ana group:devs', 'bo cluster/ClusterRole/edit'])
  expect(memberships).toEqual(['kubernetes group:devs -> kubernetes cluster/ClusterRole/edit'])
})
