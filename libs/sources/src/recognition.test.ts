import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadMap } from './map/load-map.ts'
import { readyMaps } from './map/ready-maps.ts'
import { casbinCells } from './read/casbin.ts'
import { recogniseFiles } from './recognise/recognise-files.ts'
import { firstMap } from './report/first-map.ts'
import { previewFiles } from './report/preview-files.ts'
import { foreignTables } from './testing-foreign-tables.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

/** Columns of tables without access data: orders, measurements, surveys, mailing lists, tickets. */
const foreignColumns = [
  ...[
    'id',
    'name',
    'title',
    'status',
    'type',
    'date',
    'created_at',
    'updated_at',
    'description',
    'email',
    'phone',
    'city',
  ],
  ...[
    'country',
    'zip',
    'price',
    'quantity',
    'total',
    'currency',
    'sku',
    'product',
    'category',
    'order_id',
    'customer_id',
  ],
  ...[
    'user_id',
    'username',
    'score',
    'rating',
    'comment',
    'latitude',
    'longitude',
    'temperature',
    'value',
    'unit',
    'year',
  ],
  ...[
    'month',
    'population',
    'url',
    'tags',
    'language',
    'first_name',
    'last_name',
    'gender',
    'age',
    'salary',
    'department',
  ],
  ...[
    'invoice',
    'amount',
    'tax',
    'ticket',
    'priority',
    'assignee',
    'reporter',
    'version',
    'commit',
    'branch',
    'author',
  ],
]

test('of a hundred tables of other domains none is taken, alone or together', async () => {
  const tables = foreignTables()
  expect(tables).toHaveLength(100)
  for (const { name, text } of tables) {
    const { sources } = await load([bytesFile(name, text)])
    expect([text, sources]).toEqual([text, {}])
  }
  const together = await load(tables.map(({ name, text }) => bytesFile(name, text)))
  expect([together.sources, together.unmapped.length]).toEqual([{}, 100])
})

test.each<[string, (rows: readonly Readonly<Record<string, string>>[]) => string]>([
  ['JSON', (rows) => JSON.stringify({ data: { rows } })],
  [
    'XML',
    (rows) => {
      const element = ([name, value]: [string, string]) =>
        `<${name.replaceAll(/\W/g, '_')}>${value}</${name.replaceAll(/\W/g, '_')}>`
      return `<table>${rows.map((row) => `<row>${Object.entries(row).map(element).join('')}</row>`).join('')}</table>`
    },
  ],
])('none of them is taken as %s either', async (_, written) => {
  for (const { name, text } of foreignTables()) {
    const rows = parse(text, { delimiter: [',', ';', '\t', '|'], columns: true, relax_column_count: true })
    const { sources } = await load([bytesFile(`${name}.txt`, written(rows as Record<string, string>[]))])
    expect([text, sources]).toEqual([text, {}])
  }
})

