import { once } from 'node:events'
import { createTestDatabase } from '@assay/store/testing'
import { afterEach, expect, test } from 'vitest'
import { prepareDatabase } from '../../apps/assay/src/prepare-database.ts'
import { endProcesses, entries, startProcess } from './one-process.ts'

afterEach(endProcesses)

test.each(entries)(
  '%s waits for the migration in words, without a stack, and then starts',
  async (entry) => {
    const db = await createTestDatabase({ migrated: false })
    try {
      const { child, ready, said } = await startProcess(entry, db.url)
      await expect.poll(said, { timeout: 30_000 }).toMatch(/waiting: The database .* run `npm run assay -- migrate`/)
      expect(said()).not.toMatch(/ {4}at /)
      await prepareDatabase(db.ownerUrl)
      await ready
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      expect(await ended).toEqual([0, null])
    } finally {
      await db.drop()
    }
  },
  90_000,
)

test.each(entries)(
  '%s ends in words, without a stack, when the schema is newer',
  async (entry) => {
    const db = await createTestDatabase()
    try {
      await db.owner.sql`insert into schema_migrations (number, name, checksum) values (9000, '9000_later.sql', '')`
      const { child, said } = await startProcess(entry, db.url)
      expect(await once(child, 'exit')).toEqual([1, null])
      expect(said()).toMatch(/newer than this version of Assay \(it has 9000_later\.sql\)/)
      expect(said()).not.toMatch(/ {4}at /)
    } finally {
      await db.drop()
    }
  },
  60_000,
)

test('a process that waits for its database ends on SIGTERM', async () => {
  const { child, said } = await startProcess('gateway/src/main.ts', 'postgres://x@127.0.0.1:1/x')
  await expect.poll(said, { timeout: 30_000 }).toMatch(/waiting: The database does not answer/)
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
}, 60_000)
