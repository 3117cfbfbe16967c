import { setTimeout as delay } from 'node:timers/promises'
import { inTenant, openDatabase } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { dropReplacedGrants } from './replaced-grants.ts'
import { importFiles } from './testing-imports.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

let tenant = 0
beforeEach(async () => {
  tenant = await db.tenantId()
})

const importOf = (person: string) =>
  importFiles(sql, tenant, {
    'identities.csv': `id\n${person}\n`,
    'grants.csv': `identity_id,entitlement_id\n${person},read\n`,
  })

/** The imports of the tenant whose grants exist. */
async function kept(): Promise<string[]> {
  const rows = await db.owner.sql<{ id: string }[]>`
    select imports.id::text from pg_class join imports on relname = 'grants_' || imports.id
    where tenant_id = ${tenant} order by imports.id`
  return rows.map(({ id }) => id)
}

/** Reads grants in a transaction that stays open until the function that it returns is called. */
async function reader(): Promise<() => Promise<void>> {
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const reading = Promise.withResolvers<void>()
  const transaction = db.owner.sql.begin(async (scoped) => {
    await scoped`select from grants limit 1`
    reading.resolve()
    await held
  })
  await reading.promise
  return async () => {
    release()
    await transaction
  }
}

test('a commit drops nothing; afterwards the grants that it replaced are dropped, those in force and those of others stay', async () => {
  const other = tenant
  const others = await importOf('eve')
  tenant = await db.tenantId()
  const imports = [await importOf('ada'), await importOf('ben'), await importOf('cy')]
  expect(await kept()).toEqual(imports.map(({ id }) => id))
  await dropReplacedGrants(sql, tenant)
  expect(await kept()).toEqual([imports[2]!.id])
  await dropReplacedGrants(sql, tenant)
  expect(await kept()).toEqual([imports[2]!.id])
  tenant = other
  expect(await kept()).toEqual([others.id])
})

test('a commit does not wait for readers of grants, the removal gives up at once, and nothing stays after the reader has gone', async () => {
  await importOf('ada')
  const release = await reader()
  const second = await importOf('ben')
  await expect(dropReplacedGrants(sql, tenant)).rejects.toMatchObject({ kind: 'aborted' })
  expect(await kept()).toHaveLength(2)
  await release()
  await dropReplacedGrants(sql, tenant)
  expect(await kept()).toEqual([second.id])
})

test('while the removal is tried again and again, others read on', async () => {
  await importOf('ada')
  await importOf('ben')
  const release = await reader()
  const over = new AbortController()
  const attempts = (async () => {
    for (let count = 0; ; count++) {
      if (over.signal.aborted) return count
      await dropReplacedGrants(sql, tenant).catch(() => {})
    }
  })()
  const readers = openDatabase({ url: db.url, applicationName: 'assay-test-readers', maxConnections: 1 })
  // If it waited for a lock as long as the first reader reads, it would not end.
  for (let count = 0; count < 20; count++) {
    await inTenant(readers.sql, tenant, (scoped) => scoped`select from grants limit 1`)
    await delay(5)
  }
  over.abort()
  expect(await attempts).toBeGreaterThan(0)
  await release()
  await readers.close()
})