test.each<[string, string, string]>([
  ['answers to one question', 'vpn.csv', 'Respondent,Uses VPN\nr1,Yes\nr2,No\nr3,Yes\n'],
  ['answers to several', 'survey.csv', 'ID,Smoker,Drinks,Exercises\n1,Yes,No,Yes\n2,No,No,Yes\n3,Yes,Yes,No\n'],
  [
    'roles that somebody may only ask for',
    'roles.csv',
    'RoleName,MemberName,MemberUPN,AssignmentType\nAdmin,Ana,a@x.test,Eligible\n',
  ],
  ['questions', 'survey.csv', 'User,Do you smoke?,Do you drive?,Married?\nu1,Yes,No,Yes\nu2,No,No,Yes\n'],
  [
    'invitations',
    'party.csv',
    'Name,Email,Attending,Vegetarian,Parking\nAna,a@x.test,Yes,No,No\nBo,b@x.test,No,No,Yes\n',
  ],
  [
    'numbers that begin as marks',
    'counts.csv',
    `user,a,b,c\n${Array.from({ length: 60 }, (_, row) => `u${row},${row < 25 ? '0,1,0' : `${row},2,31`}`).join('\n')}\n`,
  ],
  [
    'developers of a build',
    'pom.xml',
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><developers>' +
      '<developer><id>ana</id><name>Ana</name><email>a@x.test</email><roles><role>architect</role><role>developer</role></roles></developer>' +
      '<developer><id>bo</id><name>Bo</name><email>b@x.test</email><roles><role>developer</role></roles></developer></developers></project>',
  ],
  [
    'authors of a package',
    'composer.json',
    JSON.stringify({
      name: 'acme/shop',
      authors: [
        { name: 'Ana', email: 'a@x.test', role: 'Developer' },
        { name: 'Bo', email: 'b@x.test', role: 'Translator' },
      ],
    }),
  ],
  [
    'definitions of roles',
    'roles.json',
    JSON.stringify({ admin: { posts: ['read', 'write'] }, guest: { posts: ['read'] } }),
  ],
  [
    'skills by people',
    'users.json',
    JSON.stringify({ ana: { skills: ['sql'], cities: ['Bern'] }, bo: { skills: ['go'] } }),
  ],
  [
    'lists of users that name no application',
    'user-access.json',
    JSON.stringify({ ana: { roles: ['admin'], groups: ['dev'] }, bo: { roles: ['viewer'] } }),
  ],
  ['plugins of builds', 'system.json', JSON.stringify({ debug: { plugins: ['a', 'b'] }, release: { plugins: ['a'] } })],
  [
    'properties of a configuration',
    'site.xml',
    '<configuration><bean name="a"><property name="user">x</property><property name="role">y</property></bean>' +
      '<bean name="b"><property name="url">x</property><property name="pool">9</property></bean></configuration>',
  ],
])('%s are not access', async (_, name, text) => {
  const { sources, faults } = await load([bytesFile(name, text)])
  expect([sources, faults]).toEqual([{}, []])
})

test('the first people of a matrix may have no marks, and one wrong cell further down is a fault', async () => {
  const rows = (last: string) =>
    Array.from({ length: 40 }, (_, row) => `u${row},,,${row < 19 ? '' : 'x'}`).join('\n') + last
  const late = await load([bytesFile('m.csv', `user,crm,erp,vpn\n${rows('')}\n`)])
  expect([late.faults, late.grants.length]).toEqual([[], 21])
  const wrong = await load([bytesFile('m.csv', `user,crm,erp,vpn\n${rows('\nzed,x,until May,x')}\n`)])
  expect(wrong.faults).toEqual([expect.stringMatching(/^m.csv:42: "until May" in column "erp" is no mark/)])
})

test('of a hundred tables about other things none is taken for a ready map', async () => {
  const table = fc.uniqueArray(fc.constantFrom(...foreignColumns), { minLength: 2, maxLength: 9 }).chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      delimiter: fc.constantFrom(',', ';', '\t', '|'),
      rows: fc.array(
        fc.tuple(...columns.map(() => fc.constantFrom('a', 'Bern', '12', '0.5', '2024-01-01', 'x y', ''))),
        { minLength: 3, maxLength: 6 },
      ),
    }),
  )
  for (const [index, { columns, delimiter, rows }] of fc.sample(table, { seed: 7, numRuns: 100 }).entries()) {
    const text = [columns, ...rows].map((cells) => cells.join(delimiter)).join('\n')
    const { sources } = await load([bytesFile(`table-${index}.csv`, text)])
    expect([text, sources]).toEqual([text, {}])
  }
})

