import { afterEach, expect, test } from 'vitest'
import { migrate, plannedMigrations } from './migrate.ts'
import { migrationsDirectory, readMigrations } from './migration-files.ts'
import { rightsOf } from './rights.ts'
import { groupRole, serviceNames, serviceRole } from './services.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

let db: TestDatabase
afterEach(() => db.drop())

test('rights.sql is what the migrations grant by themselves', async () => {
  db = await createTestDatabase({ migrated: false })
  expect((await plannedMigrations(db.ownerUrl)).length).toBe((await readMigrations(migrationsDirectory)).length)
  // With an explicit folder, migrate applies the files and grants nothing else.
  await migrate(db.ownerUrl, { directory: migrationsDirectory })
  await expect(`${(await rightsOf(db.owner.sql)).join('\n')}\n`).toMatchFileSnapshot('rights.sql')
})

test('a database that came without its grants, as from a dump, gets them from the next migrate', async () => {
  db = await createTestDatabase()
  const { sql } = db.owner
  const rights = await rightsOf(sql)
  for (const role of [serviceRole, ...serviceNames.map(groupRole)]) {
    await sql.unsafe(`
      revoke all on all tables in schema assay from ${role};
      revoke all on all sequences in schema assay from ${role};
      revoke all on all functions in schema assay from ${role};
      revoke all on schema assay from ${role}`)
  }
  await sql`grant execute on function assay.verification_keys() to public`
  expect(await rightsOf(sql)).not.toEqual(rights)
  expect(await plannedMigrations(db.ownerUrl)).toEqual([])
  expect(await migrate(db.ownerUrl)).toEqual({ applied: [] })
  expect(await rightsOf(sql)).toEqual(rights)
})
