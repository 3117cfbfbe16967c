import { expect, test } from 'vitest'
import { bytesFile, load, shortGrant } from './testing-load.ts'

// What exports say about the state of people, and about access that is not held.

test.each([
  ['Identifiant;Nom;Prénom;Service;Profil;Application;Statut', 'Actif', 'Inactif'],
  ['Usuario;Nombre;Correo electrónico;Departamento;Perfil;Sistema;Estado', 'Activo', 'Inactivo'],
  ['Usuário;Nome;Cargo;Departamento;Perfil;Sistema;Situação', 'Ativo', 'Inativo'],
  ['Utente;Nome;Cognome;Reparto;Ruolo;Applicazione;Stato', 'Attivo', 'Inattivo'],
])('who is inactive is a disabled account, under %s', async (header, active, inactive) => {
  const row = (name: string, status: string) => `${name};x;x;Finance;Clerk;SAP;${status}`
  const text = `${header}\n${row('ana', active)}\n${row('bo', inactive)}\n`
  const { people, faults } = await load([bytesFile('users.csv', text)])
  expect([people, faults]).toEqual([{ enabled: ['ana'], disabled: ['bo'] }, []])
})

test.each([
  ['Matricola;Cognome;Nome;Reparto;Mansione;Stato', '7;Meier;Ana;Vendite;x;Attivo', '8;Kurt;Bo;Vendite;x;Cessato'],
  ['Legajo,Nombre,Sector,Estado', '7,Ana Meier,Ventas,De vacaciones', '8,Bo Kurt,Ventas,Desvinculado'],
  ['EmployeID,Nom,Prénom,Poste,Statut', '7,Meier,Ana,Comptable,En congé', '8,Kurt,Bo,Comptable,Sorti'],
  ['Matrícula;Nome;Setor;Situação', '7;Ana Meier;Vendas;Férias', '8;Bo Kurt;Vendas;Demitido'],
  ['Personalnummer;Name;Vorname;Abteilung;Status', '7;Meier;Ana;IT;Elternzeit', '8;Kurt;Bo;IT;Gekündigt'],
  ['Personeelsnummer;Voornaam;Achternaam;Afdeling;Status', '7;Ana;Meier;IT;Actief', '8;Bo;Kurt;IT;Uit dienst'],
])('people of an HR file have their whole name and their state, under %s', async (header, active, inactive) => {
  const text = `${header}\n${active}\n${inactive}\n`
  const { people, faults, files } = await load([bytesFile('hr.csv', text)])
  expect([people, faults]).toEqual([{ enabled: ['7'], disabled: ['8'] }, []])
  expect(files['identities.csv']).toContain('\n7,Ana Meier,')
})

test('a table of names, mail addresses and departments is one of people, and contacts of customers are not', async () => {
  const { people, faults } = await load([bytesFile('staff.csv', 'Nome;Departamento;E-mail\nAna;IT;ana@x.test\n')])
  expect([people, faults]).toEqual([{ enabled: ['ana@x.test'] }, []])
  for (const header of ['Name,Company,Department,Email', 'Name,Email,Service']) {
    const text = `${header}\nAna,${header.replaceAll(/[^,]/g, 'x').slice(5)}\n`
    expect((await load([bytesFile('contacts.csv', text)])).unmapped).toEqual(['contacts.csv'])
  }
})

test.each([
  ['a-grants.csv', 'b-users.csv'],
  ['b-grants.csv', 'a-users.csv'],
])(
  'a list of grants beside one of users says nothing of their state and hides no name, as %s',
  async (grants, users) => {
    const files = {
      [grants]:
        'grant_id,user_id,application,permission,granted_date,status\n1,u1,Lab,READ,2025-01-01,ACTIVE\n2,u1,HR,READ,2025-01-01,ACTIVE\n3,u2,HR,READ,2025-01-01,ACTIVE\n',
      [users]: 'user_id,name,department,role,status\nu1,Ana Meier,IT,Nurse,INACTIVE\nu2,Bo Kurt,IT,Nurse,ACTIVE\n',
    }
    const loaded = await load(
      Object.entries(files)
        .toSorted()
        .map(([name, text]) => bytesFile(name, text)),
    )
    expect([loaded.people, loaded.faults]).toEqual([{ enabled: ['u2'], disabled: ['u1'] }, []])
    expect(loaded.files['identities.csv']).toMatch(/\nu1,Ana Meier,.*,IT,/)
  },
)

