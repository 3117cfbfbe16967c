import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase, openOwnerDatabase } from './database.ts'
import { ensureLogins, loginUrl } from './logins.ts'
import { migrate } from './migrate.ts'
import { migrationsDirectory, readMigrations } from './migration-files.ts'
import { inTenant } from './tenant-scope.ts'
import { createTenant } from './tenants.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

let db: TestDatabase
let directory: string

beforeEach(async () => {
  db = await createTestDatabase({ migrated: false })
  directory = await mkdtemp(join(tmpdir(), 'assay-migrations-'))
})
afterEach(async () => {
  await db.drop()
  await rm(directory, { recursive: true })
})

function file(name: string, text: string): Promise<void> {
  return writeFile(join(directory, name), text)
}

async function tables(): Promise<string[]> {
  const rows = await db.owner.sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = to_regnamespace('assay') and relkind = 'r' order by 1`
  return rows.map((row) => row.name).filter((name) => name !== 'schema_migrations')
}

test('the migrations of this version apply to an empty database, once', async () => {
  const names = (await readdir(migrationsDirectory)).toSorted()
  expect(await migrate(db.ownerUrl)).toEqual({ applied: names })
  expect(await migrate(db.ownerUrl)).toEqual({ applied: [] })
})

test('of many processes that migrate at once, one applies each file', async () => {
  await file('0001_first.sql', 'create table first (id integer); select pg_sleep(0.05)')
  await file('0002_second.sql', 'create table second (id integer)')
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => migrate(db.ownerUrl, { directory })))
  expect(outcomes.flatMap((outcome) => outcome.applied)).toEqual(['0001_first.sql', '0002_second.sql'])
})

test('a file that landed later is applied, also when its number is a lower one', async () => {
  await file('0001_first.sql', 'create table first (id integer)')
  await file('0003_third.sql', 'create table third (id integer)')
  await migrate(db.ownerUrl, { directory })
  await file('0002_second.sql', 'create table second (id integer)')
  await file('0004_fourth.sql', 'create table fourth (id integer)')
  const { applied } = await migrate(db.ownerUrl, { directory })
  expect(applied).toEqual(['0002_second.sql', '0004_fourth.sql'])
})

test('a file that fails leaves nothing of itself, keeps those before it, and its line is named', async () => {
  await file('0001_first.sql', 'create table first (id integer)')
  await file('0002_broken.sql', 'create table broken (id integer);\n\ncreate table other (id nonsense);')
  await expect(migrate(db.ownerUrl, { directory })).rejects.toThrow(
    'The migration 0002_broken.sql failed, line 3: type "nonsense" does not exist',
  )
  expect(await tables()).toEqual(['first'])
  await file('0002_broken.sql', 'create table mended (id integer)')
  expect(await migrate(db.ownerUrl, { directory })).toEqual({ applied: ['0002_broken.sql'] })
})

test('a file that was edited after it had been applied stops the start before anything changes', async () => {
  await file('0001_first.sql', 'create table first (id integer)')
  await migrate(db.ownerUrl, { directory })
  await file('0001_first.sql', 'create table first (id bigint)')
  await file('0002_second.sql', 'create table second (id integer)')
  await expect(migrate(db.ownerUrl, { directory })).rejects.toThrow(
    '0001_first.sql was edited after it had been applied',
  )
  expect(await tables()).toEqual(['first'])
})

test('line ends of another system are not an edit', async () => {
  await file('0001_first.sql', 'create table first (\n  id integer\n)')
  await migrate(db.ownerUrl, { directory })
  await file('0001_first.sql', 'create table first (\r\n  id integer\r\n)')
  expect(await migrate(db.ownerUrl, { directory })).toEqual({ applied: [] })
})

test('a database of a newer version is refused', async () => {
  await file('0001_first.sql', 'select 1')
  await file('0002_future.sql', 'select 1')
  await migrate(db.ownerUrl, { directory })
  await rm(join(directory, '0002_future.sql'))
  await expect(migrate(db.ownerUrl, { directory })).rejects.toThrow(
    '0002_future.sql, which this version of Assay does not know',
  )
})

test.each([
  ['first.sql', 'first.sql in .* is not named like 0001_tenants.sql'],
  ['0001-first.sql', '0001-first.sql in .* is not named like'],
  ['0001_first.sql.bak', 'is not named like'],
  ['0001_other.sql', 'Two migrations have the number 1: 0001_first.sql and 0001_other.sql'],
])('a folder with %s in it is refused', async (name, message) => {
  if (name.includes('other')) await file('0001_first.sql', 'select 1')
  await file(name, 'select 1')
  await expect(readMigrations(directory)).rejects.toThrow(new RegExp(message))
})

test('a migration gives up a lock that somebody holds, lets others pass, and comes again', async () => {
  await file('0001_first.sql', 'create table first (id integer)')
  await migrate(db.ownerUrl, { directory })
  await file('0002_second.sql', 'alter table first add column name text')
  const patience = { lockMs: 50, pauseMs: 10, attempts: 1_000 }
  const told: string[] = []
  let migrating: Promise<unknown> | undefined
  await db.owner.sql.begin(async (reader) => {
    await reader`select from first`
    migrating = migrate(db.ownerUrl, { directory, patience, onWait: (reason) => told.push(reason) })
    await expect.poll(() => told.length).toBeGreaterThan(1)
    // Later queries are not blocked.
    await db.owner.sql`select from first`
  })
  expect(await migrating).toEqual({ applied: ['0002_second.sql'] })
  expect(told[0]).toMatch(/^0002_second\.sql waits for a lock that another session holds/)
  await file('0003_third.sql', 'alter table first drop column name')
  await db.owner.sql.begin(async (reader) => {
    await reader`select from first`
    await expect(migrate(db.ownerUrl, { directory, patience: { ...patience, attempts: 2 } })).rejects.toThrow(
      'The migration 0003_third.sql failed: canceling statement due to lock timeout',
    )
  })
})

test('a migrate that waits for another one says so once, and which', async () => {
  await file('0001_first.sql', 'create table first (id integer)')
  await migrate(db.ownerUrl, { directory })
  await file('0002_second.sql', 'alter table first add column name text')
  const patience = { lockMs: 50, pauseMs: 10, attempts: 1_000_000 }
  const told: Record<'first' | 'second', string[]> = { first: [], second: [] }
  const migrating = (which: 'first' | 'second') =>
    migrate(db.ownerUrl, { directory, patience, onWait: (reason) => told[which].push(reason) })
  let both: Promise<unknown> | undefined
  await db.owner.sql.begin(async (reader) => {
    await reader`select from first`
    const first = migrating('first')
    await expect.poll(() => told.first.length).toBeGreaterThan(0)
    both = Promise.all([first, migrating('second')])
    await expect.poll(() => told.second.length).toBe(1)
  })
  expect(await both).toEqual([{ applied: ['0002_second.sql'] }, { applied: [] }])
  expect(told.second).toEqual([
    expect.stringMatching(/^Another migrate works on this database \(pid \d+ in pg_stat_activity\): this one waits/),
  ])
})

test('indexes are made concurrently outside of a transaction, and a broken one is made again', async () => {
  await file('0001_first.sql', 'create table first (id integer); insert into first values (1), (1)')
  await migrate(db.ownerUrl, { directory })
  await file('0002_index.sql', 'create unique index concurrently if not exists first_ids on first (id)')
  const attempts = await Promise.allSettled([1, 2].map(() => migrate(db.ownerUrl, { directory })))
  for (const attempt of attempts)
    expect(attempt).toMatchObject({ reason: { message: expect.stringContaining('could not create unique index') } })
  await db.owner.sql`delete from first where ctid = (select min(ctid) from first)`
  expect(await migrate(db.ownerUrl, { directory })).toEqual({ applied: ['0002_index.sql'] })
  expect(await db.owner.sql`select indisvalid from pg_index where indexrelid = 'first_ids'::regclass`).toEqual([
    { indisvalid: true },
  ])
})

test('an owner who is no superuser can migrate and run services', async () => {
  const login = `assay_test_owner_${randomBytes(4).toString('hex')}`
  const name = new URL(db.url).pathname.slice(1)
  await db.owner.sql.unsafe(`create role ${login} login createrole password 'only-in-this-test'`)
  await db.owner.sql.unsafe(`alter database ${name} owner to ${login}`)
  // The steps of an administrator when the services' roles already exist and belong to another role.
  await db.owner.sql.unsafe(`grant assay_service to ${login};
    grant assay_gateway, assay_mining, assay_mining_worker, assay_sessions to ${login} with admin option`)
  const url = new URL(db.ownerUrl)
  url.username = login
  url.password = 'only-in-this-test'
  await migrate(url.href)

  const owner = openOwnerDatabase({ url: url.href, applicationName: 'assay-test', maxConnections: 1 })
  const { tenantId } = await createTenant(owner.sql, 'ours')
  const service = { name: `${login}_mining`, password: "it's", services: ['mining'] } as const
  await ensureLogins(owner.sql, [{ ...service, password: 'another first' }])
  await ensureLogins(owner.sql, [service])
  await owner.close()
  const services = openDatabase({ url: loginUrl(url.href, service), service: 'mining', applicationName: 'assay-test' })
  expect(await inTenant(services.sql, tenantId, (sql) => sql`select name from tenants`)).toMatchObject([
    { name: 'ours' },
  ])
  await services.close()
  await db.owner.sql.unsafe(`alter database ${name} owner to current_user; reassign owned by ${login} to current_user;
    drop role ${login}_mining; drop owned by ${login}; drop role ${login}`)
})

test('an owner who may not act as the service role is told what an administrator has to do', async () => {
  const login = `assay_test_owner_${randomBytes(4).toString('hex')}`
  const name = new URL(db.url).pathname.slice(1)
  await db.owner.sql.unsafe(`do $$ begin create role assay_service; exception when duplicate_object then null; end $$;
    create role ${login} login password 'only-in-this-test'; alter database ${name} owner to ${login}`)
  const url = new URL(db.ownerUrl)
  url.username = login
  url.password = 'only-in-this-test'
  await expect(migrate(url.href)).rejects.toThrow(
    `The migration 0001_tenants.sql failed: the user ${login} may not act as the role assay_service`,
  )
  await db.owner.sql.unsafe(`alter database ${name} owner to current_user; reassign owned by ${login} to current_user;
    drop owned by ${login}; drop role ${login}`)
})

test('an owner who may not make the roles of the services is told what an administrator has to do', async () => {
  const text = await readFile(join(migrationsDirectory, '0032_service_logins.sql'), 'utf8')
  // Roles belong to the whole server: this test uses names that no other test uses.
  const own = `assay_test_${randomBytes(4).toString('hex')}`
  await file('0001_roles.sql', text.slice(0, text.indexOf('-- As before')).replaceAll('assay_gateway', own))
  const login = `${own}_owner`
  const name = new URL(db.ownerUrl).pathname.slice(1)
  await db.owner.sql.unsafe(
    `create role ${login} login password 'only-in-this-test'; alter database ${name} owner to ${login}`,
  )
  const url = Object.assign(new URL(db.ownerUrl), { username: login, password: 'only-in-this-test' })
  await expect(migrate(url.href, { directory })).rejects.toThrow(
    `the user ${login} may not make the roles of the services. As an administrator run: create role ${own} nologin; ` +
      `grant assay_service to ${own}; grant ${own} to ${login} with admin option;`,
  )
  await db.owner.sql.unsafe(`alter database ${name} owner to current_user; reassign owned by ${login} to current_user;
    drop owned by ${login}; drop role ${login}`)
})
