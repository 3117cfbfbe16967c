import { expect, test } from 'vitest'
import { testExports } from './testing-exports.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

// Members of groups, roles and lists, as commands and files of products have them, a line for each.

testExports({
  'what id prints for several accounts': {
    map: 'unix-accounts',
    files: {
      'ids.txt':
        'uid=1000(ana) gid=1000(ana) groups=1000(ana),27(sudo),513(domain users)\nuid=1001(bo) gid=100(users) groups=100(users),2000 context=u:r:t:s0\nuid=1002(cy) gid=1002(cy) groups=1002(cy)\n',
    },
    people: { enabled: ['ana', 'bo', 'cy'] },
    grants: ['ana group domain users', 'ana group sudo', 'bo group 2000', 'bo group users'],
  },
  'a group with the name of an account, which is not its private one': {
    map: 'unix-accounts',
    files: { ids: 'uid=502(admin) gid=20(staff) groups=20(staff),80(admin)\n' },
    people: { enabled: ['admin'] },
    grants: ['admin group admin', 'admin group staff'],
  },
  'users of roles in the file realm of Elasticsearch': {
    map: 'elasticsearch',
    files: { users_roles: '# roles\nsuperuser:ana\n\nmonitoring_user:ana, bo\nempty:\n' },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana role monitoring_user', 'ana role superuser', 'bo role monitoring_user'],
  },
  'users_roles of Elasticsearch by user, which the names of its roles show': {
    map: 'elasticsearch',
    files: { users_roles: 'ana:own_role\nbo:kibana_user,monitoring_user\n' },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana role own_role', 'bo role kibana_user', 'bo role monitoring_user'],
  },
  'users_roles of Elasticsearch by user with mail addresses': {
    map: 'elasticsearch',
    files: { users_roles: 'ana@x.test:ops\nbo@x.test:ops,read\n' },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: ['ana@x.test role ops', 'bo@x.test role ops', 'bo@x.test role read'],
  },
  'what groups prints for several accounts': {
    map: 'unix-accounts',
    files: { 'groups.txt': 'ana : ana adm sudo\nbo : users docker\ncy : cy\n' },
    people: { enabled: ['ana', 'bo', 'cy'] },
    grants: ['ana group adm', 'ana group sudo', 'bo group docker', 'bo group users'],
  },
  'lists of Kafka before version 2.4, and those of one principal': {
    map: 'kafka',
    files: {
      'old.txt':
        'Current ACLs for resource `Topic:LITERAL:orders`: \n \tUser:ana has Allow permission for operations: Read from hosts: *\n\tUser:bo has Deny permission for operations: Write from hosts: *\n',
      'own.txt':
        'ACLs for principal `User:ana`\nCurrent ACLs for resource `ResourcePattern(resourceType=CLUSTER, name=kafka-cluster, patternType=LITERAL)`:\n(principal=User:ana, host=*, operation=ALTER, permissionType=ALLOW)\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana ALTER on cluster kafka-cluster', 'ana READ on topic orders'],
  },
  'a group of FreeIPA alone, with a role': {
    map: 'freeipa',
    files: {
      'group.txt': '  Group name: admins\n  Member users: ana, bo\n  Member groups: ops\n  Roles: helpdesk\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana admins', 'bo admins'],
    memberships: ['freeipa admins -> freeipa role helpdesk', 'freeipa ops -> freeipa admins'],
  },
  'users of FreeIPA with several lines of one property': {
    map: 'freeipa',
    files: {
      'users.txt':
        '  User login: ana\n  Certificate: AAAA\n  Certificate: BBBB\n  Account disabled: True\n  Member of groups: admins\n  Member of groups: ops\n  User login: bo\n  Member of groups: ops\n',
    },
    people: { enabled: ['bo'], disabled: ['ana'] },
    grants: ['ana admins', 'ana ops', 'bo ops'],
  },
  'grants of Databricks, to people and to groups': {
    map: 'database-grants',
    files: {
      'grants.csv':
        'Principal,ActionType,ObjectType,ObjectKey\nana@x.test,SELECT,SCHEMA,main.sales\nanalysts,USE SCHEMA,SCHEMA,main.sales\n',
    },
    people: { enabled: ['ana@x.test'] },
    grants: ['ana@x.test SELECT on main.sales'],
    memberships: ['database analysts -> database USE SCHEMA on main.sales'],
  },
  'relation tuples of Ory Keto': {
    map: 'relationship-tuples',
    files: {
      'tuples.json': JSON.stringify({
        relation_tuples: [
          { namespace: 'Doc', object: 'plan', relation: 'viewers', subject_id: 'ana' },
          {
            namespace: 'Doc',
            object: 'plan',
            relation: 'owners',
            subject_set: { namespace: 'Group', object: 'ops', relation: 'members' },
          },
          {
            namespace: 'Group',
            object: 'ops',
            relation: 'members',
            subject_set: { namespace: 'User', object: 'bo', relation: '' },
          },
          {
            namespace: 'Doc',
            object: 'plan',
            relation: 'parents',
            subject_set: { namespace: 'Folder', object: 'f', relation: '' },
          },
        ],
        next_page_token: '',
      }),
    },
    people: { enabled: ['User:bo', 'ana'] },
    grants: ['User:bo Group:ops#members', 'ana Doc:plan#viewers'],
    memberships: ['tuples Group:ops#members -> tuples Doc:plan#owners'],
  },
})