test('a table that joins users and roles is read with both, and its status is that of the grant', async () => {
  const files = {
    'role_assignments.csv':
      'user_id,application_id,role_id,assigned_date,assignment_status\nu1,a1,r1,2023-01-01,ACTIVE\nu2,a1,r2,2023-01-01,ACTIVE\nu2,a1,r1,2023-01-01,DISABLED\n',
    'roles.csv': 'role_id,role_name,application_id\nr1,Reader,a1\nr2,Owner,a1\n',
    'users.csv': 'user_id,full_name,department,status\nu1,Ana Meier,IT,TERMINATED\nu2,Bo Kurt,IT,ACTIVE\n',
  }
  const loaded = await load(Object.entries(files).map(([name, text]) => bytesFile(name, text)))
  expect([loaded.people, loaded.faults]).toEqual([{ enabled: ['u2'], disabled: ['u1'] }, []])
  expect(loaded.grants.map(shortGrant)).toEqual(['u1 role Reader', 'u2 role Owner'])
  expect(loaded.leftOut).toEqual({ 'assignment_status is DISABLED': 1 })
})

test('grants of one map beside users of another say nothing of the state of people', async () => {
  const files = {
    'assigned.csv':
      'user,application,role,granted_at,grant_status\nu1,SAP,Clerk,2023-01-01,ACTIVE\nu2,SAP,Clerk,2023-01-01,ACTIVE\n',
    'members.csv': 'id,username,name,status\n1,u1,Ana Meier,inactive\n2,u2,Bo Kurt,active\n',
    'roles.csv': 'id,role_name\n7,Reader\n',
    'user_roles.csv': 'user_id,role_id\n1,7\n',
  }
  const loaded = await load(Object.entries(files).map(([name, text]) => bytesFile(name, text)))
  expect(Object.keys(loaded.sources).toSorted()).toEqual(['access-table', 'joined-tables'])
  expect([loaded.people, loaded.faults]).toEqual([{ enabled: ['u2'], disabled: ['u1'] }, []])
})

test('the state of an employee beside entitlements is that of the account', async () => {
  const text =
    'EmpID,FirstName,LastName,Entitlements,EmployeeStatus\n1,Ana,M,"A, B",Active\n2,Bo,K,A,Terminated for Cause\n3,Cy,L,A,Future Start\n'
  const { people, faults } = await load([bytesFile('access.csv', text)])
  expect([people, faults]).toEqual([{ enabled: ['1'], disabled: ['2', '3'] }, []])
})

test('access whose end has come is not held, and words for no end are none', async () => {
  const text =
    'Benutzer;Name;Abteilung;Berechtigung;Gültig bis\nana;Ana;IT;VPN;31.12.2099\nbo;Bo;IT;VPN;31.12.2020\ncy;Cy;IT;VPN;unbefristet\n'
  const { grants, leftOut, faults } = await load([bytesFile('vpn.csv', text)])
  expect(grants.map(shortGrant)).toEqual(['ana VPN', 'cy VPN'])
  expect([leftOut, faults]).toEqual([{ 'it has ended': 1 }, []])
})

test('access that was revoked or denied is not held', async () => {
  const revoked = 'username,role,email,revoked_at\nana,admin,a@x.test,\nbo,admin,b@x.test,2024-01-01\n'
  const denied = 'user,permission,effect\nana,read,allow\nbo,read,Deny\n'
  for (const [text, reason] of [
    [revoked, 'it has ended'],
    [denied, 'effect is Deny'],
  ] as const) {
    const { grants, leftOut, faults } = await load([bytesFile('rights.csv', text)])
    expect([grants.map(shortGrant).length, leftOut, faults]).toEqual([1, { [reason]: 1 }, []])
  }
})

