import { afterEach, expect, test } from 'vitest'
import { inTenant } from '../tenant-scope.ts'
import { createTestDatabase, type TestDatabase } from '../testing.ts'
import { restoreBackup } from './restore-backup.ts'
import { writeBackup } from './write-backup.ts'

const made: TestDatabase[] = []
async function database(): Promise<TestDatabase> {
  const db = await createTestDatabase()
  made.push(db)
  return db
}
afterEach(async () => {
  await Promise.all(made.splice(0).map((db) => db.drop()))
})

/** A database with two tenants, with rows in tables that refer to each other, and a partition of grants for each. */
async function furnished(): Promise<{ db: TestDatabase; acme: number; other: number }> {
  const db = await database()
  const [acme, other] = [await db.tenantId('acme'), await db.tenantId('other')]
  for (const tenantId of [acme, other]) {
    await inTenant(db.owner.sql, tenantId, async (sql) => {
      const { id } = (
        await sql<{ id: number }[]>`
        insert into imports (tenant_id, state, skip_invalid, created_by) values (${tenantId}, 'committed', false, 'ada') returning id`
      )[0]!
      await sql`
        insert into applications (tenant_id, key, id, display_name, name_order)
        values (${tenantId}, 1, 'erp', ${'ERP "ü" \n|'}, 'erp')`
      await sql.unsafe(`create table grants_${id} (like grants)`)
      await sql.unsafe(`insert into grants_${id} (tenant_id, import_id, identity_key, entitlement_key)
        select ${tenantId}, ${id}, n, 1 from generate_series(1, 20000) n`)
      await sql.unsafe(`alter table grants attach partition grants_${id} for values in (${id})`)
      await sql`
        insert into source_grants (tenant_id, load_id, ordinal, form, holder, application, entitlement)
        values (${tenantId}, ${id}, 1, 0, 'ann', 'erp', 'read')`
      const own = `source_grants_of_${id}`
      await sql.unsafe(`create table ${own} (like source_grants including defaults)`)
      await sql.unsafe(`insert into ${own} (tenant_id, load_id, own_load, ordinal, form, holder, application, entitlement)
        values (${tenantId}, ${id}, ${id}, 0, 0, 'bob', 'erp', 'read')`)
      await sql.unsafe(`create unique index on ${own} (ordinal)`)
      await sql.unsafe(`alter table source_grants attach partition ${own} for values in (${id})`)
    })
  }
  return { db, acme, other }
}

