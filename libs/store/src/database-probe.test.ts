import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DatabaseProbe } from './database-probe.ts'
import { migrate } from './migrate.ts'
import { migrationsDirectory } from './migration-files.ts'
import { createTestDatabase } from './testing.ts'
import { databaseUrl } from './testing-server.ts'
import { waitForDatabase } from './wait-for-database.ts'

const db = await createTestDatabase()
const empty = await createTestDatabase({ migrated: false })
let newerMigrations: string
let contractMigrations: string
beforeAll(async () => {
  newerMigrations = await mkdtemp(join(tmpdir(), 'assay-newer-'))
  await cp(migrationsDirectory, newerMigrations, { recursive: true })
  await writeFile(join(newerMigrations, '9000_later.sql'), 'select 1')
  contractMigrations = await mkdtemp(join(tmpdir(), 'assay-contract-'))
  await cp(newerMigrations, contractMigrations, { recursive: true })
  await writeFile(join(contractMigrations, '9001_contract.sql'), '-- contract after 0.10.0: for this test\nselect 1')
})
afterAll(async () => {
  await Promise.all([db.drop(), empty.drop()])
  for (const each of [newerMigrations, contractMigrations]) await rm(each, { recursive: true })
})

async function report(url: string, migrations = migrationsDirectory) {
  const probe = new DatabaseProbe({ url, applicationName: 'test-probe', migrations })
  try {
    return await probe.report()
  } finally {
    await probe.close()
  }
}

function withPassword(password: string): string {
  const url = new URL(db.url)
  url.password = password
  return url.href
}

test('a database with the schema of this version, which takes writes, is good', async () => {
  expect(await report(db.url)).toBeUndefined()
})

test.each([
  ['without a schema', () => empty.url, 'DATABASE_NOT_MIGRATED', 'run `npm run assay -- migrate`'],
  ['that lacks a migration', () => db.url, 'SCHEMA_OLDER', 'it lacks 9000_later.sql'],
  ['that is not there', () => databaseUrl(db.url, 'no_such'), 'DATABASE_MISSING', 'does not exist'],
  ['that refuses the login', () => withPassword('wrong'), 'DATABASE_LOGIN_REFUSED', 'check user and password'],
  ['that does not answer', () => 'postgres://x@127.0.0.1:1/x', 'DATABASE_UNAVAILABLE', 'does not answer'],
])('a database %s is told in words', async (_, url, reason, words) => {
  await expect(report(url(), newerMigrations)).rejects.toMatchObject({
    reason,
    message: expect.stringContaining(words),
  })
})

test('a database that takes no writes is told in words, and good again when it does', async () => {
  const { sql } = db.owner
  const { name } = (await sql<{ name: string }[]>`select current_database() as name`)[0]!
  await sql`alter database ${sql(name)} set default_transaction_read_only = on`
  await expect(report(db.url)).rejects.toMatchObject({ reason: 'DATABASE_READ_ONLY' })
  await sql`alter database ${sql(name)} reset default_transaction_read_only`
  expect(await report(db.url)).toBeUndefined()
})

test('a process works with a newer schema and says so, until a contract takes away what its version uses', async () => {
  const newer = await createTestDatabase()
  const starting = (version?: string) =>
    waitForDatabase({ url: newer.url, applicationName: 'test', ...(version && { version }) }, () => {})
  try {
    await migrate(newer.ownerUrl, { directory: newerMigrations })
    expect(await report(newer.url)).toMatch(/newer .* \(it has 9000_later\.sql\), which works with it/)
    await starting()
    await migrate(newer.ownerUrl, { directory: contractMigrations })
    await expect(starting('0.9.9')).rejects.toMatchObject({
      reason: 'SCHEMA_NEWER',
      message: expect.stringMatching(
        /0\.9\.9, can work with \(9001_contract\.sql takes away what versions until 0\.10\.0 use\)/,
      ),
    })
    await expect(starting('0.10.0')).rejects.toMatchObject({ reason: 'SCHEMA_NEWER' })
    await starting('0.10.1')
  } finally {
    await newer.drop()
  }
})

test('a start waits for the migration, says so once, and goes on', async () => {
  const told: string[] = []
  const waiting = waitForDatabase({ url: empty.url, applicationName: 'test' }, (reason) => told.push(reason))
  await expect.poll(() => told.length).toBe(1)
  await migrate(empty.ownerUrl)
  await waiting
  expect(told[0]).toBe('The database is not prepared for Assay yet: run `npm run assay -- migrate`')
  expect(new Set(told).size).toBe(told.length)
})

test('a check that is given up waits for no lock any more, nor does the next one for it', async () => {
  const probe = new DatabaseProbe({ url: db.url, applicationName: 'test-locked' })
  try {
    await db.owner.sql.begin(async (holder) => {
      await holder`lock table write_checks`
      const giveUp = new AbortController()
      const check = probe.check(giveUp.signal)
      check.catch(() => {})
      await expect
        .poll(async () => {
          const waiting = await db.owner.sql`
            select from pg_stat_activity
            where datname = current_database() and application_name = 'test-locked' and wait_event_type = 'Lock'`
          return waiting.length
        })
        .toBe(1)
      giveUp.abort()
      await expect(check).rejects.toMatchObject({ reason: 'DATABASE_UNAVAILABLE' })
    })
    expect(await probe.check()).toEqual({ kind: 'same' })
  } finally {
    await probe.close()
  }
})