test.each([
  ['user,permission,access\nana,read,allow\nbo,read,deny\n', 'access is deny'],
  ['user,permission,granted\nana,read,true\nbo,read,false\n', 'granted is false'],
  ['user,permission,Allowed\nana,read,yes\nbo,read,No\n', 'Allowed is No'],
  ['user,permission,Eligible\nana,read,no\nbo,read,yes\n', 'Eligible is yes'],
  ['user,permission,Status\nana,read,Active\nbo,read,Eligible\n', 'Status is Eligible'],
  ['user,permission,Assignment Type\nana,read,Active\nbo,read,Eligible\n', 'Assignment Type is Eligible'],
  ['user,role,granted\nana,read,2024-01-01\nbo,read,false\n', 'granted is false'],
  ['username,email,role,granted\nana,a@x.test,read,true\nbo,b@x.test,read,false\n', 'granted is false'],
  ['username,email,role,Eligible\nana,a@x.test,read,\nbo,b@x.test,read,X\n', 'Eligible is X'],
  ['username,email,role,effect\nana,a@x.test,read,Allow\nbo,b@x.test,read,Deny\n', 'effect is Deny'],
])('access is not held that a column denies or only offers: %s', async (text, reason) => {
  const { grants, leftOut, faults } = await load([bytesFile('rights.csv', text)])
  expect([grants.map(shortGrant), leftOut, faults]).toEqual([['ana read'], { [reason]: 1 }, []])
})

test('who has left is disabled, under the header of a German HR system', async () => {
  const text =
    'Personalnummer;Name;Abteilung;Funktion;Beschäftigungsstatus\n1;Ana;IT;Dev;aktiv\n2;Bo;IT;Dev;ausgeschieden\n'
  const { people } = await load([bytesFile('personal.csv', text)])
  expect(people).toEqual({ enabled: ['1'], disabled: ['2'] })
})

test('who was deleted in a document is so whatever the status, and a status says more than a day of suspension', async () => {
  const users = [
    { username: 'ana', roles: ['admin'], status: 'active', deleted_at: '2024-01-01' },
    { username: 'bo', roles: ['admin'], status: 'active', suspended_at: '2024-01-01' },
  ]
  const { people } = await load([bytesFile('export.json', JSON.stringify({ users }))])
  expect(people).toEqual({ deleted: ['ana'], enabled: ['bo'] })
})

test.each([
  [
    'username,display_name,email,status,employment_status,department',
    [
      'ana,Ana Abt,ana@x.test,Active,Active,IT',
      'bo,Bo Burg,bo@x.test,Active,Terminated,IT',
      'cy,Cy,cy@x.test,Active,Separated,IT',
    ],
  ],
  [
    'name,email,department,status,hr status',
    ['Ana,ana,IT,active,active', 'Bo,bo,IT,active,left', 'Cy,cy,IT,active,retired'],
  ],
])('who has left is disabled in a table of people, whatever the account says: %s', async (header, rows) => {
  const { people, faults } = await load([bytesFile('users.csv', `${[header, ...rows].join('\n')}\n`)])
  expect(faults).toEqual([])
  expect(people).toEqual({ enabled: ['ana'], disabled: ['bo', 'cy'] })
})

test('a kind of termination without a day', async () => {
  const rows = [
    '1,Ana,IT,,',
    '2,Bo,IT,,voluntary',
    '3,Cy,IT,2030-01-01,retirement',
    '4,Dee,IT,2024-01-01,involuntary',
    '5,Ed,IT,,n/a',
  ]
  const text = `employee_id,employee_name,department,termination_date,termination_type\n${rows.join('\n')}\n`
  const { people } = await load([bytesFile('people.csv', text)])
  expect(people).toEqual({ enabled: ['1', '3', '5'], disabled: ['2', '4'] })
})

test('words for no kind of termination disable nobody', async () => {
  const words = ['', 'Unk', 'Unknown', 'Not Applicable', 'N/A - still employed', 'NaN', 'None', '0', 'No']
  const rows = words.map((word, at) => `${at},Ana,IT,${word}\n`).join('')
  const { people } = await load([bytesFile('people.csv', `employee_id,name,department,TerminationType\n${rows}`)])
  expect(people).toEqual({ enabled: words.map((_, at) => String(at)) })
})

