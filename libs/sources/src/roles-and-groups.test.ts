import { expect, test } from 'vitest'
import { testExports } from './testing-exports.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

// Tables and lists with several columns of access: a role within a group or an organisation, a role beside groups, teams.

testExports({
  'the role of a user in a group with a name': {
    map: 'access-table',
    files: {
      'members.csv':
        'GroupName,UserPrincipalName,Role\nSales,ana@x.test,Owner\nSales,bo@x.test,Member\nIT,bo@x.test,Owner\n',
    },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: ['ana@x.test Sales: Owner', 'bo@x.test IT: Owner', 'bo@x.test Sales: Member'],
  },
  'the same by mail address, with what the user is called and who is suspended': {
    map: 'access-table',
    files: {
      'members.csv':
        'Group,Email,Full Name,Role,Status\nSales,ana@x.test,Ana Abt,Owner,Active\nSales,bo@x.test,Bo Burg,,Suspended\n,cy@x.test,Cy Cole,Guest,Active\n',
    },
    people: { enabled: ['ana@x.test', 'cy@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test Sales: Owner', 'bo@x.test Sales', 'cy@x.test Guest'],
  },
  'the same with an id and a full name as the name of the user': {
    map: 'access-table',
    files: { 'members.csv': 'user_id,user_name,group_name,role\n1,Ana Abt,Sales,owner\n2,Bo Burg,Sales,member\n' },
    people: { enabled: ['1', '2'] },
    grants: ['1 Sales: owner', '2 Sales: member'],
  },
  'roles in organisations by mail address, and who is inactive': {
    map: 'access-table',
    files: {
      'members.csv':
        'org_id,email,first_name,last_name,role,status\n1,ana@x.test,Ana,Abt,admin,active\n2,ana@x.test,Ana,Abt,member,active\n2,bo@x.test,Bo,Burg,admin,inactive\n',
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test 1: admin', 'ana@x.test 2: member', 'bo@x.test 2: admin'],
  },
  'roles in organisations of users with a number': {
    map: 'access-table',
    files: {
      'members.csv': 'organization_id,user_id,email,role\n1,11,ana@x.test,admin\n2,11,ana@x.test,member\n',
    },
    people: { enabled: ['11'] },
    grants: ['11 1: admin', '11 2: member'],
  },
  'a role beside groups': {
    map: 'access-table',
    files: { 'users.csv': 'username,email,role,groups\nana,ana@x.test,admin,ops;dev\nbo,bo@x.test,viewer,\n' },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana admin', 'ana dev', 'ana ops', 'bo viewer'],
  },
  'a role beside permissions of users with a mail address alone': {
    map: 'access-table',
    files: {
      'users.csv':
        'email,name,role,permissions,status\nana@x.test,Ana,admin,read;write,active\nbo@x.test,Bo,viewer,read,off\n',
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test admin', 'ana@x.test read', 'ana@x.test write', 'bo@x.test read', 'bo@x.test viewer'],
  },
  'a role beside permissions of users with an id and a full name': {
    map: 'access-table',
    files: { 'users.csv': 'user_id,user_name,role,permissions\n1,Ana Abt,admin,read;write\n2,Bo Burg,viewer,read\n' },
    people: { enabled: ['1', '2'] },
    grants: ['1 admin', '1 read', '1 write', '2 read', '2 viewer'],
  },
  'teams beside a role': {
    map: 'access-table',
    files: {
      'users.csv':
        'Name,Email,Role,Teams,Status\nAna Abt,ana@x.test,Admin,Core; Ops,Active\nBo Burg,bo@x.test,Member,,Deactivated\n',
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test Admin', 'ana@x.test Core', 'ana@x.test Ops', 'bo@x.test Member'],
  },
  'a role beside groups in JSON': {
    map: 'access-document',
    files: {
      'users.json': JSON.stringify([
        { username: 'ana', role: 'admin', groups: ['ops'] },
        { username: 'bo', role: 'viewer', groups: [] },
      ]),
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana admin', 'ana ops', 'bo viewer'],
  },
  'a role beside groups of members, accounts and users by their names in JSON': {
    map: 'access-document',
    files: {
      'members.json': JSON.stringify({ members: [{ username: 'ana', role: 'admin', groups: ['ops'] }] }),
      'accounts.json': JSON.stringify({ accounts: [{ name: 'bo', role: 'viewer', permissions: ['read'] }] }),
      'result.json': JSON.stringify({ result: [{ email: 'cy@x.test', role: 'viewer', groups: ['dev'] }] }),
      'keyed.json': JSON.stringify({ users: { dee: { role: 'owner', groups: ['dev'] } } }),
    },
    people: { enabled: ['ana', 'bo', 'cy@x.test', 'dee'] },
    grants: [
      'ana admin',
      'ana ops',
      'bo read',
      'bo viewer',
      'cy@x.test dev',
      'cy@x.test viewer',
      'dee dev',
      'dee owner',
    ],
  },
  'a flag for administrators beside a role, or beside groups, as a number or a word': {
    map: 'access-document',
    files: {
      'by-role.json': JSON.stringify([
        { username: 'ana', role: 'viewer', is_admin: 1 },
        { username: 'bo', role: 'viewer', is_admin: 0 },
      ]),
      'by-group.json': JSON.stringify({ users: [{ username: 'cy', groups: ['dev'], is_superuser: true }] }),
      'alone.json': JSON.stringify([
        { username: 'dee', email: 'dee@x.test', isAdmin: 'yes' },
        { username: 'ed', email: 'ed@x.test', isAdmin: 'no' },
      ]),
    },
    people: { enabled: ['ana', 'bo', 'cy', 'dee', 'ed'] },
    grants: ['ana administrator', 'ana viewer', 'bo viewer', 'cy dev', 'cy superuser', 'dee administrator'],
  },
  'members of shared drives of Google, of which each has an id': {
    map: 'access-table',
    files: {
      'drives.csv':
        'User,id,name,role\nana@x.test,0AbUk9PVA,Finance,organizer\nana@x.test,0AcUk9PVA,Sales,reader\nbo@x.test,0AbUk9PVA,Finance,reader\n',
    },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: ['ana@x.test 0AbUk9PVA: organizer', 'ana@x.test 0AcUk9PVA: reader', 'bo@x.test 0AbUk9PVA: reader'],
  },
  'users with a number, in the columns of such members': {
    map: 'access-table',
    files: { 'users.csv': 'User,id,name,role\nana,7,Ana Abt,admin\nbo,8,Bo Burg,viewer\n' },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana admin', 'bo viewer'],
  },
  'first and last names in three languages': {
    map: 'access-table',
    files: {
      'usuarios.csv': 'usuario;nombre;apellidos;grupos\nana;Ana;Pérez;ventas,it\n',
      'uzytkownicy.csv': 'Login;Imie;Nazwisko;Rola;Email\nbo;Bo;Burg;admin;bo@x.test\n',
      'usuarios-pt.csv': 'LOGIN;NOME;PERFIL\ncy;Cy Cole;leitor\n',
    },
    people: { enabled: ['ana', 'bo', 'cy'] },
    grants: ['ana it', 'ana ventas', 'bo admin', 'cy leitor'],
  },
  'a list for making accounts in German, with their groups': {
    map: 'access-table',
    files: {
      'konten.csv':
        'Benutzername;Vorname;Nachname;Abteilung;Titel;EMail;Gruppen\nana;Ana;Abt;IT;Leiterin;ana@x.test;IT-Admins,VPN\n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana IT-Admins', 'ana VPN'],
  },
  'roles of users in German, by their personnel numbers, with yes and no': {
    map: 'access-table',
    files: {
      'nutzer.csv':
        'Benutzername;Vorname;Nachname;E-Mail;Personalnummer;Benutzer-Rollen;Aktiv\n;Ana;Abt;ana@x.test;99001;Leser, Admin;Ja\n;Bo;Burg;bo@x.test;99002;Leser;Nein\n',
    },
    people: { enabled: ['99001'], disabled: ['99002'] },
    grants: ['99001 Admin', '99001 Leser', '99002 Leser'],
  },
})

test('where a table says where somebody works, a role beside groups is her job', async () => {
  const loaded = await load([
    bytesFile('users.csv', 'username,full_name,department,role,permissions\nana,Ana,IT,Engineer,read;write\n'),
    bytesFile('by-mail.csv', 'email,department,role,groups\nbo@x.test,IT,Engineer,ops\n'),
    bytesFile('users.json', JSON.stringify([{ username: 'cy', role: 'Engineer', department: 'IT', groups: ['ops'] }])),
  ])
  expect(loaded.grants.map(shortGrant)).toEqual(['ana read', 'ana write', 'bo@x.test ops', 'cy ops'])
  expect(loaded.files['people.csv'] ?? loaded.files['identities.csv']).toContain('Engineer')
})

test('the whole name of a user is one name, and a first name beside a last name is not', async () => {
  const { files } = await load([
    bytesFile('a.csv', 'usuario;nombre;permiso\nana;Ana Pérez;leer\n'),
    bytesFile('b.csv', 'usuario;nombre;apellidos;grupos\nluis;Luis;Gil;ventas\n'),
  ])
  const people = files['people.csv'] ?? files['identities.csv'] ?? ''
  expect(people).toContain('Ana Pérez')
  expect(people).toContain('Luis Gil')
})

test('the name of a shared drive is no name of a person, and the name beside a user is', async () => {
  const { files } = await load([
    bytesFile('drives.csv', 'User,id,name,role\nana@x.test,0AbUk9PVA,Finance,organizer\n'),
    bytesFile('users.csv', 'User,id,name,role\nbo,8,Bo Burg,viewer\n'),
  ])
  expect(files['identities.csv']).not.toContain('Finance')
  expect(files['identities.csv']).toContain('Bo Burg')
  expect(files['entitlements.csv']).toContain('Finance: organizer')
})

test.each([
  [[{ role: 'admin', permissions: ['read', 'write'] }]],
  [[{ id: 1, role: 'admin', permissions: ['read', 'write'] }]],
])('roles with their permissions are no users: %j', async (roles) => {
  const { grants, orphans, people } = await load([bytesFile('definitions.json', JSON.stringify(roles))])
  expect([grants, orphans, people]).toEqual([[], [], {}])
})