testExports({
  'groups of Backstage that name their members': {
    map: 'access-document',
    files: {
      'org.yaml':
        'kind: Group\nmetadata:\n  name: shop\nspec:\n  type: team\n  children: []\n  members: [ana, user:default/bo]\n---\nkind: User\nmetadata:\n  name: ana\nspec:\n  memberOf: [shop]\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana shop', 'bo shop'],
  },
  'users of Teleport, and of an operator of Kubernetes': {
    map: 'access-document',
    files: {
      'users.yaml':
        'kind: user\nmetadata:\n  name: ana\nspec:\n  roles: [access, editor]\nversion: v2\n---\nkind: role\nmetadata:\n  name: access\nspec:\n  allow: {}\nversion: v7\n',
      'more.yaml':
        'apiVersion: example.test/v1\nkind: User\nmetadata:\n  name: bo\nspec:\n  displayName: Bo Kurt\n  groups:\n    - devs\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana access', 'ana editor', 'bo devs'],
  },
  'a user of Teleport who is locked': {
    map: 'access-document',
    files: {
      'users.yaml': 'kind: user\nmetadata:\n  name: ana\nspec:\n  roles: [access]\n  status:\n    is_locked: true\n',
    },
    people: { disabled: ['ana'] },
    grants: ['ana access'],
  },
})

test.each([
  [
    'rules.yaml',
    'kind: PrometheusRule\nmetadata:\n  name: a\nspec:\n  groups:\n    - name: b\n      rules: [{alert: c}]\n',
  ],
  [
    'project.yaml',
    'kind: AppProject\nmetadata:\n  name: a\nspec:\n  roles:\n    - name: deployer\n      groups: [devs]\n',
  ],
  ['insured.json', JSON.stringify([{ ID: 1, Name: 'Ana', Policies: [{ Name: 'Car' }] }])],
])('%s is no list of users or tokens', async (name, text) => {
  expect(await load([bytesFile(name, text)])).toMatchObject({ unmapped: [name], sources: {} })
})

test('who read which object is no list of grants of Databricks, and neither are the privileges of other databases', async () => {
  const log = 'time,principal,action,object_type,object_name\n2026-01-01,ana@x.test,READ,TABLE,orders\n'
  expect(await load([bytesFile('log.csv', log)])).toMatchObject({ unmapped: ['log.csv'], grants: [] })
  const list = 'principal,privilege,object_type,object_name\nana,SELECT,TABLE,orders\n'
  expect((await load([bytesFile('list.csv', list)])).grants.map(shortGrant)).toEqual(['ana SELECT'])
})

