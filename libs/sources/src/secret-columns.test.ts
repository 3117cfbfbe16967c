import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SourceRecords } from './compose/read-records.ts'
import { storedSource } from './compose/stored-source.ts'
import { Faults } from './faults.ts'
import { loadMap } from './map/load-map.ts'
import { readyMaps } from './map/ready-maps.ts'
import { recogniseFiles } from './recognise/recognise-files.ts'
import { bytesFile, load } from './testing-load.ts'

const leftOut = (file: string, column: string) =>
  `${file}: the column "${column}" is left out, since it has the name of a secret and everybody who reads people would see it; rename it if it holds none`

test.each([
  [
    'an import',
    'identities.csv',
    'id,display_name,password,passwordLastSet,Floor\nana,Ana,hunter2,2024-05-01,7\nben,Ben,hunter2,2024-05-02,8\n',
    ['password'],
  ],
  [
    'a table of people',
    'staff.csv',
    'Employee ID,Full Name,Department,Job Title,Initial Password,API Key,Pwd Last Set,Floor\n1,Ana Ruiz,Sales,Rep,hunter2,hunter2,2024-05-01,7\n2,Ben Ode,Sales,Rep,hunter2,hunter2,2024-05-02,8\n',
    ['Initial Password', 'API Key'],
  ],
  [
    'a table in German',
    'personal.csv',
    'Personalnummer;Vorname;Nachname;Abteilung;Funktion;Startkennwort;Kennwortablauf;Etage\n1;Ana;Ruiz;Vertrieb;Rep;hunter2;2024-05-01;7\n',
    ['Startkennwort'],
  ],
  [
    'a list in brackets',
    'identities.csv',
    'id,display_name,tokens[;],last_login,Floor\nana,Ana,hunter2;hunter2,2024-05-01,7\n',
    ['tokens[;]'],
  ],
])('%s makes no attribute of a secret, and says so once', async (_, file, text, columns) => {
  const { files, warnings, faults } = await load([bytesFile(file, text)])
  expect(faults).toEqual([])
  expect(warnings).toEqual(columns.map((column) => leftOut(file, column)))
  expect(files['identities.csv']).not.toContain('hunter2')
  expect(files['identities.csv']).toMatch(/,7,2024-05-01\n/)
})

test('a member of the attributes of a person is left out as a column is', async () => {
  const document = {
    users: ['ana', 'ben'].map((name) => ({
      name,
      display_name: name,
      email: `${name}@example.org`,
      profile: { department: 'Sales', api_key: 'hunter2', floor: '7' },
    })),
    resources: [{ name: 'crm', display_name: 'CRM', resource_type: 'app', resource_function: 'app' }],
    entitlements: [{ resource_name: 'crm', entitlement: 'read', display_name: 'Read' }],
    grants: [{ principal: 'ana', entitlement_id: 'crm:read' }],
  }
  const { files, warnings } = await load([bytesFile('c.json', JSON.stringify(document))])
  expect(warnings).toEqual([leftOut('c.json', 'api_key')])
  expect(files['identities.csv']).toContain('floor')
  expect(files['identities.csv']).not.toContain('hunter2')
})

test.each([
  ['an import', 'identities.csv', 'id,display_name,Salary,Birth Date,Pay Grade,Floor\nana,Ana,70000,1990-04-05,E4,7\n'],
  [
    'a table of people',
    'staff.csv',
    'Employee ID,Full Name,Department,Job Title,Salary,Birth Date,Pay Grade,Floor\n1,Ana,Sales,Rep,70000,1990-04-05,E4,7\n',
  ],
])('%s makes no attribute of what is private, says so, and a map takes it', async (_, file, table) => {
  const { files, warnings, faults } = await load([bytesFile(file, table)])
  expect(faults).toEqual([])
  expect(warnings).toEqual(
    [
      ['Salary', 'pay'],
      ['Birth Date', 'the day of birth'],
    ].map(
      ([column, kind]) =>
        `${file}: the column "${column}" is left out, since it says ${kind} and everybody who reads people would see it; a map that names it under "attributes" takes it`,
    ),
  )
  expect(files['identities.csv']).not.toMatch(/70000|1990/)
  expect(files['identities.csv']).toMatch(/7,E4|E4,7/)
  const [id = ''] = table.split(',')
  const own = `map: 1
name: own
inputs: {rows: {columns: ["${id}", Salary]}}
identities:
  - {from: rows, id: "${id}", attributes: {salary: Salary}, other_columns: attributes}
`
  const taken = await load([bytesFile(file, table)], { maps: [loadMap('own.yaml', own, true)] })
  expect(taken.files['identities.csv']).toMatch(/salary/)
  expect(taken.files['identities.csv']).toMatch(/70000/)
  expect(taken.warnings).toEqual([expect.stringContaining('"Birth Date"')])
})