test.each([
  ['package.json', '{"name": "x", "version": "1.0.0", "dependencies": {"a": "1"}, "scripts": {"test": "x"}}'],
  ['compose.yaml', 'services:\n  web:\n    image: x\n    ports: ["80:80"]\n'],
  ['members.yaml', 'members:\n- ana\n- bo\n'],
  ['pom.xml', '<project><dependencies><dependency><name>x</name></dependency></dependencies></project>'],
  ['page.html', '<!DOCTYPE html><html><body>x</body></html>'],
  ['notes.txt', 'Dear all, please find\nattached the list, as agreed.\nRegards\n'],
  ['main.py', 'import os\n\nprint("a, b")\n'],
  ['binding.yaml', '{{- if .Values.rbac }}\nkind: RoleBinding\nsubjects: []\n{{- end }}\n'],
  ['aliases.yaml', 'aliases:\n  sales:\n    - ana@x.test\n'],
  ['observations.csv', '"","hair","eggs","milk","fins"\n"1",1,0,1,0\n"2",0,1,0,1\n"3",1,0,1,0\n'],
  ['how-to.txt', '# How to give access\nGrant the user access to the share.\nSelect the folder.\nSet the owner.\n'],
  ['env.sh', 'export HISTCONTROL=ALL\nexport PATH=/bin\n'],
  ['accounts.csv', 'Account Name,Account Type,Group Name,Site\nana,Employee,Ops,Bern\n'],
  ['contributors.json', '[{"login": "ana", "node_id": "U_1", "site_admin": false, "contributions": 7}]'],
  ['grades.csv', 'Name,Maths,Art,Music\nAna,A,C,D\nBo,C,A,F\n'],
  [
    'feed.xml',
    '<rss><channel><item><title>a</title><author>ana</author></item><item><title>b</title><author>bo</author></item></channel></rss>',
  ],
  [
    'orders.json',
    '{"orders": [{"id": 1, "customer": {"name": "Ana", "email": "a@x.test"}, "items": [{"sku": "a", "price": 1}]}, {"id": 2}]}',
  ],
  ['films.json', '{"films": [{"title": "x", "roles": [{"name": "Hamlet", "actor": "ana"}]}]}'],
  ['schema.sql', "CREATE TABLE users (id int);\nINSERT INTO products (sku, title, price) VALUES (1, 'a', 2);\n"],
  ['towns.txt', '0101 OSLO\n0102 OSLO\n0203 OSLO\n'],
  ['manual.txt', 'Insert into socket\nCreate a table of people (by hand)\nCopy it.\n'],
  ['report.txt', 'Group name  Sales\n\nAll in all: 7\n'],
  ['log.txt', '2024-01-01 10:00:00 INFO started\n2024-01-01 10:00:01 INFO user=ana role=admin\n'],
])('%s is taken by no map', async (name, text) => {
  const { sources, faults } = await load([bytesFile(name, text)])
  expect([sources, faults]).toEqual([{}, []])
})

test.each([
  ['a connector file', 'C1ZF\0xxxx', 'is not whole zstd data'],
  ['a Parquet file', 'PAR1xxxx', 'cannot be read as Parquet'],
  ['an SQLite database', 'SQLite format 3\0xxxx', 'is a damaged SQLite database'],
])('%s of a few bytes is a fault', async (_, bytes, reason) => {
  expect((await load([bytesFile('data.bin', Buffer.from(bytes, 'latin1'))])).faults).toEqual([
    expect.stringContaining(reason),
  ])
})

test.each([
  ['a PDF', '%PDF-1.7\n', 'export the data as CSV'],
  ['an old workbook', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'save it as .xlsx'],
  ['a newer connector file', 'C1Z3\0xxxx', 'baton grants -o json'],
  ['a tar archive', `grants.csv${'\0'.repeat(247)}ustar\0`, 'unpack it first'],
  ['zero bytes', '\0\0\0\0\x01\x02\0\0\0\0', 'a binary file'],
])('%s is told by what it is, and what to do', async (_, bytes, look) => {
  expect((await load([bytesFile('data.bin', Buffer.from(bytes, 'latin1'))])).others).toEqual([
    expect.stringContaining(look),
  ])
})

const bulkHeader = 'First Name,Last Name,Username,Password,OU'

test.each([
  ['an export with a list that a generic map does not know', 'Emp ID,Last Name,Department,Extra Permissions', 1],
  ['the same without', 'Emp ID,Last Name,Department,Cost', 0],
])('%s is people alone where nothing else is lost', async (_, header, unmapped) => {
  const loaded = await load([bytesFile('staff.csv', `${header}\n7,Meier,Sales,x\n`)])
  expect(loaded.unmapped).toHaveLength(unmapped)
})

test('passwords of a list that accounts are made from are not kept', async () => {
  const { files, people } = await load([bytesFile('bulk.csv', `${bulkHeader}\nAna,Meier,am,not-kept,"OU=HQ,DC=x"\n`)])
  expect(people).toEqual({ enabled: ['am'] })
  expect(files['identities.csv']).toContain('OU=HQ')
  expect(files['identities.csv']).not.toContain('not-kept')
})

