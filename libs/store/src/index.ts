export { type AgedRows, overdueTables, removeAgedRows, tableBytes } from './aged-rows.ts'
export { asJson } from './as-json.ts'
export { restoreBackup } from './backup/restore-backup.ts'
export { writeBackup } from './backup/write-backup.ts'
export { callerShaped } from './caller-shaped.ts'
export { type Database, type DatabaseAddress, openDatabase, openOwnerDatabase } from './database.ts'
export { DatabaseProbe } from './database-probe.ts'
export { startEmbeddedPostgres } from './embedded-postgres.ts'
export { exportTenant } from './export-tenant.ts'
export type { Fragment, Sql, TenantSql } from './handles.ts'
export { ListeningConnection, type ListeningOptions } from './listening-connection.ts'
export { loginCheck } from './login-check.ts'
export { ensureLogins, isFitLogin, loginUrl, type ServiceLogin, servicesWithoutLogin } from './logins.ts'
export { migrate, plannedChanges, plannedMigrations } from './migrate.ts'
export { onlyRow } from './only-row.ts'
export { PageTokens } from './page-tokens.ts'
export { largestPageSize, Pages, pageSize } from './pages.ts'
export { withDomainErrors, withTimeLimit } from './postgres-errors.ts'
export { removeTenantRows, tenantsDueForRemoval } from './remove-tenants.ts'
export { missingRights } from './rights.ts'
export type { TableLock } from './schema-change/effects.ts'
export type { MigrationJudgement } from './schema-change/judge-migrations.ts'
export { type ServerFacts, type SessionCount, serverFacts } from './server-facts.ts'
export { serverHistory } from './server-history.ts'
export { type ServiceName, serviceNames } from './services.ts'
export { askInTenant, inTenant, type Reader, type TenantOptions } from './tenant-scope.ts'
export {
  createTenant,
  deleteTenant,
  findTenant,
  listTenants,
  requireActiveTenant,
  resumeTenant,
  suspendTenant,
  type Tenant,
  type TenantDetails,
  tenantName,
} from './tenants.ts'
export { askLast, inTransaction } from './transaction.ts'
export { isUuid, uuidOf } from './uuid.ts'
export { waitForDatabase } from './wait-for-database.ts'
