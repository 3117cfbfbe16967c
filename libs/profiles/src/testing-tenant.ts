import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeEach } from 'vitest'

/** The database of the test file that has called `useTenants`. */
export let db: TestDatabase
export let sql: Sql
/** A fresh tenant for each test. */
export let tenantId = 0

/** Gives the calling test file a separate database, and each of its tests a tenant. */
export async function useTenants(): Promise<void> {
  db = await createTestDatabase()
  sql = db.database.sql
  beforeEach(async () => {
    tenantId = await db.tenantId()
  })
  afterAll(() => db.drop())
}

/** Runs work in the test's tenant, as a service does. */
export const tenant = <T>(work: (sql: TenantSql) => Promise<T>): Promise<T> => inTenant(sql, tenantId, work)