test.each([
  ['with a line that tells how many', '3 4 0.5\n1 0 0 1\n0 1 1 0\n0 0 0 1\n'],
  ['without', '1 0 0 1\n0 1 1 0\n0 0 0 1\n'],
])('a matrix of 0 and 1 with blanks between is one, %s', async (_, text) => {
  const { sources, grants } = await load([bytesFile('upa.txt', text)])
  expect(Object.keys(sources)).toEqual(['pairs'])
  expect(grants.map((line) => line.split(',', 2).join(' '))).toEqual(['u1 p1', 'u1 p4', 'u2 p2', 'u2 p3', 'u3 p4'])
})

test('a table of people, roles and permissions gives the permissions, whichever columns have the better names', async () => {
  const text = 'user_id,role,permission\nam,hr,read\nam,hr,write\nbk,staff,read\n'
  const { grants } = await load([bytesFile('matrix.csv', text)])
  expect(grants.map((line) => line.split(',', 2).join(' '))).toEqual(['am read', 'am write', 'bk read'])
})

test.each(['pending', 'Cancelled', 'inactive'])(
  'a grant that is %s is not held, and counted as left out',
  async (state) => {
    const text = `user,role,status\nam,hr,${state}\nbk,staff,active\n`
    const { grants, leftOut } = await load([bytesFile('roles.csv', text)])
    expect(grants.map((line) => line.split(',', 2).join(' '))).toEqual(['bk staff'])
    expect(leftOut).toEqual({ [`status is ${state}`]: 1 })
  },
)

test('a column with the id of a role does not hide the list of entitlements beside it', async () => {
  const text = 'EmpID,Email,Role_ID,All_Entitlements\n7,am@x.test,R1,"READ, WRITE"\n'
  const { grants } = await load([bytesFile('ready.csv', text)])
  expect(grants.map((line) => line.split(',', 2).join(' '))).toEqual(['7 READ', '7 WRITE'])
})

test('rows that are longer than a wide header are faults of a table, not a text', async () => {
  const header = 'record_type,id,display_name,resource_id,entitlement_slug,principal_id'
  const rows = 'user,am,Ana\nuser,bk,Bo\nresource,r,R\ndirect_user_grant,,,,r,member,am\n'
  const { faults } = await load([bytesFile('baton.csv', `${header}\n${rows}`)])
  expect(faults).toEqual([expect.stringMatching(/^baton\.csv:5: the row has 7 cells, the header 6/)])
})

test('entries that a file for ldapadd adds are read; changes of entries are refused', async () => {
  const added = 'dn: uid=am,dc=x\nchangetype: add\nobjectClass: inetOrgPerson\nuid: am\ncn: Ana\n'
  expect((await load([bytesFile('add.ldif', added)])).people).toEqual({ enabled: ['am'] })
  const changed = `${added}\ndn: cn=g,dc=x\nchangetype: modify\nadd: member\nmember: uid=am,dc=x\n`
  expect((await load([bytesFile('change.ldif', changed)])).faults).toEqual([expect.stringContaining('lists changes')])
})

const reading = { temporaryFolder: '/nowhere' }

const ownColumns =
  'id,display_name,email,username,department,job_title,manager_id,employment_type,employment_status,status,type'

test.each(['identities.csv', 'people.csv'])(
  "the import's own identities are its own under the name %s, whatever attributes they have",
  async (name) => {
    const text = `${ownColumns},employee_id,manager_email\nu1,Ana,a@x,am,Sales,Lead,,,,enabled,human,7,b@x\n`
    const { sources, faults, files } = await load([bytesFile(name, text)])
    expect([Object.keys(sources), faults]).toEqual([['native'], []])
    expect(files['identities.csv']).toContain('u1,Ana,a@x,am,Sales,Lead,,,enabled,human,,7,b@x\n')
  },
)

