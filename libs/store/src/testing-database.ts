import { randomBytes } from 'node:crypto'
import { type Database, openDatabase, openOwnerDatabase } from './database.ts'
import { loginUrl } from './logins.ts'
import { createTenant } from './tenants.ts'
import { databaseUrl, type TestServer } from './testing-server.ts'

export interface TestDatabase {
  /** For services: the URL of a login with the rights of all services. */
  readonly url: string
  readonly ownerUrl: string
  /** A pool with the rights of a service. */
  readonly database: Database
  readonly owner: Database
  /** Makes a tenant (named `name`, or at random) and returns its id. */
  tenantId(name?: string): Promise<number>
  /** Closes both pools and removes the database. */
  drop(): Promise<void>
}

export interface TestDatabaseOptions {
  /** Default true; false gives an empty database, for tests of migrations. */
  readonly migrated?: boolean
}

/** Clones the run's template, whose name comes from the broker (`testServerBroker`). */
export async function cloneTestDatabase(broker: string, options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const answer = await fetch(broker)
  if (!answer.ok) throw new Error(`The test database server did not start: ${await answer.text()}`)
  const { maintenanceUrl, template, login } = (await answer.json()) as TestServer
  const name = `assay_test_${randomBytes(6).toString('hex')}`

  const maintenance = openOwnerDatabase({ url: maintenanceUrl, applicationName: 'assay-test', maxConnections: 1 })
  const { sql } = maintenance
  await sql`create database ${sql(name)} template ${sql(options.migrated === false ? 'template0' : template)}`

  const ownerUrl = databaseUrl(maintenanceUrl, name)
  const url = loginUrl(ownerUrl, login)
  return openTestDatabase({ url, ownerUrl }, async () => {
    await sql`drop database ${sql(name)} with (force)`
    // The logins that a platform made on this database.
    const logins = await sql<
      { name: string }[]
    >`select rolname as name from pg_roles where starts_with(rolname, ${`${name}_`})`
    for (const login of logins) await sql`drop role ${sql(login.name)}`
    await maintenance.close()
  })
}

/** Opens pools on a database. @param remove removes it after `drop` has closed the pools; by default nothing, since its maker removes it */
export function openTestDatabase(
  { url, ownerUrl }: Pick<TestDatabase, 'url' | 'ownerUrl'>,
  remove: () => Promise<void> = async () => {},
): TestDatabase {
  const database = openDatabase({ url, applicationName: 'assay-test-service', maxConnections: 5 })
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-test-owner', maxConnections: 2 })
  return {
    url,
    ownerUrl,
    database,
    owner,
    tenantId: async (tenant) => (await createTenant(owner.sql, tenant ?? randomBytes(6).toString('hex'))).tenantId,
    drop: async () => {
      await Promise.all([database.close(), owner.close()])
      await remove()
    },
  }
}
