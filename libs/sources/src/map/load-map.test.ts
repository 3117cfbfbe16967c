import { expect, test } from 'vitest'
import { bytesFile, load } from '../testing-load.ts'
import { loadMap } from './load-map.ts'

const map = (rules: string, inputs = 'inputs: {rows: {columns: [id]}}') => `map: 1\nname: x\n${inputs}\n${rules}`
const identities = (fields: string) => map(`identities:\n  - from: rows\n    id: id\n    ${fields}\n`)

test.each([
  [
    'an unknown member',
    identities('displayname: Name'),
    /^m\.yaml:7: identities\[0\]\.displayname: is unknown here; known are from, where/,
  ],
  [
    'an unknown input',
    map('identities:\n  - {from: row, id: id}\n'),
    /^m\.yaml:5: identities\[0\]\.from: "row" is none of rows/,
  ],
  [
    'a missing member',
    map('grants:\n  - {from: rows, holder: id}\n'),
    /^m\.yaml:5: grants\[0\]: "entitlement" is missing/,
  ],
  ['a tag', identities('email: !secret Mail'), /^m\.yaml:7: .*tag/i],
  ['an anchor', identities('email: &mail Mail'), /^m\.yaml:7: the anchor "&mail" is refused/],
  ['a broken document', 'map: 1\nname: [x\n', /^m\.yaml:3: /],
  ['another version', 'map: 2\nname: x\ninputs: {}\n', /^m\.yaml:1: map: "2" is none of 1/],
  [
    'a layout that is none',
    identities('email: {column: A, date: dd.MM}'),
    /^m\.yaml:7: .*"dd\.MM" is no layout of a date/,
  ],
  ['an else without a table', identities('email: {column: A, else: x}'), /stands beside a "table" only/],
  [
    'a condition without a test',
    map('identities:\n  - from: rows\n    id: id\n    where: {column: a}\n'),
    /^m\.yaml:7: .*needs one of "is", "not"/,
  ],
  [
    'an expression that does not parse',
    identities("email: {cel: 'row.a +'}"),
    /^m\.yaml:7: identities\[0\]\.email\.cel: /,
  ],
  ['an expression over something else', identities("email: {cel: 'subject.email'}"), /Unknown variable/],
  [
    'an expression with patterns',
    identities('email: {cel: \'row.a.matches("(a+)+") ? "x" : "y"\'}'),
    /"matches" is not offered here/,
  ],
  ['loops within loops', identities("email: {cel: 'row.a.map(x, row.a.map(y, y))'}"), /has more than one loop/],
  ['a reserved attribute', identities('attributes: {manager: Boss}'), /"manager" is a name that Assay uses itself/],
  [
    'a set of members that is not there',
    map('shared:\n  a: {email: Mail}\nidentities:\n  - {from: rows, id: id, with: [a, b]}\n'),
    /^m\.yaml:7: identities\[0\]\.with\[1\]: "b" is none of a/,
  ],
  [
    'a set that no rule takes',
    map('shared:\n  a: {email: Mail}\nidentities:\n  - {from: rows, id: id}\n'),
    /^m\.yaml:5: shared\.a: no rule has "with: a"/,
  ],
  [
    'two sets with the same member',
    map('shared:\n  a: {email: Mail}\n  b: {email: Work}\nidentities:\n  - from: rows\n    id: id\n    with: [a, b]\n'),
    /^m\.yaml:10: identities\[0\].with\[1\]: "a" and "b" both have "email"/,
  ],
  [
    'a member of a set that the section does not have',
    map('shared:\n  a:\n    may_be_list: true\nidentities:\n  - {from: rows, id: id, with: a}\n'),
    /^m\.yaml:6: shared\.a\.may_be_list: is unknown here/,
  ],
  [
    'a set that says what a rule is about',
    map('shared:\n  a: {id: id}\nidentities:\n  - {from: rows, with: a}\n'),
    /^m\.yaml:5: shared\.a\.id: is unknown here; known are where,/,
  ],
  ['a map without rules', 'map: 1\nname: x\ninputs: {rows: {}}\n', /^m\.yaml:1: has no rules/],
  ['a map without a name', 'map: 1\ninputs: {rows: {}}\n', /^m\.yaml:1: "name" is missing/],
])('%s is refused with the line of the map', (_, text, message) => {
  expect(() => loadMap('m.yaml', text)).toThrow(message)
})

test('rules take the members of sets, and their own have priority', async () => {
  const text = `map: 1
name: x
inputs: {rows: {columns: [id, role, group]}}
shared:
  assigned: {not_held: {column: state, is: revoked}, where: {column: role, not: none}}
  until: {ends: {column: until, date: iso}}
identities:
  - {from: rows, id: id, other_columns: attributes, last: wins}
grants:
  - {from: rows, with: [assigned, until], application: {text: a}, holder: id, entitlement: role}
  - {from: rows, with: until, application: {text: a}, holder: id, entitlement: group, ends: {column: left, date: iso}}
`
  const table =
    'id,role,group,state,until,left,floor\n' +
    'u,read,g1,,,,7\nv,write,g2,revoked,,,7\nw,admin,g3,,2020-01-01,,7\nx,none,g4,,,2020-01-01,7\n'
  const { files, faults } = await load([bytesFile('t.csv', table)], { maps: [loadMap('m.yaml', text, true)] })
  expect(faults).toEqual([])
  expect(
    files['grants.csv']
      ?.split('\n')
      .slice(1, -1)
      .map((line) => line.split(',').slice(0, 3).join(' ')),
  ).toEqual(['u read a', 'u g1 a', 'v g2 a', 'w g3 a'])
  // Columns that only a set reads count as read.
  expect(files['identities.csv']?.split('\n')[0]).toMatch(/floor$/)
  expect(files['identities.csv']).not.toMatch(/state|until|left/)
})