test.each(['Laid off', 'Quit', 'Demitido', 'Zwolniona', 'Licenciée', 'Pensioniert', 'Despedido', 'Ontslagen'])(
  'who has left is disabled beside an active account, under the word %s',
  async (word) => {
    for (const text of [
      `employee_id,name,department,status,employment_status\n1,Ana,IT,active,${word}\n`,
      `username,name,role,status,employment_status\n1,Ana,reader,active,${word}\n`,
    ]) {
      expect((await load([bytesFile('a.csv', text)])).people).toEqual({ disabled: ['1'] })
    }
  },
)

test('a day of deletion to come, and words for no day, disable nobody, and another word is reported', async () => {
  const values = ['2099-01-02', 'None', 'never', 'N/A', '-', '1970-01-01 00:00:00', 'live']
  const { people, warnings } = await load([
    bytesFile('users.csv', `id,username,deleted\n${values.map((value, at) => `${at},u${at},${value}\n`).join('')}`),
    bytesFile('user_roles.csv', 'user_id,role_id\n1,10\n'),
    bytesFile('roles.csv', 'id,name\n10,admin\n'),
  ])
  expect(people).toEqual({ enabled: values.map((_, at) => `u${at}`) })
  expect(warnings.join('\n')).toContain('"live" is no date')
})

test('accounts of people with a column for a privileged group', async () => {
  const { people, grants } = await load([
    bytesFile(
      'accounts.csv',
      'SamAccountName,DisplayName,EmployeeID,Department,Enabled,PrivilegedGroup\nana,Ana,E1,IT,TRUE,Server Operators\nbo,Bo,E2,IT,FALSE,\n',
    ),
    bytesFile(
      'people.csv',
      'EmployeeID,LastName,FirstName,Department,JobTitle\nE1,Abt,Ana,IT,Lead\nE2,Burg,Bo,IT,Tech\n',
    ),
  ])
  expect(people).toEqual({ enabled: ['E1', 'E2'] })
  expect(grants.map(shortGrant)).toEqual(['E1 Server Operators'])
})

test('a day of deletion in a column for whether a user was deleted', async () => {
  const { people, faults } = await load([
    bytesFile('users.csv', 'id,username,deleted\n1,ana,\n2,bo,2024-01-02\n3,cy,0000-00-00 00:00:00\n4,dee,0\n5,ed,1\n'),
    bytesFile('user_roles.csv', 'user_id,role_id\n1,10\n2,10\n'),
    bytesFile('roles.csv', 'id,name\n10,admin\n'),
  ])
  expect(faults).toEqual([])
  expect(people).toEqual({ enabled: ['ana', 'cy', 'dee'], disabled: ['bo', 'ed'] })
})

test('a user of an application who was deleted there is disabled', async () => {
  const { people } = await load([
    bytesFile('users.csv', 'id,username,deleted_at\n1,ana,\n2,bo,2024-01-01 10:00:00\n'),
    bytesFile('roles.csv', 'id,name\n1,admin\n'),
    bytesFile('user_roles.csv', 'user_id,role_id\n1,1\n2,1\n'),
  ])
  expect(people).toEqual({ enabled: ['ana'], disabled: ['bo'] })
})

test('an account that is suspended, blocked or deactivated is a disabled one', async () => {
  for (const flag of ['suspended', 'is_blocked', 'Account Suspended', 'deactivated', 'Block credential']) {
    const header = `username,email,firstname,lastname,department,jobTitle,${flag}`
    const rows = 'ana,a@x.test,Ana,Ruiz,Finance,Clerk,false\nbo,b@x.test,Bo,Kern,Finance,Head,true'
    const { people } = await load([bytesFile('users.csv', `${header}\n${rows}\n`)])
    expect([flag, people]).toEqual([flag, { enabled: ['ana'], disabled: ['bo'] }])
  }
})

