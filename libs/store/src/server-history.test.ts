import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openOwnerDatabase } from './database.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'
import { serverHistory } from './server-history.ts'

test('versions of rows do not repeat when the server comes back from an earlier time', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'assay-history-'))
  const look = async (url: string) => {
    const database = openOwnerDatabase({ url, applicationName: 'test' })
    const [row] = await database.sql<{ history: string }[]>`select ${serverHistory(database.sql)} as history`
    await database.close()
    return row?.history
  }
  try {
    const first = await startEmbeddedPostgres({ directory })
    await migrate(first.url)
    const before = await look(first.url)
    expect(before).toMatch(/^[0-9a-f]+-00000001$/)
    const owner = openOwnerDatabase({ url: first.url, applicationName: 'test' })
    await owner.sql`create table written (id integer)`
    await owner.close()
    // Writes do not change it.
    expect(await look(first.url)).toBe(before)
    await first.stop()
    const second = await startEmbeddedPostgres({ directory })
    expect(await look(second.url)).not.toBe(before)
    await second.stop()
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