test('a preview shows a document that is taken as tables by its tables, and any other as it is', async () => {
  const rows = {
    user_roles: [{ user_id: 1, role_id: 1 }],
    users: [
      { id: 1, username: 'ana' },
      { id: 2, username: 'bo' },
    ],
  }
  const files = [
    bytesFile('db.json', JSON.stringify({ ...rows, roles: [{ id: 1, name: 'clerk' }] })),
    bytesFile('films.json', '{"films": [{"title": "x", "year": 1}]}'),
  ]
  const { parts } = await previewFiles(files, readyMaps(), reading)
  expect(parts.map(({ part, map, rowCount }) => [part.name, map, rowCount])).toEqual([
    ['db.json[user_roles]', 'joined-tables', 1],
    ['db.json[users]', 'joined-tables', 2],
    ['db.json[roles]', 'joined-tables', 1],
    ['films.json', '', expect.any(Number)],
  ])
})

test('a preview shows no passwords, wherever they stand', async () => {
  const outputs = { db_password: { value: 'hush1' }, connection: { value: 'hush2', sensitive: true } }
  const files = [
    bytesFile('users.csv', 'username,role,email,password,password_expired\nana,boss,a@x.test,hush3,no\n'),
    bytesFile('tomcat.xml', '<tomcat-users><user username="ana" password="hush4" roles="admin"/></tomcat-users>'),
    bytesFile('terraform.tfstate', JSON.stringify({ version: 4, terraform_version: '1.9', outputs, resources: [] })),
  ]
  const preview = JSON.stringify(await previewFiles(files, readyMaps(), reading))
  expect(preview).not.toContain('hush')
  expect(preview).toContain('"no"')
})

test('a table that lacks a column of a map names that map and the column', async () => {
  const file = bytesFile('users.csv', 'SamAccountName,Name,Enabled,Department\nam,Ana,True,Sales\n')
  const { unmapped } = await recogniseFiles([file], readyMaps(), reading)
  expect(unmapped[0]?.nearest[0]).toEqual({ map: 'ad-users-csv', input: 'users', missing: ['MemberOf'] })
})

test.each([
  [
    'a table',
    'hr.csv',
    'Pers-No;Full Name;Dept;Job Title;Role Name;Cost\n7;Ana;Sales;Lead;seller;1\n8;Bo;Sales;Rep;seller;2\n',
  ],
  [
    'a document',
    'hr.json',
    '{"data": {"staff": [{"who": "ana", "name": "Ana", "roles": ["seller"]}, {"who": "bo", "name": "Bo", "roles": ["seller"]}]}}',
  ],
  [
    'a list',
    'hr.json',
    '[{"who": "ana", "name": "Ana", "role": "seller"}, {"who": "bo", "name": "Bo", "role": "seller"}]',
  ],
])('the first map of %s loads it', async (_, name, text) => {
  const file = bytesFile(name, text)
  const { unmapped } = await recogniseFiles([file], readyMaps(), reading)
  const [first] = unmapped
  if (first === undefined) throw new Error('it was taken')
  const map = loadMap('first.yaml', firstMap(first.part), true)
  const loaded = await load([file], { maps: [map] })
  expect(loaded).toMatchObject({ faults: [], unmapped: [] })
  expect(loaded.people.enabled).toHaveLength(2)
  expect(loaded.grants).toHaveLength(2)
  expect(loaded.entitlements).toEqual([expect.stringMatching(/ seller$/)])
})

test('a first map loses no column: those whose names say nothing are attributes', async () => {
  const file = bytesFile(
    'badge.csv',
    'badge,full name,doors,unit,shift,rows\n1,Ana,north,a,day,x\n2,Bo,south,b,night,y\n',
  )
  const [first] = (await recogniseFiles([file], readyMaps(), reading)).unmapped
  if (first === undefined) throw new Error('it was taken')
  const { files } = await load([file], { maps: [loadMap('first.yaml', firstMap(first.part), true)] })
  expect(files['identities.csv']?.split('\n').slice(0, 2)).toEqual([
    expect.stringMatching(/,doors,rows,shift,unit$/),
    expect.stringMatching(/^1,Ana,.*,north,x,day,a$/),
  ])
})

