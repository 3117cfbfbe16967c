import { once } from 'node:events'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { prepareDatabase } from '../../apps/assay/src/prepare-database.ts'
import { endProcesses, entries, startProcess } from './one-process.ts'

describe('before the migration', () => {
  let db: TestDatabase
  const started = new Map<string, Awaited<ReturnType<typeof startProcess>>>()
  let migration: Promise<unknown> | undefined

  beforeAll(async () => {
    db = await createTestDatabase({ migrated: false })
    for (const entry of entries) started.set(entry, await startProcess(entry, db.url))
  })
  afterAll(async () => {
    endProcesses()
    await db?.drop()
  })

  const saysThatItWaits = (said: () => string) =>
    expect.poll(said).toMatch(/waiting: The database .* run `npm run assay -- migrate`/)

  /** Migrates once for all processes, as soon as every process waits. */
  const migrate = () => {
    migration ??= Promise.all([...started.values()].map(({ said }) => saysThatItWaits(said))).then(() =>
      prepareDatabase(db.ownerUrl),
    )
    return migration
  }

  test.each(entries)('%s logs without a stack that it waits for the migration, and then starts', async (entry) => {
    const { child, ready, said } = started.get(entry)!
    await saysThatItWaits(said)
    expect(said()).not.toMatch(/ {4}at /)
    await migrate()
    await ready
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })
})

describe('after a contract of a newer version', () => {
  let db: TestDatabase
  const ended = new Map<string, Promise<{ readonly status: unknown[]; readonly said: string }>>()
  beforeAll(async () => {
    db = await createTestDatabase()
    await db.owner.sql`
      insert into schema_migrations (number, name, checksum, contracts_after)
      values (9000, '9000_later.sql', '', '99.0.0')`
    for (const entry of entries) {
      const { child, said } = await startProcess(entry, db.url)
      ended.set(
        entry,
        once(child, 'close').then((status) => ({ status, said: said() })),
      )
    }
  })
  afterAll(async () => {
    endProcesses()
    await db?.drop()
  })

  test.each(entries)('%s ends with a message and without a stack when the schema lacks what it uses', async (entry) => {
    const process = await ended.get(entry)
    expect(process?.status).toEqual([1, null])
    expect(process?.said).toMatch(
      /newer than this version of Assay, [\d.]+, can work with \(9000_later\.sql takes away/,
    )
    expect(process?.said).not.toMatch(/ {4}at /)
  })
})

test('a process that waits for its database ends on SIGTERM', async () => {
  const { child, said } = await startProcess('gateway/src/main.ts', 'postgres://x@127.0.0.1:1/x')
  await expect.poll(said).toMatch(/waiting: The database does not answer/)
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})
