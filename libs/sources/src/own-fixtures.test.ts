import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { loadMap } from './map/load-map.ts'
import { bytesFile, load } from './testing-load.ts'
import { workbookBytes } from './testing-workbook.ts'
import { zipBytes } from './testing-zip.ts'

const people = (text: string) => bytesFile('identities.csv', text)
const grants = (text: string) => bytesFile('grants.csv', text)

test('leading zeros stay, in text and in a workbook that shows them by a form of zeros', async () => {
  const text = await load([people('id\n007\n7\n'), grants('identity_id,entitlement_id\n007,0010\n7,10\n')])
  expect(text).toMatchObject({ people: { enabled: ['007', '7'] }, entitlements: ['default 0010', 'default 10'] })
  const rows = [['identity_id', 'entitlement_id'] as const, [{ value: 7, style: 1 }, '0010'] as const, [7, 10] as const]
  const book = await load([bytesFile('book.xlsx', workbookBytes({ Grants: rows }, { forms: ['00000'] }))])
  expect(book).toMatchObject({ people: { enabled: ['00007', '7'] }, entitlements: ['default 0010', 'default 10'] })
})

test.each([
  [false, 45_292],
  [true, 45_292 - 1_462],
])('dates of a workbook are read by their style, counted from 1904: %s', async (is1904, day) => {
  const sheet = [
    ['Access review', '', ''],
    [],
    ['identity_id', 'entitlement_id', 'granted_at', 'last_used_at'],
    ['u1', 'crm', { value: day, style: 1 }, { value: day + 0.5, style: 2 }],
  ]
  const book = workbookBytes(
    { Grants: sheet, Notes: [['made by hand']] },
    { forms: ['dd.mm.yyyy', 'yyyy-mm-dd hh:mm'], is1904 },
  )
  const { grants: lines, others, sources } = await load([bytesFile('book.xlsx', book)])
  expect(lines).toEqual(['u1,crm,default,2024-01-01,2024-01-01T12:00:00Z'])
  expect(sources).toEqual({ native: ['book.xlsx[Grants]'] })
  expect(others).toEqual(['book.xlsx[Notes]: a sheet without a table'])
})

test('names in NFD are joined with those in NFC and stored as NFC', async () => {
  const {
    grants: lines,
    orphans,
    files,
  } = await load([
    people(`id,display_name\n${'müller'.normalize('NFD')},${'Jörg'.normalize('NFD')}\n`),
    grants(`identity_id,entitlement_id\n${'Müller'.normalize('NFC')},crm\n`),
  ])
  expect([lines, orphans]).toEqual([['müller,crm,default,,'], []])
  expect(files['identities.csv']).toContain('Jörg'.normalize('NFC'))
})

const accountsMap = loadMap(
  'crm.yaml',
  `map: 1
name: crm
inputs: {accounts: {columns: [login, mail, right]}}
accounts:
  - {from: accounts, application: {text: crm}, id: login, email: mail}
grants:
  - {from: accounts, application: {text: crm}, holder: {column: login, among: accounts}, entitlement: right}
`,
)

async function withCrm(identities: string, accounts: string) {
  const { readyMaps } = await import('./map/ready-maps.ts')
  const files = [people(identities), bytesFile('crm.csv', `login,mail,right\n${accounts}`)]
  return load(files, { maps: [...readyMaps(), accountsMap] })
}

test('accounts find their people by mail address, and those of nobody are orphans with their grants', async () => {
  const loaded = await withCrm(
    'id,email\nu1,ana@x.test\nu2,bo@x.test\n',
    'ANA,Ana@X.test,sell\nbo,BO@x.test,sell\nzed,zed@x.test,boss\n',
  )
  expect(loaded.grants).toEqual(['u1,sell,crm,,', 'u2,sell,crm,,'])
  expect(loaded.orphans).toEqual(['zed: unknown, 2 rows'])
})

test('a mailbox that two people share finds neither of them', async () => {
  const loaded = await withCrm('id,email\nu1,desk@x.test\nu2,desk@x.test\n', 'd1,desk@x.test,sell\n')
  expect([loaded.grants, loaded.orphans]).toEqual([[], ['d1: ambiguous, 2 rows']])
})

test('a login that went from one person to another finds neither of them', async () => {
  const loaded = await withCrm('id,username,status\nu1,jsmith,terminated\nu2,jsmith,active\n', 'jsmith,,sell\n')
  expect([loaded.grants, loaded.orphans]).toEqual([[], ['jsmith: ambiguous, 2 rows']])
})

test('a placeholder is the key of no one', async () => {
  const loaded = await withCrm('id,email\nu1,n/a\n', 'd1,N/A,sell\n')
  expect(loaded.orphans).toEqual(['d1: unknown, 2 rows'])
})