test('a Casbin rule may quote what holds a comma, and a line that is none is found at once however long it is', async () => {
  const rules = 'p, admin, "data, all", read\np, "r.sub, ""x""", data2, write\ng, alice, admin\n'
  const loaded = await load([bytesFile('policy.csv', rules)])
  expect(loaded).toMatchObject({ faults: [], unmapped: [] })
  expect(loaded.entitlements).toEqual(['policy admin', 'policy data, all:read', 'policy data2:write'])
  expect(loaded.grants).toContain('"r.sub, ""x""",data2:write,policy,,')
  expect(casbinCells(`p, a, b${' '.repeat(500_000)}x,,c`)).toBeUndefined()
})

test.each([
  [':', 'Personalnummer:Nachname:Abteilung\n1:Groß:IT\n2:Weiß:IT\n'],
  ['^', 'id^name^department\n1^Ana^IT\n2^Bo^IT\n'],
])(
  'a table with an unusual separator %s is not read, and the words about the file name the option',
  async (delimiter, text) => {
    const { others } = await load([bytesFile('hr.csv', text)])
    expect(others).toEqual([
      `hr.csv: a text without a table, unless "${delimiter}" separates its cells: then load it with this delimiter (--delimiter "${delimiter}")`,
    ])
  },
)

test('a text is no table with an unusual separator, unless each line has the same number of them', async () => {
  const { others } = await load([bytesFile('notes.txt', '12:30 lunch\n14:30:00 talk\nall day free\n')])
  expect(others).toEqual(['notes.txt: a text without a table'])
})

test('a German table of people with a number and a login has both, so that accounts find the person by the login', async () => {
  const people =
    'Personalnummer;Nachname;Vorname;E-Mail;Abteilung;Funktion;Benutzername\n100001;Groß;Jürgen;;IT;Admin;jgross\n100002;Weiß;Zoë;;IT;Admin;zweiss\n'
  const accounts = 'SamAccountName,Name,Enabled,mail,MemberOf\njgross,"Groß, Jürgen",True,,"CN=vpn,OU=g"\n'
  const { files, grants, orphans } = await load([bytesFile('hr.csv', people), bytesFile('users.csv', accounts)])
  const [header = '', first = ''] = (files['identities.csv'] ?? '').split('\n')
  expect(first.split(',')[header.split(',').indexOf('username')]).toBe('jgross')
  expect([grants.length, orphans]).toEqual([1, []])
})

test.each([
  ['Employee ID,Name,Service,Role', '1,Ana Meier,Mail,Admin', '1 Admin'],
  ['Employee ID,Name,Service,Access', '1,Ana Meier,Mail,Admin', '1 Admin'],
  ['Employee ID,Name,Area,Access', '1,Ana Meier,Mail,Admin', '1 Admin'],
  ['employee_id,first_name,last_name,service,role', '1,Ana,Meier,Mail,Admin', '1 Admin'],
  ['user,role,entitlement,application', 'ana,Clerk,Post,CRM', 'ana Post'],
  ['User,Application,Role,Access Level,Status', 'ana,SAP,AP_CLERK,Write,Active', 'ana AP_CLERK'],
])('services and roles beside access are neither departments nor jobs: %s', async (header, row, grant) => {
  const loaded = await load([bytesFile('list.csv', `${header}\n${row}\n`)])
  expect([loaded.faults, loaded.grants.map(shortGrant)]).toEqual([[], [grant]])
  expect((loaded.files['identities.csv'] ?? '').split('\n')[1]).not.toMatch(/,Mail,|,Clerk,|,AP_CLERK,/)
})

test('an access of no is not held, and an unknown word about an employee refuses no row', async () => {
  const flags = await load([bytesFile('flags.csv', 'user,application,access\nana,CRM,yes\nbo,CRM,no\n')])
  expect(flags.grants.map(shortGrant)).toEqual(['ana yes'])
  const list =
    'username,full_name,role,employee_status\nana,Ana,Clerk,Seconded\nbo,Bo,Lead,Terminated\ncy,Cy,Lead,Suspended\n'
  const { faults, people } = await load([bytesFile('list.csv', list)])
  expect([faults, people]).toEqual([[], { enabled: ['ana'], disabled: ['bo', 'cy'] }])
})