test('one of several flags is enough to disable an account of a document', async () => {
  const people = { enabled: ['ana'], disabled: ['bo', 'cy'] }
  const of = (more: object) => [
    { login: 'ana', disabled: false, suspended: false, ...more },
    { login: 'bo', disabled: false, suspended: true, ...more },
    { login: 'cy', disabled: 0, suspended: 1, ...more },
  ]
  const users = of({ roles: ['viewer'] })
  const byName = Object.fromEntries(users.map(({ login, ...rest }) => [login, rest]))
  for (const [name, document] of [
    ['members.json', users],
    ['access.json', { applications: [{ name: 'crm', users }] }],
    ['staff.json', { users: byName }],
    ['users.json', byName],
  ] as const) {
    const loaded = await load([bytesFile(name, JSON.stringify(document))])
    expect([name, loaded.people, loaded.faults]).toEqual([name, people, []])
  }
})

test('a column that was read before decides where a file has several of its kind', async () => {
  const rights = await load([
    bytesFile('rights.csv', 'user,permission,effect,status\nana,read,allow,active\nbo,read,allow,revoked\n'),
  ])
  expect([rights.grants.map(shortGrant), rights.leftOut]).toEqual([['ana read'], { 'status is revoked': 1 }])
  const header = 'username,email,firstname,lastname,department,jobTitle,suspended,disabled'
  const users = await load([
    bytesFile(
      'users.csv',
      `${header}\nana,a@x.test,Ana,Ruiz,IT,Dev,false,false\nbo,b@x.test,Bo,Kern,IT,Dev,false,true\n`,
    ),
  ])
  expect([users.people, users.grants]).toEqual([{ enabled: ['ana'], disabled: ['bo'] }, []])
})

test.each([
  ['deleted_at', '2024-01-01', 'deleted'],
  ['deletedAt', '2024-01-01T00:00:00Z', 'deleted'],
  ['deleted', true, 'deleted'],
  ['state', 'absent', 'deleted'],
  ['state', 'deactivated', 'disabled'],
  ['deactivated_at', '2024-01-01', 'disabled'],
])('who has %s: %s in a document is %s', async (name, value, status) => {
  const users = [
    { username: 'ana', roles: ['admin'], [name]: typeof value === 'boolean' ? false : null },
    { username: 'bo', roles: ['admin'], [name]: value },
    { username: 'cy', roles: ['admin'] },
  ]
  const keyed = Object.fromEntries(users.map(({ username, ...user }) => [username, user]))
  const applications = [{ name: 'crm', users }]
  for (const document of [{ users }, { users: keyed }, { applications }]) {
    const { people, faults } = await load([bytesFile('export.json', JSON.stringify(document))])
    expect([people, faults]).toEqual([{ enabled: ['ana', 'cy'], [status]: ['bo'] }, []])
  }
})

test.each([
  ['pairs', 'user,permission,expires', '', ',read,', '2024-01-01'],
  ['pairs with a time of twelve hours', 'user,role,End date', '', ',read,', '"5/31/2025 9:05:00 PM"'],
  ['logins with mail addresses', 'username,email,role,Expiry Date', '', ',a@x.test,read,', '31-May-25'],
  ['mail addresses alone', 'email,role,status,expires at', '@x.test', ',read,active,', '1735689600'],
  ['days whose months are named in French', 'username,email,role,expires', '', ',a@x.test,read,', '3 févr. 2025'],
])('access that has ended is not held, in a list of %s', async (_, header, mail, cells, past) => {
  const text = `${header}\nana${mail}${cells}${past}\nbo${mail}${cells}2030-01-01\ncy${mail}${cells}never\n`
  const { grants, leftOut, faults } = await load([bytesFile('list.csv', text)])
  expect(grants.map((line) => shortGrant(line).split(' ')[0])).toEqual([`bo${mail}`, `cy${mail}`])
  expect([leftOut, faults]).toEqual([{ 'it has ended': 1 }, []])
})

test.each([
  ['lifecycle-state', 'ACTIVE', 'INACTIVE'],
  ['is_suspended', 'false', 'true'],
  ['banned', '0', '1'],
  ['locked', 'NULL', 'true'],
  ['suspended,deleted', '0,0', '0,1'],
  ['user_status', 'active', 'blocked'],
])('a user of joined tables is disabled under %s', async (column, enabled, disabled) => {
  const { people, faults } = await load([
    bytesFile('users.csv', `id,username,${column}\n1,ana,${enabled}\n2,bo,${disabled}\n`),
    bytesFile('groups.csv', 'id,name\n7,Sales\n'),
    bytesFile('memberships.csv', 'user_id,group_id\n1,7\n2,7\n'),
  ])
  expect([people, faults]).toEqual([{ enabled: ['ana'], disabled: ['bo'] }, []])
})