test('people and accounts of two sources are put together, and the first value wins', async () => {
  const { files } = await load([
    people('id,display_name,email,department\nu1,Ana,ana@x.test,Sales\n'),
    bytesFile(
      'ad.csv',
      'SamAccountName,Name,mail,Department,Title,Enabled,MemberOf\nam,Ana M,ANA@x.test,Vertrieb,Lead,True,"CN=CRM,DC=x"\nzz,Zed,z@x.test,IT,Admin,True,\n',
    ),
  ])
  expect(files['identities.csv']).toBe(
    'id,display_name,email,username,department,job_title,employment_type,employment_status,status,type,manager_id\n' +
      'u1,Ana,ana@x.test,am,Sales,Lead,,,enabled,human,\nzz,Zed,z@x.test,zz,IT,Admin,,,enabled,human,\n',
  )
})

test.each([
  ['gzip', (bytes: Buffer) => gzipSync(bytes), 'grants.csv.gz'],
  ['zstd', (bytes: Buffer) => zstdCompressSync(bytes), 'grants.csv.zst'],
  ['zip', (bytes: Buffer) => zipBytes({ 'export/grants.csv': bytes, 'README.md': '# Export' }), 'all.zip'],
  ['zip in gzip', (bytes: Buffer) => gzipSync(zipBytes({ 'g.csv': bytes })), 'all.zip.gz'],
] as const)('%s is unpacked, whatever its name is', async (_, pack, name) => {
  const bytes = pack(Buffer.from('identity_id,entitlement_id\nu1,crm\n'))
  for (const given of [name, 'data.bin']) {
    expect((await load([bytesFile(given, bytes)])).grants).toEqual(['u1,crm,default,,'])
  }
})

test('what unpacks to more than the limit is refused with the limit', async () => {
  const limits = { unpackedBytes: 100_000 }
  const zeros = Buffer.alloc(1_000_000, 'a,b\n')
  const bombs = [gzipSync(zeros), zipBytes({ 'a.csv': zeros }), zipBytes({ 'a.csv.gz': gzipSync(zeros) })]
  for (const bomb of bombs) {
    expect((await load([bytesFile('bomb', bomb)], { limits })).faults).toEqual([expect.stringMatching(/100000/)])
  }
  const nested = [1, 2, 3, 4].reduce((bytes) => gzipSync(bytes), Buffer.from('a,b\n'))
  expect((await load([bytesFile('nested', nested)])).faults).toEqual([
    expect.stringMatching(/packed more than 3 times/),
  ])
})

test('a line without end, and a quote that is never closed, are told with their line', async () => {
  const limits = { recordLength: 10_000 }
  const long = `identity_id,entitlement_id\nu1,crm\n${'x'.repeat(50_000)}`
  expect((await load([bytesFile('long.csv', long)], { limits })).faults).toEqual([
    expect.stringMatching(/^long\.csv:3: this row goes on/),
  ])
  const open = 'identity_id,entitlement_id\nu1,crm\nu2,"git\nu3,vpn\n'
  expect((await load([bytesFile('open.csv', open)])).faults).toEqual([
    expect.stringMatching(/^open\.csv:3: the quote that opens here is never closed/),
  ])
})

test('a row with more cells than the header, and a value at fault, are told with file, line and remedy', async () => {
  expect((await load([grants('identity_id,entitlement_id\nu1,crm\nu2,a,b\n')])).faults).toEqual([
    'grants.csv:3: the row has 3 cells, the header 2; quote cells that hold the delimiter',
  ])
  expect((await load([grants('identity_id,entitlement_id,granted_at\nu1,crm,1.2.2024\n')])).faults).toEqual([
    'grants.csv:2 granted_at: "1.2.2024" is no date of the layout iso',
  ])
})

test('rows behind one at fault are read; where the rest of a file cannot be read, leaving rows out does not mend it', async () => {
  const row = await load([grants('identity_id,entitlement_id\nu1,crm\nu2\nu3,crm\n')])
  expect(row).toMatchObject({ isFatal: false, people: { enabled: ['u1', 'u3'] } })
  expect(row.faults).toHaveLength(1)
  const pairs = await load([bytesFile('p.txt', `${'1 2\n'.repeat(20_000)}1 x\n3 4\n`)])
  expect(pairs).toMatchObject({
    isFatal: false,
    people: { enabled: ['1', '3'] },
    grants: ['1,2,default,,', '3,4,default,,'],
  })
  const cut = await load([bytesFile('g.csv.gz', gzipSync('identity_id,entitlement_id\nu1,crm\n').subarray(0, -4))])
  expect(cut.isFatal).toBe(true)
})

