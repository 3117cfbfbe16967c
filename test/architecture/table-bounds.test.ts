import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agedRowsOf } from '../../apps/assay/src/doctor/overdue-rows.ts'
import { agedByWorker } from '../../apps/mining/src/housekeeping.ts'
import { agedSessions } from '../../libs/role-sessions/src/aged-rows.ts'
import { readConfig } from '../../libs/server/src/config.ts'
import { sessionRetention, workerRetention } from '../../libs/server/src/retention-settings.ts'
import { largeTables } from '../../libs/store/src/schema-change/schema-rules.ts'
import { sqlStatements } from '../../libs/store/src/schema-change/sql-statements.ts'
import { statementEffects } from '../../libs/store/src/schema-change/statement-effects.ts'
import { agedTables, boundedTables } from './table-bounds.ts'

const root = join(import.meta.dirname, '../..')
const page = join(root, 'docs/operating.md')
const defaults = new Map(
  Object.values({ ...workerRetention, ...sessionRetention }).map(({ variable, parse }) => [variable, parse(undefined)]),
)

/** The tables after all migrations, without partitions. */
function tables(): string[] {
  const folder = join(root, 'libs/store/migrations')
  const words = readdirSync(folder)
    .toSorted()
    .flatMap((name) => sqlStatements(readFileSync(join(folder, name), 'utf8')))
    .map((statement) => statement.words)
  const present = new Set<string>()
  for (const one of words.filter((each) => !/^create table \w+ partition of /.test(each))) {
    for (const thing of statementEffects(one).creates) if (thing.startsWith('table ')) present.add(thing.slice(6))
    const dropped = /^drop table (?:if exists )?(\w+)/.exec(one)?.[1]
    if (dropped !== undefined) present.delete(dropped)
    // A table that was renamed to become a partition is no longer a separate table.
    const attached = /^alter table \w+ attach partition (\w+)/.exec(one)?.[1]
    if (attached !== undefined) present.delete(attached)
  }
  return [...present].sort()
}

test('every table has a rule that removes its rows, or a reason why it does not grow without limit', () => {
  expect([...Object.keys(agedTables), ...Object.keys(boundedTables)].sort()).toEqual(tables())
})

test('every table in the list of large tables exists', () => {
  expect([...largeTables].filter((table) => !tables().includes(table))).toEqual([])
})

test('every variable of retention is in the table, and the doctor knows every rule', () => {
  const variables = Object.values(agedTables).flatMap(({ age }) => (age.startsWith('ASSAY_') ? [age] : []))
  expect([...new Set(variables)].sort()).toEqual([...defaults.keys()].sort())
  const ruled = agedRowsOf({}).map(({ table }) => table)
  const fixed = Object.keys(agedTables).filter((table) => !agedTables[table]?.age.startsWith('ASSAY_'))
  expect(Object.keys(agedTables).filter((table) => !fixed.includes(table) && !ruled.includes(table))).toEqual([])
  expect(ruled.filter((table) => agedTables[table] === undefined)).toEqual([])
})

test('mining workers and the session service carry out exactly the rules that the doctor knows', () => {
  const days = readConfig({}, { ...workerRetention, ...sessionRetention })
  const carriedOut = [...agedByWorker(days), ...agedSessions(days.retainSessionsDays)]
  expect(agedRowsOf({}).map(({ table }) => table)).toEqual(carriedOut.map(({ table }) => table))
})

test('docs/operating.md shows which rows are removed, when, and the effect', async () => {
  const rows = Object.entries(agedTables).map(([table, { rows, age, gone }]) => {
    const when = age.startsWith('ASSAY_') ? `\`${age}\` | ${defaults.get(age)} days` : ` | ${age}`
    return `| ${rows} (\`${table}\`) | ${when} | ${gone} |`
  })
  const written = ['| what | setting | default | when it has gone |', '|---|---|---|---|', ...rows].join('\n')
  const text = readFileSync(page, 'utf8')
  const expected = text.replace(/(<!-- housekeeping -->\n\n)[\s\S]*?(\n\n<!-- until here -->)/, `$1${written}$2`)
  expect(expected).toContain(written)
  await expect(expected).toMatchFileSnapshot(page)
})
