import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Composition } from './compose/compose.ts'
import { nativeFiles } from './compose/native-files.ts'
import { SourceRecords } from './compose/read-records.ts'
import type { Source } from './compose/source.ts'
import { Faults } from './faults.ts'
import { Header } from './header.ts'
import { loadMap } from './map/load-map.ts'
import type { Part, RowBatch } from './read/part.ts'
import { TableRows } from './read/table-rows.ts'
import { recogniseFiles } from './recognise/recognise-files.ts'
import { BrokenRow, DocumentRow, type Row, TableRow } from './row.ts'
import { bytesFile } from './testing-load.ts'

const columns = ['user', 'name', 'mail', 'boss', 'tags', 'app', 'right', 'label', 'granted', 'used', 'kind'] as const

const map = (format: string, last: string) => `map: 1
name: wide
inputs: {rows: {format: ${format}, columns: [user, right]}}
identities:
  - from: rows
    where: {column: kind, not: gone}
    id: user
    keys: {mail: mail}
    display_name: {column: name, or: mail}
    email: mail
    manager: {column: boss, match: [id, mail]}
    attributes: {tags: {column: tags, split: "|"}}
    ${last}
applications:
  - {from: rows, id: app, display_name: label}
entitlements:
  - {from: rows, where: {column: kind, is: described}, application: app, id: right, display_name: label, ${last}}
grants:
  - from: rows
    not_held: {column: kind, is: eligible}
    application: app
    holder: {column: user, match: [id, mail], among: [identities, accounts]}
    entitlement: right
    granted_at: {column: granted, date: iso}
    last_used_at: {column: used, date: iso}
  - from: rows
    where: {column: kind, is: twice}
    each: {column: tags, split: "|", as: tag}
    application: {text: tags}
    holder: {column: user, match: id}
    entitlement: tag
`

/** The same rows as separate values, of which nothing is cached. */
function withoutMemory(source: Source<RowBatch>): Source {
  const plain = (part: Part): Part => ({
    ...part,
    async *rows(reading) {
      for await (const rows of part.rows(reading)) yield rows instanceof TableRows ? plainRows(rows) : rows
    },
  })
  return { ...source, parts: source.parts.map(({ part, inputs }) => ({ part: plain(part), inputs })) }
}

function plainRows(rows: TableRows): Row[] {
  return Array.from({ length: rows.length }, (_, index) => {
    if (rows.isBroken(index)) {
      const { part, at, reason } = rows.brokenRow(index)
      return new BrokenRow(part, at, reason)
    }
    const row = rows.row(index)
    const names = row.columns()
    if (row.path === '' && typeof row.at === 'string') {
      return new DocumentRow(row.part, row.at, row.path, Object.fromEntries(names.map((name) => [name, row.get(name)])))
    }
    return new TableRow(
      row.part,
      row.at,
      new Header(row.part, 1, names),
      names.map((name) => row.get(name)),
    )
  })
}

async function composed(source: Source) {
  const faults = new Faults()
  const composition = new Composition([source], { faults, now, keepsGrants: true })
  await composition.read()
  const files: Record<string, string> = {}
  for (const { name, content } of nativeFiles(composition)) {
    const slices: Uint8Array[] = []
    for await (const slice of content) slices.push(slice)
    files[name] = Buffer.concat(slices).toString()
  }
  const { leftOut, warnings, grantSamples, unknownEntitlements, holdings } = composition
  const { orphans, memberships } = composition.directory
  const kept = holdings.kept()
  return {
    files,
    faults: faults.first,
    leftOut,
    warnings,
    grantSamples,
    unknownEntitlements,
    orphans,
    memberships,
    kept,
  }
}

async function records(source: Source) {
  const faults = new Faults()
  const all = new SourceRecords(source, { faults, now })
  await all.read()
  const grants: unknown[] = []
  for await (const batch of all.grants()) grants.push(...batch)
  const { people, accounts, applications, entitlements, leftOut, warnings } = all
  return { people, accounts, applications, entitlements, grants, leftOut, warnings, faults: faults.first }
}

const now = new Date('2025-06-01T12:00:00Z')

/** Few different cells, so that rows repeat and contradict each other. */
const row = fc.record({
  person: fc.constantFrom('u1', 'u1', 'u1', 'u2', 'u3', 'U2', '', ' u1'),
  name: fc.constantFrom('Ann', 'Ann', 'Ann', 'Anne', '', 'O"Hara, J'),
  mail: fc.constantFrom('a@x.org', 'a@x.org', 'b@x.org', ''),
  boss: fc.constantFrom('', 'u2', 'a@x.org', 'nobody'),
  tags: fc.constantFrom('', 'x|y', 'y', 'z|x'),
  app: fc.constantFrom('crm', 'crm', 'erp', ''),
  right: fc.constantFrom('r1', 'r1', 'R1', 'r2', '', 'é'),
  label: fc.constantFrom('Read', 'Read', 'Write', ''),
  granted: fc.constantFrom('2025-01-31', '2025-01-31', '', 'soon'),
  used: fc.constantFrom('2025-02-01T10:00:00Z', '', '2025-02-30'),
  kind: fc.constantFrom('described', 'described', 'gone', 'eligible', 'twice', ''),
})
/** Some rows, in a random order with repetitions. */
const rows = fc
  .tuple(fc.array(row, { minLength: 2, maxLength: 6 }), fc.array(fc.nat({ max: 5 }), { minLength: 3, maxLength: 40 }))
  .map(([different, order]) => order.map((at) => Object.values(different[at % different.length] ?? {})))

const quoted = (cell: string) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

const forms = {
  delimited: (cells: readonly (readonly string[])[]) =>
    [columns, ...cells].map((line) => line.map(quoted).join(',')).join('\n'),
  ndjson: (cells: readonly (readonly string[])[]) =>
    cells.map((line) => JSON.stringify(Object.fromEntries(columns.map((name, at) => [name, line[at]])))).join('\n'),
}

describe('rows that come again', () => {
  test.each(['delimited', 'ndjson'] as const)('give what each would give by itself: %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom('', 'last: wins'), async (cells, last) => {
        const maps = [loadMap('wide.yaml', map(format, last), true)]
        const file = bytesFile(format === 'ndjson' ? 'wide.ndjson' : 'wide.csv', forms[format](cells))
        const { sources } = await recogniseFiles([file], maps, { temporaryFolder: '' })
        const [source] = sources
        fc.pre(source !== undefined)
        if (source === undefined) return
        expect(await composed(source)).toEqual(await composed(withoutMemory(source)))
        expect(await records(source)).toEqual(await records(withoutMemory(source)))
      }),
      { numRuns: 40 },
    )
  })
})
