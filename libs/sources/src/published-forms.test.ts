import { expect, test } from 'vitest'
import { testExports } from './testing-exports.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

// Forms in which people publish such data, with our own names and values.

testExports({
  'grants that the client of Snowflake prints': {
    map: 'snowflake',
    files: {
      'grants.txt':
        'SHOW GRANTS OF ROLE reader;\n+------------+--------+------------+--------------+\n' +
        '| created_on | role   | granted_to | grantee_name |\n|------------+--------+------------+--------------|\n' +
        '| 2024-01-02 | READER | USER       | ANA          |\n| 2024-01-02 | READER | ROLE       | CLERK        |\n' +
        '+------------+--------+------------+--------------+\n2 Row(s) produced. Time Elapsed: 0.1s\n',
    },
    people: { enabled: ['ANA'] },
    grants: ['ANA READER'],
    memberships: ['snowflake CLERK -> snowflake READER'],
  },
  'system privileges as sqlplus cuts their names': {
    map: 'database-grants',
    files: {
      'privs.lst':
        "SQL> select * from dba_sys_privs where privilege = 'CREATE VIEW';\n\nGRANTEE     PRIVILEGE    ADM\n" +
        '----------- ------------ ---\nANA         CREATE VIEW  NO\nSHOP_ROLE   CREATE VIEW  YES\n\n2 rows selected.\n',
    },
    people: { enabled: ['ANA'] },
    grants: ['ANA CREATE VIEW'],
    memberships: ['database SHOP_ROLE -> database CREATE VIEW'],
  },
  'users of MongoDB as its shells print them': {
    map: 'mongodb',
    files: {
      'mongosh.txt':
        "{\n  users: [\n    {\n      _id: 'shop.ana',\n      userId: new UUID('7d1c'),\n      user: 'ana',\n      db: 'shop',\n" +
        "      customData: { note: 'it\\'s \"ana\"', since: ISODate('2024-01-02') },\n" +
        "      roles: [ { role: 'read', db: 'shop' }, { role: 'clusterMonitor', db: 'admin' } ]\n    }\n  ],\n  ok: 1\n}\n",
      'mongo.txt':
        '[\n\t{\n\t\t"_id" : "hr.bo",\n\t\t"userId" : UUID("7d1d"),\n\t\t"user" : "bo",\n\t\t"db" : "hr",\n' +
        '\t\t"roles" : [ { "role" : "read", "db" : "hr" } ],\n\t\t"seen" : Timestamp(1700000000, 1)\n\t}\n]\n',
    },
    people: { enabled: ['hr.bo', 'shop.ana'] },
    grants: ['hr.bo hr.read', 'shop.ana admin.clusterMonitor', 'shop.ana shop.read'],
  },
  'users of ServiceNow with their roles, as XML': {
    map: 'servicenow',
    files: {
      'users.xml':
        '<unload><sys_user action="INSERT_OR_UPDATE"><sys_id>u1</sys_id><user_name>ana</user_name><active>true</active></sys_user>' +
        '<sys_user action="INSERT_OR_UPDATE"><sys_id>u2</sys_id><user_name>bo</user_name><active>false</active></sys_user>' +
        '<sys_user_has_role action="INSERT_OR_UPDATE"><role display_value="itil">r1</role><user display_value="Ana">u1</user></sys_user_has_role>' +
        '<sys_user_has_role action="INSERT_OR_UPDATE"><role display_value="itil">r1</role><user display_value="Bo">u2</user></sys_user_has_role></unload>',
    },
    people: { enabled: ['u1'], disabled: ['u2'] },
    grants: ['u1 itil', 'u2 itil'],
  },
  'databases of a locked user of MySQL': {
    map: 'database-grants',
    files: {
      'a-user.csv': 'Host,User,Select_priv,Insert_priv,account_locked\n%,ana,N,N,Y\n%,bo,Y,N,N\n',
      'b-db.csv': 'Host,Db,User,Select_priv,Insert_priv\n%,shop,ana,Y,N\n',
    },
    people: { enabled: ['bo@%'], disabled: ['ana@%'] },
    grants: ['ana@% SELECT on shop.*', 'bo@% SELECT on *.*'],
  },
  'roles, privileges and users of SAP HANA': {
    map: 'database-grants',
    files: {
      'granted_privileges.csv':
        'GRANTEE,GRANTEE_TYPE,PRIVILEGE,OBJECT_NAME,IS_GRANTABLE\nPUBLIC,ROLE,CATALOG READ,,FALSE\nANA,USER,DATA ADMIN,,TRUE\nOPS,ROLE,SELECT,ORDERS,FALSE\n',
      'granted_roles.csv': 'GRANTEE,ROLE_NAME,IS_GRANTABLE\nANA,OPS,FALSE\nBO,PUBLIC,FALSE\n',
      'users.csv': 'USER_NAME,USER_DEACTIVATED,LAST_SUCCESSFUL_CONNECT\nANA,FALSE,2025-01-15\nBO,TRUE,?\n',
    },
    people: { enabled: ['ANA'], disabled: ['BO'] },
    grants: ['ANA DATA ADMIN', 'ANA OPS'],
    memberships: ['database OPS -> database SELECT on ORDERS'],
  },
  'locked users of SAP whose roles are in a file before': {
    map: 'sap-agr-users',
    files: {
      'a-roles.csv': 'UNAME,AGR_NAME\nANA,Z_CLERK\nBO,Z_CLERK\nBATCH,Z_JOBS\n',
      'b-users.csv': 'BNAME,USTYP,UFLAG,TRDAT\nANA,A,0,20240101\nBO,A,64,20240101\nBATCH,B,0,20240101\n',
      'c-profiles.csv': 'BNAME,PROFILE\nBO,SAP_ALL\n',
    },
    people: { enabled: ['ANA', 'BATCH'], disabled: ['BO'] },
    grants: ['ANA Z_CLERK', 'BATCH Z_JOBS', 'BO Z_CLERK', 'BO profile SAP_ALL'],
  },
  'assignments of Ping whose users are called so': {
    map: 'ping-autonomous-identity',
    files: {
      'identities.csv': 'usr_id,user_name,usr_manager_id\nu1,ana,m1\n',
      'assignments.csv': 'user_id,ent_id,ent_name\nu1,vpn,VPN\n',
      'entitlements.csv': 'ent_id,ent_name,app_id\nvpn,VPN,Net\n',
    },
    people: { enabled: ['u1'] },
    grants: ['u1 vpn'],
  },
  'roles of PostgreSQL with their attributes': {
    map: 'database-grants',
    files: {
      'roles.txt':
        '                 List of roles\n Role name |       Attributes        | Member of\n' +
        '-----------+-------------------------+-----------\n ana       | Superuser, Create role  | {}\n' +
        ' bo        |                         | {readers}\n readers   | Cannot login, Create DB | {}\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Create role', 'ana Superuser', 'bo readers'],
    memberships: ['database readers -> database Create DB'],
  },
  'roles of PostgreSQL 16, without memberships': {
    map: 'database-grants',
    files: {
      'roles.txt':
        'shop=# \\du\n           List of roles\n Role name |      Attributes\n-----------+----------------------\n' +
        ' ana       | Superuser, Create DB\n bo        | \n cy        | Create role\n',
    },
    people: { enabled: ['ana', 'bo', 'cy'] },
    grants: ['ana Create DB', 'ana Superuser', 'cy Create role'],
  },
  'the users of MySQL with a column for each privilege': {
    map: 'database-grants',
    files: {
      'user.csv':
        'Host,User,Select_priv,Insert_priv,Super_priv,account_locked,max_questions\n%,ana,Y,N,Y,N,0\nlocalhost,ana,Y,N,N,N,0\n%,bo,N,N,N,Y,0\n',
    },
    people: { enabled: ['ana@%', 'ana@localhost'], disabled: ['bo@%'] },
    grants: ['ana@% SELECT on *.*', 'ana@% SUPER on *.*', 'ana@localhost SELECT on *.*'],
  },
  'the databases of users of MySQL, as its client prints them': {
    map: 'database-grants',
    files: {
      'db.txt':
        'mysql> SELECT user,host,db,select_priv,insert_priv,grant_priv FROM mysql.db;\n' +
        '+------+------+------+-------------+-------------+------------+\n' +
        '| user | host | db   | select_priv | insert_priv | grant_priv |\n' +
        '+------+------+------+-------------+-------------+------------+\n' +
        '| ana  | %    | shop | Y           | Y           | N          |\n' +
        '| bo   | %    | shop | Y           | N           | Y          |\n' +
        '+------+------+------+-------------+-------------+------------+\n2 rows in set (0.00 sec)\n',
    },
    people: { enabled: ['ana@%', 'bo@%'] },
    grants: [
      'ana@% INSERT on shop.*',
      'ana@% SELECT on shop.*',
      'bo@% GRANT OPTION on shop.*',
      'bo@% SELECT on shop.*',
    ],
  },
  'several roles of MySQL that one statement makes': {
    map: 'database-grants',
    files: {
      'grants.sql':
        "CREATE ROLE 'reader', 'writer';\nGRANT SELECT ON shop.* TO 'reader';\nGRANT INSERT,UPDATE ON shop.*TO 'writer';\n" +
        "GRANT 'reader' TO 'ana'@'%';\n",
    },
    people: { enabled: ['ana@%'] },
    grants: ['ana@% reader'],
    memberships: [
      'database reader -> database SELECT on shop.*',
      'database writer -> database INSERT on shop.*',
      'database writer -> database UPDATE on shop.*',
    ],
  },
  'members that a script of SQL Server adds': {
    map: 'database-grants',
    files: {
      'members.sql':
        'USE [Shop]\nGO\nALTER ROLE [db_datareader] ADD MEMBER [ana]\nGO\nALTER ROLE [db_owner] ADD MEMBER [bo];\n' +
        'ALTER ROLE [db_owner] DROP MEMBER [bo];\nGO\n' +
        "EXEC sp_addrolemember N'db_datawriter', N'ACME\\cy'\nGO\nexec sp_addsrvrolemember 'dee', 'sysadmin';\n" +
        "exec sp_addrolemember @membername = 'eve', @rolename = N'db_owner';\nEXEC sp_addrolemember NightJobs, Nina;\n",
    },
    people: { enabled: ['ACME\\cy', 'Nina', 'ana', 'dee', 'eve'] },
    grants: ['ACME\\cy db_datawriter', 'Nina NightJobs', 'ana db_datareader', 'dee sysadmin', 'eve db_owner'],
  },
  'users and groups with what they may do': {
    map: 'access-table',
    files: {
      'permissions.csv':
        'resource_id,principal_id,principal_name,principal_type,role\nR1,G1,Sales Team,Group,Edit\nR1,U1,Ana Meier,User,Owner\nR2,U1,Ana Meier,User,Read\n',
    },
    people: { enabled: ['U1'] },
    grants: ['U1 Owner', 'U1 Read'],
    memberships: ['permissions Sales Team -> R1 Edit'],
  },
  'role bindings of one namespace': {
    map: 'kubernetes-rbac',
    files: {
      'bindings.txt':
        'NAME    ROLE                AGE   USERS   GROUPS   SERVICEACCOUNTS\nreads   Role/reader         5d    ana\nwrites  ClusterRole/edit    5d    bo\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Role/reader', 'bo cluster/ClusterRole/edit'],
  },
  'permissions that rabbitmqctl prints': {
    map: 'rabbitmq',
    files: {
      'shop.txt':
        'Listing permissions for vhost "shop" ...\nuser\tconfigure\twrite\tread\nana\t.*\t.*\t.*\nbo\t^$\t^orders\t^$\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana shop: configure .*', 'ana shop: read .*', 'ana shop: write .*', 'bo shop: write ^orders'],
  },
  'roles of Casbin with limits': {
    map: 'casbin-policy',
    files: {
      'policy.csv':
        'p, clerk, orders, read\np, lead, orders, write\ng, ana, clerk, 2020-01-01 00:00:00, 2020-12-31 00:00:00\n' +
        'g, ana, lead, _, 9999-12-31 00:00:00\ng, bo, clerk, _, _\ng, cy, clerk, shop\n',
    },
    people: { enabled: ['ana', 'bo', 'cy'] },
    grants: ['ana lead', 'bo clerk', 'cy clerk'],
    memberships: ['policy clerk -> policy orders:read', 'policy lead -> policy orders:write'],
  },
  'relationships in a file of the playground of SpiceDB': {
    map: 'relationship-tuples',
    files: {
      'schema-and-data.yaml':
        'schema: |-\n  definition user {}\n  definition team { relation member: user }\nrelationships: |-\n' +
        '  // who is where\n  team:ops#member@user:ana#...\n\n  repo:shop#admin@team:ops#member\n  repo:shop#reader@user:bo\n' +
        '  repo:shop#org@organization:acme\nassertions:\n  assertTrue:\n    - "repo:shop#reader@user:ana"\n',
    },
    people: { enabled: ['user:ana', 'user:bo'] },
    grants: ['user:ana team:ops#member', 'user:bo repo:shop#reader'],
    memberships: ['tuples team:ops#member -> tuples repo:shop#admin'],
  },
  'objects of other objects in relationship tuples': {
    map: 'relationship-tuples',
    files: {
      'store.yaml':
        'tuples:\n  - user: organization:acme\n    relation: owner\n    object: repo:shop\n' +
        '  - user: user:ana\n    relation: member\n    object: team:ops\n' +
        '  - user: team:ops#member\n    relation: admin\n    object: repo:shop\n' +
        '  - user: team:dev#member\n    relation: reader\n    object: repo:shop\n',
    },
    people: { enabled: ['user:ana'] },
    grants: ['user:ana team:ops#member'],
    memberships: [
      'tuples team:dev#member -> tuples repo:shop#reader',
      'tuples team:ops#member -> tuples repo:shop#admin',
    ],
  },
  'users of midPoint that are to be imported': {
    map: 'midpoint-xml',
    files: {
      'users.xml':
        '<objects><user><name>ana</name><fullName>Ana Meier</fullName><assignment><targetRef oid="r1" type="RoleType"/></assignment></user>' +
        '<user><name>bo</name><fullName>Bo Kurt</fullName></user><role oid="r1"><name>clerk</name></role></objects>',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana role:clerk'],
  },
  'users of Entra without their numbers': {
    map: 'entra-graph',
    files: {
      'users.csv':
        'user_principal_name,display_name,account_enabled,user_type\nana@x.test,Ana Meier,true,Member\nbo@x.test,Bo Kurt,false,Guest\n',
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: [],
  },
  'who has left, whatever the account says': {
    map: 'access-table',
    files: {
      'review.csv':
        'username,full_name,system,role,account_status,employee_status\nana,Ana Meier,CRM,Clerk,Active,Active\n' +
        'bo,Bo Kurt,CRM,Clerk,Active,Terminated\ncy,Cy Lang,CRM,Lead,Disabled,Active\ndee,Dee Roth,CRM,Lead,Active,On leave\n' +
        'eli,Eli Orr,CRM,Lead,Active,Terminated for Cause\n',
    },
    people: { enabled: ['ana', 'dee'], disabled: ['bo', 'cy', 'eli'] },
    grants: ['ana Clerk', 'bo Clerk', 'cy Lead', 'dee Lead', 'eli Lead'],
  },
  'who has departed, in a review': {
    map: 'access-table',
    files: {
      'review.csv':
        'user_email,role,last_active,departed\nana@x.test,Clerk,2025-01-02,False\nbo@x.test,Clerk,2024-01-02,True\n',
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test Clerk', 'bo@x.test Clerk'],
  },
  'namesakes with numbers of their own': {
    map: 'access-table',
    files: {
      'access.csv':
        'User ID,User Name,Department,Role,Status\nU1,Ana Meier,Finance,Clerk,Active\nU2,Ana Meier,Sales,Lead,Inactive\n',
    },
    people: { enabled: ['U1'], disabled: ['U2'] },
    grants: ['U1 Clerk', 'U2 Lead'],
  },
  'numbers of users in each application, beside their logins': {
    map: 'access-table',
    files: { 'access.csv': 'user_id,user_name,department,role\n1,ana,Finance,Clerk\n2,bo,Sales,Lead\n' },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Clerk', 'bo Lead'],
  },
  'people with what they have access to': {
    map: 'pairs',
    files: { 'golden.csv': 'identity,access\nana,Clerk\nbo,Lead\n' },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Clerk', 'bo Lead'],
  },
  'numbers of users, systems and roles': {
    map: 'pairs',
    files: {
      'user_roles.csv':
        'user_id,system_id,role_id,assigned_at,assigned_by\nU1,S1,R1,2025-01-02,bo\nU2,S2,R1,2025-01-02,bo\n',
    },
    people: { enabled: ['U1', 'U2'] },
    grants: ['U1 R1', 'U2 R1'],
  },
})

test('users of an application are people, and technical accounts are of type service', async () => {
  const users =
    'username,native_id,display_name,email,department,account_type,status\nana,1,Ana Meier,ana@x.test,Sales,human,active\n' +
    'svc-crm,2,CRM Import,svc@x.test,IT,technical,active\nold,3,Old One,old@x.test,IT,human,disabled\n'
  const loaded = await load([bytesFile('users.csv', users)])
  expect(loaded).toMatchObject({ faults: [], people: { enabled: ['ana', 'svc-crm'], disabled: ['old'] } })
  expect(Object.keys(loaded.sources)).toEqual(['people'])
  const types = (loaded.files['identities.csv'] ?? '').split('\n').flatMap((line) => /human|service/.exec(line) ?? [])
  expect(types).toEqual(['human', 'service', 'human'])
})

test('an entitlement of another file that has one is an orphan, and no person', async () => {
  const grants =
    'entitlements:\n  - {resource_name: repo, entitlement: read}\ngrants:\n  - {principal: "org:member", entitlement_id: "repo:read"}\n'
  const loaded = await load([bytesFile('grants.yaml', grants)])
  expect(loaded).toMatchObject({ faults: [], people: {}, grants: [], orphans: ['org:member: unknown, 1 rows'] })
})

const row = (user: string, role: string) => `${user},CRM,"${role}",Active\n`

test('roles in one cell that are also roles of their own stop the load of a table of access', async () => {
  const rows = row('ana', 'Pay') + row('bo', 'Approve') + row('cy', 'Pay, Approve')
  const loaded = await load([bytesFile('access.csv', `username,system,role,account_status\n${rows}`)])
  expect(loaded.isFatal).toBe(true)
  expect(loaded.faults[0]).toContain('1 cell such as "Pay, Approve" looks like a list of entitlements')
})

test('a cell that may be a list is reported, and loaded as one role', async () => {
  const rows = row('ana', 'Pay') + row('bo', 'Approve; Post')
  const loaded = await load([bytesFile('access.csv', `username,system,role,account_status\n${rows}`)])
  expect(loaded.faults).toEqual([])
  expect(loaded.warnings).toEqual([
    '1 cell such as "Approve; Post" is taken as one entitlement each; --split separates lists',
  ])
  const split = await load([bytesFile('access.csv', `username,system,role,account_status\n${rows}`)], { split: ';' })
  expect(split.grants.map(shortGrant).sort()).toEqual(['ana Pay', 'bo Approve', 'bo Post'])
})

const jobsOf = (text: string) =>
  text
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split(',')[5])

test('beside what somebody has access to, a role is a job', async () => {
  const reviews = {
    'a.csv':
      'user_id,name,role,application,current_access,decision\nana,Ana Meier,Clerk,CRM,Editor,Keep\nbo,Bo Kurt,Lead,Mail,Admin,Remove\n',
    'b.csv':
      'User Name,Role,Employment Status,System,Access Level\nana,Clerk,Active,CRM,Editor\nbo,Lead,Active,Mail,Admin\n',
    'c.md':
      '| User ID | Department | Role | Access Granted |\n|---|---|---|---|\n| ana | Sales | Clerk | Editor |\n| bo | IT | Lead | Admin |\n',
  }
  for (const [name, text] of Object.entries(reviews)) {
    const loaded = await load([bytesFile(name, text)])
    expect(loaded).toMatchObject({ faults: [], unmapped: [], people: { enabled: ['ana', 'bo'] } })
    expect(loaded.grants.map(shortGrant)).toEqual(['ana Editor', 'bo Admin'])
    expect(jobsOf(loaded.files['identities.csv'] ?? '')).toEqual(['Clerk', 'Lead'])
  }
})

test('an access level without a role is no job', async () => {
  const loaded = await load([bytesFile('a.csv', 'user,access level,application,status\nana,Editor,CRM,Active\n')])
  expect(loaded.grants.map(shortGrant)).toEqual(['ana Editor'])
  expect(jobsOf(loaded.files['identities.csv'] ?? '')).toEqual([''])
})

test('a fault in what a shell of MongoDB prints names its line', async () => {
  const loaded = await load([
    bytesFile('users.txt', "{\n  users: [\n    { user: 'ana', roles: [ [Object] ] }\n  ]\n}\n"),
  ])
  expect(loaded.faults[0]).toMatch(/^users\.txt:3: is no JSON here/)
})