async function backupOf(db: TestDatabase, tenant?: { id: number; name: string }): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  await writeBackup(db.owner.sql, async (bytes) => void pieces.push(Buffer.from(bytes)), { ...(tenant && { tenant }) })
  return pieces
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Every row of every table, as text. */
async function contents(db: TestDatabase): Promise<Map<string, string>> {
  const tables = await db.owner.sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'assay' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'schema_migrations' order by 1`
  const found = new Map<string, string>()
  for (const { name } of tables) {
    const [row] = await db.owner.sql.unsafe<{ rows: string }[]>(
      `select coalesce(string_agg(t::text, E'\\n' order by t::text collate "C"), '') as rows from ${name} t`,
    )
    found.set(name, row?.rows ?? '')
  }
  return found
}

test('a restored backup is the same in every row, goes on with fresh numbers, and has its triggers and indexes', async () => {
  const { db } = await furnished()
  const bytes = Buffer.concat(await backupOf(db))
  const copy = await database()
  await restoreBackup(copy.owner.sql, inPieces(bytes, 1_000))
  const [before, after] = [await contents(db), await contents(copy)]
  expect([...after].filter(([name, rows]) => rows !== before.get(name))).toEqual([])
  expect(before.get('assay.grants')?.length).toBeGreaterThan(400_000)
  expect(before.get('assay.source_grants')?.split('\n')).toHaveLength(4)
  expect(await copy.tenantId('newcomer')).toBe((await db.tenantId('newcomer')) as number)
  const indexes = async ({ owner: { sql } }: TestDatabase) =>
    await sql`
    select replace(indexdef, current_database(), '') as definition from pg_indexes
    where schemaname = 'assay' and tablename ~ 'grants_' order by 1`
  expect((await indexes(copy)).length).toBe((await indexes(db)).length)
  const triggers = await copy.owner.sql`select tgname from pg_trigger where not tgisinternal and tgenabled = 'D'`
  expect(triggers).toEqual([])
})

test('a partition that is replaced while a backup runs is in it', async () => {
  const { db, other } = await furnished()
  const { id } = (await db.owner.sql<{ id: number }[]>`select id from imports where tenant_id = ${other}`)[0]!
  const attempts: Promise<unknown>[] = []
  const pieces: Uint8Array[] = []
  await writeBackup(db.owner.sql, async (bytes) => void pieces.push(Buffer.from(bytes)), {
    onTable: () => {
      if (attempts.length > 0) return
      attempts.push(
        db.owner.sql.unsafe(`lock table grants_${id} in access exclusive mode nowait; drop table grants_${id}`).then(
          () => 'dropped',
          ({ code }: { code: string }) => code,
        ),
      )
    },
  })
  expect(await Promise.all(attempts)).toEqual(['55P03'])
  const copy = await database()
  await restoreBackup(copy.owner.sql, inPieces(Buffer.concat(pieces), 64_000))
  expect(await copy.owner.sql`select count(*)::integer as rows from grants where tenant_id = ${other}`).toEqual([
    { rows: 20000 },
  ])
})

test('a backup of one tenant holds its rows and no others, and goes beside other tenants where its number is free', async () => {
  const { db, acme, other } = await furnished()
  const copy = await database()
  for (const { owner } of [db, copy]) {
    await owner.sql.unsafe('create schema pgboss; create table pgboss.schedule (name text, key text, data jsonb)')
  }
  await db.owner.sql`
    insert into pgboss.schedule select 'analysis', 'tenant-' || id, jsonb_build_object('tenantId', id)
    from unnest(${[acme, other]}::integer[]) id`
  const bytes = Buffer.concat(await backupOf(db, { id: other, name: 'other' }))
  await restoreBackup(copy.owner.sql, inPieces(bytes, 64_000))
  const tenants = async () => await copy.owner.sql`select name from tenants order by 1`
  expect(await tenants()).toEqual([{ name: 'other' }])
  expect(await copy.owner.sql`select distinct tenant_id from grants`).toEqual([{ tenant_id: other }])
  expect(await copy.owner.sql`select key from pgboss.schedule`).toEqual([{ key: `tenant-${other}` }])
  await expect(restoreBackup(copy.owner.sql, inPieces(bytes, 64_000))).rejects.toMatchObject({
    reason: 'TENANT_EXISTS',
  })
  const first = Buffer.concat(await backupOf(db, { id: acme, name: 'acme' }))
  await restoreBackup(copy.owner.sql, inPieces(first, 64_000))
  expect(await tenants()).toEqual([{ name: 'acme' }, { name: 'other' }])
})

test('what is cut off, damaged, of another version, or would meet other data is refused and changes nothing', async () => {
  const { db } = await furnished()
  const bytes = Buffer.concat(await backupOf(db))
  const copy = await database()
  const restore = (given: Uint8Array, into = copy) => restoreBackup(into.owner.sql, inPieces(given, 64_000))
  for (const cut of [0, 100, bytes.length >> 1, bytes.length - 1]) {
    await expect(restore(bytes.subarray(0, cut))).rejects.toMatchObject({ reason: 'BACKUP_UNREADABLE' })
  }
  await expect(restore(Buffer.from('{"format":"another"}\n'))).rejects.toMatchObject({ reason: 'BACKUP_UNREADABLE' })
  const older = Buffer.from(bytes.toString('latin1').replace(/"0003_directory\.sql",/, ''), 'latin1')
  await expect(restore(older)).rejects.toMatchObject({ reason: 'SCHEMA_DIFFERS' })
  await expect(restore(Buffer.concat([bytes, Buffer.from('more')]))).rejects.toMatchObject({
    reason: 'BACKUP_UNREADABLE',
  })
  async function* withWrongChecksum() {
    yield bytes
    throw new Error('the checksum is another')
  }
  await expect(restoreBackup(copy.owner.sql, withWrongChecksum())).rejects.toThrow('the checksum is another')
  await expect(restore(bytes, db)).rejects.toMatchObject({ reason: 'DATABASE_NOT_EMPTY' })
  expect(await copy.owner.sql`select from tenants`).toHaveLength(0)
  await restore(bytes)
})