const run = async (fields: string, table: string) => {
  const own = loadMap(
    'm.yaml',
    identities(`${fields}\ngrants:\n  - {from: rows, application: {text: a}, holder: id, entitlement: {text: e}}`),
    true,
  )
  return load([bytesFile('t.csv', table)], { maps: [own] })
}
const firstRow = async (fields: string, table: string) =>
  (await run(fields, table)).files['identities.csv']?.split('\n')[1]

test.each([
  [
    'a constant with columns',
    'display_name: {text: "{First} {Last}"}',
    'id,First,Last\nu,Ana,M\n',
    'u,Ana M,,,,,,,enabled,human,',
  ],
  [
    'another column where the first is empty',
    'email: {column: Mail, or: [Work, Home]}',
    'id,Mail,Work,Home\nu,,,h@x\n',
    'u,,h@x,,,,,,enabled,human,',
  ],
  ['a table', 'status: {column: S, table: {Z: disabled}, else: enabled}', 'id,S\nu,z\n', 'u,,,,,,,,disabled,human,'],
  [
    'a part of a name',
    'department: {column: D, rdn: OU}',
    'id,D\nu,"CN=a\\, b,OU=Sales,DC=x"\n',
    'u,,,,Sales,,,,enabled,human,',
  ],
  [
    'what stands behind a sign',
    'username: {column: D, after: "::"}',
    'id,D\nu,a::b::cd\n',
    'u,,,cd,,,,,enabled,human,',
  ],
  ['all where the sign is not', 'username: {column: D, after: "::"}', 'id,D\nu,a:b\n', 'u,,,a:b,,,,,enabled,human,'],
  [
    'a date',
    'job_title: {column: D, date: [dd.MM.yyyy, filetime]}',
    'id,D\nu,31.12.2024\n',
    'u,,,,,2024-12-31,,,enabled,human,',
  ],
  [
    'a day of Active Directory',
    'job_title: {column: D, date: filetime}',
    'id,D\nu,133485408000000000\n',
    'u,,,,,2024-01-01T00:00:00Z,,,enabled,human,',
  ],
  [
    'an expression',
    'department: {cel: \'row.A == "1" ? row.B.upperAscii() : ""\'}',
    'id,A,B\nu,1,x\n',
    'u,,,,X,,,,enabled,human,',
  ],
  ['several values', 'department: {column: D, split: ";"}', 'id,D\nu,b; a\n', 'u,,,,a; b,,,,enabled,human,'],
  ['all other columns', 'other_columns: attributes', 'id,Grade,Site\nu,7,Bern\n', 'u,,,,,,,,enabled,human,,7,Bern'],
  [
    'a column that has the name of a word of the map',
    'department: {column: D, table: {s: Sales}}\n    manager: {column: M, match: [id, email]}\n    other_columns: attributes',
    'id,D,M,Sales,mail,rows,x\nu,s,,1,2,3,4\n',
    'u,,,,Sales,,,,enabled,human,,1,2,3,4',
  ],
])('%s is mapped', async (_, fields, table, wanted) => {
  const row = await firstRow(fields, table)
  expect(row).toBe(wanted)
})

test('a column that tells an input from others is an attribute like all that no rule reads', async () => {
  const inputs = 'inputs: {rows: {columns: [id, Unit, Grade]}}'
  const rules = 'identities:\n  - from: rows\n    id: id\n    department: Unit\n    other_columns: attributes\n'
  const loaded = await load([bytesFile('t.csv', 'id,Unit,Grade\nu,Sales,7\n')], {
    maps: [loadMap('m.yaml', map(rules, inputs), true)],
  })
  expect(loaded.faults).toEqual([])
  expect(loaded.files['identities.csv']).toMatch(/^id,.*,Grade\nu,,,,Sales,,,,enabled,human,,7\n$/)
})

test('columns are found without regard to case, blanks and underscores, and two of them are a fault', async () => {
  expect(await firstRow('display_name: Full Name', 'id,FULL_NAME\nu,Ana\n')).toBe('u,Ana,,,,,,,enabled,human,')
  expect((await run('display_name: FullName', 'id,Full_Name,full-name\nu,a,b\n')).faults).toContainEqual(
    't.csv:1: "Full_Name" and "full-name" could all be the column "FullName"; rename those that are not',
  )
})

test('a word that a table does not know names row, column, word and remedy', async () => {
  expect((await run('status: {column: State, table: {on: enabled}}', 'id,State\nu,on\nv,odd\n')).faults).toEqual([
    't.csv:3 State: "odd" is unknown; the map knows "on". Add it to the table, or an "else"',
  ])
})
