import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeEach } from 'vitest'

/** The database of the test file that imports this. */
export const db = await createTestDatabase()
export const { sql } = db.database

/** A fresh tenant for each test. */
export let tenantId = 0
beforeEach(async () => {
  tenantId = await db.tenantId()
})
afterAll(() => db.drop())

/** Works in the test's tenant as a service does. */
export const tenant = <T>(work: (sql: TenantSql) => Promise<T>): Promise<T> => inTenant(sql, tenantId, work)
