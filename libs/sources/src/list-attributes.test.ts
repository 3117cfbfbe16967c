import { expect, test } from 'vitest'
import { loadMap } from './map/load-map.ts'
import { listProposals } from './report/list-proposals.ts'
import { bytesFile, load } from './testing-load.ts'

const grants = '\ngrants:\n  - {from: rows, application: {text: a}, holder: id, entitlement: {text: e}}'
const identities = (fields: string, format = 'delimited') =>
  `map: 1\nname: x\ninputs: {rows: {format: ${format}, columns: [id]}}\nidentities:\n  - from: rows\n    id: id\n    ${fields}`

/** The lines of identities.csv without the columns before the attributes. */
async function attributes(fields: string, table: string, format = 'delimited') {
  const own = loadMap('m.yaml', identities(fields, format) + grants, true)
  const { files, faults } = await load([bytesFile('table', table)], { maps: [own] })
  expect(faults).toEqual([])
  return (files['identities.csv'] ?? '')
    .trim()
    .split('\n')
    .map((line) => line.split(',').slice(11).join(','))
}

test.each([
  [
    'an attribute that the map splits',
    'attributes: {projects: {column: P, split: ";"}}',
    'id,P\nu,"Zeus; Apollo;Zeus"\nv,\n',
    ['projects[\u001f]', 'Apollo\u001fZeus', ''],
  ],
  [
    'values that are joined again are one text',
    'attributes: {projects: {column: P, split: ";", join: " + "}}',
    'id,P\nu,b;a\n',
    ['projects', 'b + a'],
  ],
  [
    'rows of one person',
    'attributes: {projects: {column: P, list: true}, site: Site}',
    'id,P,Site\nu,Zeus,Bern\nu,Apollo,Bern\n',
    ['projects[\u001f],site', 'Apollo\u001fZeus,Bern'],
  ],
  [
    'a column that declares itself among the others',
    'other_columns: attributes',
    'id,skills[|],note\nu,go|sql,a;b\n',
    ['note,skills[|]', 'a;b,go|sql'],
  ],
])('%s', async (_, fields, table, lines) => expect(await attributes(fields, table)).toEqual(lines))

test('a list of a JSON document is one when the map says so', async () => {
  const document = JSON.stringify([{ id: 'u', tags: ['b', 'a'] }])
  expect(await attributes('attributes: {tags: {column: tags, list: true}}', document, 'json')).toEqual([
    'tags[\u001f]',
    'a\u001fb',
  ])
  expect(await attributes('attributes: {tags: tags}', document, 'json')).toEqual(['tags', 'a; b'])
})

test('a list that is joined, and a reserved name, are refused with the line of the map', () => {
  const refused = (fields: string) => expect(() => loadMap('m.yaml', identities(fields) + grants))
  refused('attributes: {a: {column: A, list: true, join: ","}}').toThrow(/^m\.yaml:7: .*stands beside no "join"/)
  refused('attributes: {manager: {column: A, split: ","}}').toThrow('"manager" is a name that Assay uses itself')
})

test.each<[string, readonly string[], readonly string[]]>([
  ['parts that come again', ['a;b', 'b;c', 'c;a', 'a'], ['p[;] ("a;b")']],
  ['bars', ['go|sql', 'sql|c', 'c|go'], ['p[|] ("go|sql")']],
  ['levels of a path', ['EU|Bern|1', 'EU|Bern|2', 'EU|Oslo|1', 'EU|Oslo|2'], []],
  ['surnames', ['Rossi, Ana', 'Rossi, Eva', 'Ng, Ana', 'Ng, Eva'], []],
  ['parts that never come again', ['a;b', 'c;d', 'e;f', 'g;h'], []],
  ['two cells', ['a;b', 'b;a'], []],
])('readiness proposes a list, or not: %s', (_, cells, proposals) => {
  const counts = new Map(cells.map((cell) => [cell, 1]))
  expect(listProposals(new Map([['p', counts]]))).toEqual(proposals)
  expect(listProposals(new Map([['p[;]', counts]]))).toEqual([])
})
