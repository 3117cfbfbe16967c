import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { namedInSql } from './named-in-sql.ts'
import { sqlOfSource } from './sql-of-source.ts'
import { exceptions, owners } from './table-owners.ts'

const root = join(import.meta.dirname, '../..')
const ownerOf = new Map(Object.entries(owners).flatMap(([room, names]) => names.map((name) => [name, room] as const)))

const shipped = ['libs', 'apps'].flatMap((kind) =>
  readdirSync(join(root, kind)).flatMap((room) =>
    sourcesOf(`${kind}/${room}/src`).map((file) => ({ kind, room, file })),
  ),
)

/** Tests and their helpers may name any table. */
function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|(^|\/)testing/.test(file) && !file.includes('generated'))
    .map((file) => `${folder}/${file}`)
}

const sqlIn = (file: string) => sqlOfSource(readFileSync(join(root, file), 'utf8'))

/** The tables and functions of the schema that a piece of SQL names. */
function namesOf(sql: string): string[] {
  const { relations, functions, qualifiers } = namedInSql(sql)
  return [...new Set([...relations, ...functions, ...qualifiers])].filter((name) => ownerOf.has(name))
}

const rooms = readdirSync(join(root, 'libs'))

test.each(rooms)('libs/%s names only its own tables and functions', (room) => {
  const foreign = shipped
    .filter((source) => source.kind === 'libs' && source.room === room)
    .flatMap(({ file }) =>
      sqlIn(file).flatMap(({ line, text }) =>
        namesOf(text)
          .filter((name) => ownerOf.get(name) !== room)
          .map((name) => `${file}:${line} names ${name} of libs/${ownerOf.get(name)}`),
      ),
    )
  expect(foreign).toEqual([])
})

/** Whether an app can access a database, by its declared dependencies (unused.test.ts checks these). */
function reachesDatabase(app: string): boolean {
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'apps', app, 'package.json'), 'utf8'))
  return '@assay/store' in dependencies || 'postgres' in dependencies
}

test('the console has no access to a database, so texts in it that look like SQL are no SQL', () => {
  expect(readdirSync(join(root, 'apps')).filter((app) => !reachesDatabase(app))).toEqual(['console'])
})

test.each(readdirSync(join(root, 'apps')).filter(reachesDatabase))('apps/%s holds no SQL', (app) => {
  const found = shipped
    .filter((source) => source.kind === 'apps' && source.room === app)
    .flatMap(({ file }) => sqlIn(file).map(({ line, text }) => `${file}:${line} holds ${text.trim().split('\n')[0]}`))
  expect(found).toEqual([])
})

const migrations = readdirSync(join(root, 'libs/store/migrations'))
  .sort()
  .map((file) => readFileSync(join(root, 'libs/store/migrations', file), 'utf8').replace(/--.*$/gm, ''))
  .join('\n')

/** A function with its body; of several with one name, the last is in force. */
const functions = new Map(
  [...migrations.matchAll(/create (?:or replace )?function (\w+)[\s\S]*?\bas (\$\w*\$)([\s\S]*?)\2/g)].map(
    ([, name = '', , body = '']) => [name, body] as const,
  ),
)
const tables = [...migrations.matchAll(/create (?:unlogged )?table (?:if not exists )?(\w+)/g)].map(
  (match) => match[1] ?? '',
)
for (const [, from = '', to = ''] of migrations.matchAll(/alter table (\w+) rename to (\w+)/g)) {
  tables[tables.indexOf(from)] = to
}
const dropped = [...migrations.matchAll(/drop table (?:if exists )?(\w+)/g)].map((match) => match[1])
const made = [...tables.filter((table) => !dropped.includes(table)), ...functions.keys()]

test('every table and function of the migrations has one owner, and every owner is a room', () => {
  const listed = Object.values(owners).flat()
  expect(listed.filter((name) => name !== 'pgboss').sort()).toEqual(made.sort())
  expect(rooms).toEqual(expect.arrayContaining(Object.keys(owners)))
})

test.each([...functions])('the function %s of the schema names only tables of its own room', (name, body) => {
  // A text that it executes is SQL as well.
  const foreign = namesOf(body.replaceAll("'", ' ')).filter(
    (table) => ownerOf.get(table) !== ownerOf.get(name) && !exceptions[name]?.names.includes(table),
  )
  expect(foreign).toEqual([])
})

test.each([
  ['select id from grants where key = 1', ['grants']],
  ['select 1 from imports i, usage where true', ['imports', 'usage']],
  ['select * from only assay."grants" g join usage on usage.key = g.key', ['grants', 'usage']],
  [
    'with found as (select key from grants) delete from usage using imports, snapshots',
    ['grants', 'imports', 'snapshots', 'usage'],
  ],
  ['insert into usage (tenant_id) select 1 on conflict do update set grants = excluded.grants', ['usage']],
  ['update imports set usage = 1', ['imports']],
  ['copy grants from stdin', ['grants']],
  ['copy (select s.id from snapshots s) to stdout', ['snapshots']],
  ['grants held join usage on true', ['grants', 'usage']],
  ['grants', ['grants']],
  ['select grants, usage from role_models order by grants, usage', ['role_models']],
  ['entitlements = any(?)', []],
  ['entitlements.key, grants.key', ['entitlements', 'grants']],
  ['select extract(epoch from now()), entitlements from role_models', ['role_models']],
  ['select count(*) from pgboss.job', ['pgboss']],
  ['select attach_grant_partition(?)', ['attach_grant_partition']],
  ['select 1 -- from grants', []],
])('"%s" names %j', (sql, expected) => {
  expect(namesOf(sql).sort()).toEqual(expected)
})

test('SQL is found in every form of source that contains it', () => {
  const code = `
    const a = await sql<{ key: number }[]>\`select key from \${sql('grants')} \${b ? sql\`, usage\` : sql\`\`}\`
    scoped.unsafe('copy imports to stdout')
    const query = 'select key from applications'
    // sql\`select 1 from snapshots\`
    const help = 'Take identities from entitlements'
    String.raw\`select \\d\``
  const read = sqlOfSource(code)
  expect(read.flatMap(({ text }) => namesOf(text))).toEqual(['grants', 'imports', 'applications'])
  expect(read.map(({ line }) => line)).toEqual([2, 2, 2, 2, 3, 4])
})