test('a document of YAML that begins with a version is no LDIF', async () => {
  const { faults, unmapped } = await load([bytesFile('a.yaml', 'version: 1\nmetadata:\n  name: a\nentries: []\n')])
  expect([faults, unmapped]).toEqual([[], ['a.yaml']])
})

test.each([
  ['id.txt', 'uid=1(ana) gid=1(ana) groups=1(ana)\nuid=2(bo) gid=2\n'],
  ['acls.txt', 'Current ACLs for resource `Topic:orders`:\nsee the wiki\n'],
  ['names.txt', 'superuser:ana\nreader:bo\n'],
  ['users_roles', 'ops:ana\nread:bo\n'],
  ['users_roles', 'superuser:viewer\n'],
  ['groups.txt', 'Name : Ana\nTitle : Lead\n'],
  ['groups.txt', 'ana : ana adm\nana : ana sudo\n'],
  ['entry.txt', '  Group name: admins\nsee the wiki\n'],
])('%s with lines of another kind is no list', async (name, text) => {
  const { grants, others, unmapped } = await load([bytesFile(name, text)])
  expect([grants, [...others.map((other) => other.split(':')[0]), ...unmapped]]).toEqual([[], [name]])
})

test.each([
  [
    'ids.txt',
    'uid=1(ana) gid=1(ana) groups=1(ana),2(ops)\n',
    'bo has no groups',
    'the line is none of `id`',
    'ana group ops',
  ],
  [
    'acls.txt',
    'Current ACLs for resource `Topic:t`:\n(principal=User:ana, host=*, operation=READ, permissionType=ALLOW)\n',
    'see the wiki',
    'the line is no entry of a list',
    'ana READ on topic t',
  ],
  ['users_roles', 'superuser:ana\n', 'no role', 'the line is no role with its users', 'ana role superuser'],
  ['users_roles', 'ana:superuser\n', 'no role', 'the line is no user with his roles', 'ana role superuser'],
  [
    'group.txt',
    '  Group name: admins\n  Member users: ana\n',
    'no property',
    'the line is no property of an entry',
    'ana admins',
  ],
])('a line of another kind far below is a fault of %s', async (name, list, line, reason, grant) => {
  // Behind what recognition reads.
  const { faults, grants } = await load([bytesFile(name, `${list.repeat(12_000)}${line}\n`)])
  expect(faults.length).toBe(1)
  expect(faults[0]).toContain(reason)
  expect(grants.map(shortGrant)).toEqual([grant])
})

test.each([
  ['ops:ana\nread:bo,ana\n', ['ana role ops', 'ana role read', 'bo role read']],
  ['ana:ops,read\nbo:read\n', ['ana role ops', 'ana role read', 'bo role read']],
])('the users of Elasticsearch beside users_roles say who is a user: %j', async (text, expected) => {
  const users = 'ana:$2a$10$BBBB\nbo:{PBKDF2}CCCC\n'
  const { grants, others } = await load([bytesFile('x/users_roles', text), bytesFile('x/users', users)])
  expect(grants.map(shortGrant)).toEqual(expected)
  expect(others).toEqual(['x/users: names of users with encrypted passwords, and no access'])
})

test('users_roles that may be read in two ways is refused with both', async () => {
  const { others } = await load([bytesFile('users_roles', '# own\nops:ana\n')])
  expect(others[0]).toContain('("ops" may be a role that "ana" has, or a user with the role "ana")')
})

test('accounts of a Unix system with encrypted passwords are accounts', async () => {
  const { people } = await load([
    bytesFile(
      'passwd',
      'ana:$1$ab$cdef:1000:1000:Ana:/home/ana:/bin/sh\nbo:$1$ab$ghij:1001:1001:Bo:/home/bo:/bin/sh\n',
    ),
  ])
  expect(people).toEqual({ enabled: ['ana', 'bo'] })
})