test('numbers of a state of users, such as 0 for everybody in WordPress, are no state', async () => {
  const { people, faults } = await load([
    bytesFile('wp_users.csv', 'ID,user_login,user_status\n1,ana,0\n2,bo,2\n'),
    bytesFile('wp_groups.csv', 'group_id,name\n7,Sales\n'),
    bytesFile('wp_user_groups.csv', 'user_id,group_id\n1,7\n2,7\n'),
  ])
  expect([people, faults]).toEqual([{ enabled: ['ana', 'bo'] }, []])
})

test.each([
  ['suspended', 'false', 'true'],
  ['account_locked', '0', '1'],
  ['activated', 'true', 'false'],
  ['accountEnabled', 'True', 'False'],
  ['lifecycle_state', 'Active', 'Inactive'],
])(
  'a person with an id and a name is disabled under %s, as lists of other products say it',
  async (column, one, other) => {
    const text = `id,display_name,department,${column}\n1,Ana,IT,${one}\n2,Bo,IT,${other}\n`
    const { people, faults } = await load([bytesFile('staff.csv', text)])
    expect([people, faults]).toEqual([{ enabled: ['1'], disabled: ['2'] }, []])
  },
)

test('other words under such a name are no state, and identities.csv has only its own status', async () => {
  const text = 'id,display_name,department,active\n1,Ana,IT,since May\n'
  expect(await load([bytesFile('staff.csv', text)])).toMatchObject({ people: { enabled: ['1'] }, faults: [] })
  const own = 'id,display_name,department,suspended\n1,Ana,IT,true\n'
  expect((await load([bytesFile('identities.csv', own)])).people).toEqual({ enabled: ['1'] })
})

test('users of an audit report keep their groups and their state', async () => {
  const users = [
    { name: 'ana', enabled: true, groups: ['Staff'] },
    { name: 'bo', enabled: false, groups: ['Staff', 'Admins'] },
  ]
  const { people, grants, faults } = await load([bytesFile('audit.json', JSON.stringify({ domain: 'acme', users }))])
  expect([people, faults]).toEqual([{ enabled: ['ana'], disabled: ['bo'] }, []])
  expect(grants.map(shortGrant)).toEqual(['ana Staff', 'bo Admins', 'bo Staff'])
})

test.each([
  ['matricula,nome,cargo,departamento,estado,ativo', '1,Ana,x,TI,SP,Sim', '2,Bo,x,TI,RJ,Não'],
  ['id_empleado,nombre,puesto,departamento,estado,activo', '1,Ana,x,TI,Puebla,Sí', '2,Bo,x,TI,Jalisco,No'],
])('a federal state is no state of a person beside a column that says it, under %s', async (header, one, other) => {
  const { people, faults } = await load([bytesFile('hr.csv', `${header}\n${one}\n${other}\n`)])
  expect([people, faults]).toEqual([{ enabled: ['1'], disabled: ['2'] }, []])
})

test.each([
  ['Personalnummer;Nachname;Vorname;Abteilung;Aktiv', 'ja', 'nein'],
  ['Personalnummer;Nachname;Vorname;Abteilung;Aktiv', 'WAHR', 'FALSCH'],
  ['Matricule;Nom;Prénom;Département;Actif', 'Oui', 'Non'],
  ['Matricola;Cognome;Nome;Reparto;Attivo', 'Sì', 'No'],
  ['Personeelsnummer;Achternaam;Voornaam;Afdeling;Actief', 'ja', 'nee'],
])('yes and no say who is active, under %s: %s, %s', async (header, yes, no) => {
  const { people, faults } = await load([bytesFile('hr.csv', `${header}\n1;M;Ana;IT;${yes}\n2;K;Bo;IT;${no}\n`)])
  expect([people, faults]).toEqual([{ enabled: ['1'], disabled: ['2'] }, []])
})