test('two rows of one person that differ are a fault that names both; equal ones are one', async () => {
  const loaded = await load([
    people('id,department\nu1,Sales\nu1,Sales\nu1,IT\n'),
    grants('identity_id,entitlement_id\nu1,crm\n'),
  ])
  expect(loaded.people).toEqual({ enabled: ['u1'] })
  expect(loaded.faults).toEqual([
    'identities.csv:4 department: the identity "u1" has "IT" here and "Sales" in identities.csv:2; keep one of the rows, or load with a map that says "first: wins"',
  ])
})

test('all columns in which two rows of one person differ are named, and the remedies that the fault names help', async () => {
  const rows = 'id,department,job_title,site,town\nu1,Sales,Rep,North,X\nu1,IT,Rep,South,X\n'
  expect((await load([people(rows)])).faults).toEqual([
    'identities.csv:3 department: the identity "u1" has "IT" here and "Sales" in identities.csv:2 (also different: site); keep one of the rows, or load with a map that says "first: wins" or makes the attribute a list',
  ])
  const loadedWith = async (members: string) => {
    const map = loadMap(
      'jobs.yaml',
      `map: 1
name: jobs
inputs: {jobs: {columns: [id, department, site]}}
identities:
  - {from: jobs, id: id, ${members}}
`,
    )
    const { faults, files } = await load([people(rows)], { maps: [map] })
    return { faults, people: files['identities.csv'] }
  }
  const first = await loadedWith('department: department, attributes: {site: site}, first: wins')
  expect(first.faults).toEqual([])
  expect(first.people).toMatch(/^u1,.*Sales.*North/m)
  const lists = await loadedWith('attributes: {sites: {column: site, split: ";"}}')
  expect(lists.faults).toEqual([])
  expect(lists.people).toMatch(/^u1,.*North.*South/m)
})

test('ids such as AWS|prod|admin and distinguished names are no lists', async () => {
  const paths = await load([
    grants('identity_id,entitlement_id\nu1,AWS|prod|admin\nu2,AWS|prod|reader\nu3,AWS|test|reader\n'),
  ])
  expect([paths.faults, paths.warnings]).toEqual([
    [],
    [expect.stringMatching(/3 cells such as "AWS\|prod\|admin" are taken/)],
  ])
  const names = await load([grants('identity_id,entitlement_id\nu1,"CN=a,DC=x"\nu2,"CN=b,DC=x"\n')])
  expect([names.faults, names.warnings]).toEqual([[], []])
})

test.each([
  'Microsoft.ActiveDirectory.Management.ADPropertyValueCollection',
  'Microsoft.Graph.PowerShell.Models.MicrosoftGraphDirectoryObject',
  'System.Collections.Generic.List`1[System.String]',
  'System.Object[]',
])('a list that PowerShell wrote as %s is told with what to do', async (type) => {
  const loaded = await load([bytesFile('ad.csv', `SamAccountName,Name,MemberOf\nam,Ana,${type}\n`)])
  expect(loaded.faults.slice(0, 1)).toEqual([
    expect.stringMatching(/^ad\.csv:2 id: .* is the name of a type and not its values; join them/),
  ])
})

test('distinguished names are compared without the blanks between their parts', async () => {
  const ldif =
    'dn: uid=am, ou=people, dc=x\nobjectClass: person\nuid: am\n\ndn: cn=g,dc=x\nobjectClass: groupOfNames\nmember: UID=am,OU=people,dc=x\n'
  expect((await load([bytesFile('d.ldif', ldif)])).grants).toEqual(['am,"cn=g,dc=x",ldap,,'])
})

test('a company of four sources: people of a workbook, a directory, a server and an application', async () => {
  const hr = [
    ['Employee ID', 'Full Name', 'Work Email', 'Department', 'Job Title', 'Supervisor'],
    ['0071', 'Ana M', 'ana@x.test', 'Sales', 'Lead', ''],
    ['0072', 'Bo K', 'bo@x.test', 'Sales', 'Rep', 'Ana M'],
  ]
  const scim = {
    Resources: [{ id: 's1', userName: 'ANA@x.test', emails: [{ value: 'ana@x.test' }], roles: [{ value: 'viewer' }] }],
  }
  const loaded = await load(
    [
      bytesFile('hr.xlsx', workbookBytes({ Staff: hr })),
      bytesFile('ad.csv', 'SamAccountName,Name,mail,MemberOf\nam,Ana M,Ana@x.test,"CN=CRM,DC=x"\n'),
      bytesFile('scim.json', JSON.stringify(scim)),
      bytesFile('crm.csv', 'login,mail,right\na.m,ana@x.test,sell\nold,gone@x.test,sell\n'),
    ],
    { maps: [...(await import('./map/ready-maps.ts')).readyMaps(), accountsMap] },
  )
  expect(loaded.people).toEqual({ enabled: ['0071', '0072'] })
  expect(loaded.grants).toEqual(['0071,"CN=CRM,DC=x",ad,,', '0071,sell,crm,,', '0071,viewer,scim,,'])
  expect(loaded.orphans).toEqual(['old: unknown, 2 rows'])
  expect(loaded.files['identities.csv']).toMatch(/^0072,Bo K,bo@x\.test,,Sales,Rep,,,enabled,human,0071$/m)
})

