export { callerShaped } from './caller-shaped.ts'
export { checkDatabase } from './check-database.ts'
export {
  type Database,
  type DatabaseOptions,
  type Fragment,
  openDatabase,
  openOwnerDatabase,
  type Sql,
  serviceRole,
  type TenantSql,
} from './database.ts'
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts'
export { ListeningConnection, type ListeningOptions } from './listening-connection.ts'
export { migrate } from './migrate.ts'
export { type Cursor, PageTokens } from './page-tokens.ts'
export { type ConstraintErrors, domainErrorFrom, withDomainErrors, withTimeLimit } from './postgres-errors.ts'
export { serverHistory } from './server-history.ts'
export { inTenant, type TenantOptions } from './tenant-scope.ts'
export { createTenant, findTenant, type Tenant } from './tenants.ts'
export { inTransaction, type TransactionOptions } from './transaction.ts'