test('a member of the attributes of a person that is private is left out', async () => {
  const users = [
    {
      name: 'ana',
      display_name: 'Ana',
      email: 'a@example.org',
      profile: { department: 'Ops', iban: 'X1', floor: '7' },
    },
  ]
  const document = {
    users,
    resources: [{ name: 'crm', display_name: 'CRM', resource_type: 'app', resource_function: 'app' }],
    entitlements: [{ resource_name: 'crm', entitlement: 'read', display_name: 'Read' }],
    grants: [{ principal: 'ana', entitlement_id: 'crm:read' }],
  }
  const { files, warnings } = await load([bytesFile('c.json', JSON.stringify(document))])
  expect(warnings).toEqual([expect.stringContaining('"iban" is left out, since it says a bank account')])
  expect(files['identities.csv']).not.toContain('X1')
})

const text = (attributes: string) => `map: 1
name: own
inputs: {rows: {columns: [login, token, pw]}}
identities:
  - from: rows
    id: login
${attributes}
`

test('a map takes no attribute with the name of a secret, and says what to do', () => {
  expect(() => loadMap('own.yaml', text('    attributes: {floor: pw,\n      api_token: token}'))).toThrow(
    '"api_token" is the name of a secret, and everybody who reads people sees their attributes; leave it out, or give it another name if it holds none',
  )
  expect(() => loadMap('own.yaml', text('    attributes: {tokens: {column: token, list: true}}'))).toThrow('"tokens"')
})

test('a map that gives a column of such a name another one is followed: its author knows what it holds', async () => {
  const maps = [loadMap('own.yaml', text('    attributes: {badge: token}\n    other_columns: attributes'), true)]
  const { files, warnings } = await load([bytesFile('t.csv', 'login,token,pw,pwd\nana,blue,x,hunter2\n')], { maps })
  expect(files['identities.csv']).toMatch(/,badge,pw\nana,.*,blue,x\n$/)
  expect(warnings).toEqual([leftOut('t.csv', 'pwd')])
})

test('records of a load report the column once, and records that were stored with it lose it', async () => {
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'assay-sources-test-'))
  try {
    const file = bytesFile('identities.csv', 'id,display_name,passwd,Floor\nana,Ana,hunter2,7\nben,Ben,hunter3,8\n')
    const { sources } = await recogniseFiles([file], readyMaps(), { temporaryFolder })
    const [source] = sources
    if (source === undefined) throw new Error('no map takes the table')
    const records = new SourceRecords(source, { faults: new Faults() })
    await records.read()
    expect(records.warnings).toEqual([leftOut('identities.csv', 'passwd')])
    expect(records.people.map(({ attributes }) => ({ ...attributes }))).toEqual([{ Floor: '7' }, { Floor: '8' }])
    const person = { form: '0', id: 'ana', fields: { status: 'enabled', type: 'human' }, manager: '' }
    const stored = storedSource('hr', {
      forms: records.forms,
      kinds: ['people'],
      accountsOnly: false,
      keyNames: [],
      read: async function* () {
        yield [{ ...person, attributes: { passwd: 'hunter2', Floor: '7' } }]
      },
    })
    const again = new SourceRecords(stored, { faults: new Faults() })
    await again.read()
    expect(again.people.map(({ attributes }) => ({ ...attributes }))).toEqual([{ Floor: '7' }])
  } finally {
    await rm(temporaryFolder, { recursive: true, force: true })
  }
})