test('one damaged byte in UTF-8 is told with its line, and the file is not taken for Windows-1252', async () => {
  const bytes = Buffer.from('id,display_name\nu1,Ana Müller\nu2,Cy Núñez\n')
  bytes[bytes.length - 4] = 0xff
  expect((await load([bytesFile('identities.csv', bytes)])).faults).toEqual([
    'identities.csv:3: the bytes are not utf-8; name the encoding with --encoding',
  ])
  const cut = Buffer.from('id,display_name\nu1,Ana Müller\nu2,Cy Núñ').subarray(0, -1)
  expect((await load([bytesFile('identities.csv', cut)])).faults).toEqual([expect.stringMatching(/not utf-8/)])
})

test('names that every object has are columns, attributes and words like any others', async () => {
  const loaded = await load([
    bytesFile('identities.csv', 'id,constructor,toString\nu1,a,b\nconstructor,,b\n'),
    bytesFile('grants.csv', 'identity_id,entitlement_id\nu1,__proto__\nconstructor,toString\n'),
  ])
  expect(loaded.faults).toEqual([])
  expect(loaded.files['identities.csv']).toMatch(/^id,.*,manager_id,constructor,toString\n/)
  expect(loaded.files['identities.csv']).toMatch(/^constructor,.*,,b$/m)

  const words = bytesFile('identities.csv', 'id,status\nu1,constructor\n')
  const grants = bytesFile('grants.csv', 'identity_id,entitlement_id\nu1,e1\n')
  expect((await load([words, grants])).faults).toEqual([
    expect.stringMatching(/^identities\.csv:2 status: "constructor"/),
  ])
})

test('sep=, tabs, bars and a byte order mark tell the delimiter', async () => {
  for (const [text, line] of [
    ['sep=;\nidentity_id;entitlement_id\nu1;a,b\n', 'u1,"a,b",default,,'],
    ['identity_id\tentitlement_id\nu1\ta b\n', 'u1,a b,default,,'],
    ['\ufeffidentity_id|entitlement_id\nu1|a\n', 'u1,a,default,,'],
  ] as const) {
    expect(await load([bytesFile('g.csv', text)], { split: '' })).toMatchObject({ grants: [line], faults: [] })
  }
})

test('matrices, RMPlib files and pairs with other names are taken', async () => {
  const matrix = await load([bytesFile('m.csv', 'user;crm;erp;vpn\nana;1;0;1\nbo;0;0;0\n')])
  expect(matrix).toMatchObject({
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana,crm,default,,', 'ana,vpn,default,,'],
  })
  const bare = await load([bytesFile('m.txt', '1,0,1\n0,1,0\n')])
  expect(bare.grants).toEqual(['u1,p1,default,,', 'u1,p3,default,,', 'u2,p2,default,,'])
  const rmp = await load([bytesFile('a.rmp', '# users 2\n# perms 2\nu0\tp1\tp2\nu1\tp2\n')])
  expect(rmp.grants).toEqual(['u0,p1,default,,', 'u0,p2,default,,', 'u1,p2,default,,'])
  const named = await load([bytesFile('x.csv', 'Role Name,User ID,Application\nseller,ana,crm\n')])
  expect(named.grants).toEqual(['ana,seller,crm,,'])
})

test('records of NDJSON are read alike in one line, in several, with long numbers, and without an end of the last line', async () => {
  const user = (id: string, more = '') => `{"id":"${id}","userName":"n-${id}","externalId":12345678901234567890${more}}`
  const lines = `${user('1')}\n\n${user('2', ',"x":1.50')}\n{\n "id": "3",\n "userName": "n-3"}\n{"id": "4", "userName": "n-4"}\n{"id":"5","userName":"n-5"}`
  const map = loadMap(
    'm.yaml',
    'map: 1\nname: m\ninputs: {rows: {format: ndjson, columns: [id, userName]}}\nidentities: [{from: rows, id: id, username: userName, attributes: {external: externalId, x: x}}]\n',
  )
  const loaded = await load([bytesFile('u.ndjson', lines)], { maps: [map] })
  expect([loaded.people, loaded.faults]).toEqual([{ enabled: ['1', '2', '3', '4', '5'] }, []])
  expect(loaded.files['identities.csv']).toMatch(/^2,,,n-2,,,,,enabled,human,,12345678901234567890,1\.50$/m)
})
