import type postgres from 'postgres'

type Types = { bigint: bigint }

/** A pool. Queries on it run outside a tenant's scope: a service sees no rows of tenants through it. */
export type Sql = postgres.Sql<Types>

/** One transaction; all its queries use the same connection. `inTenant` limits it to a tenant. */
export type TenantSql = postgres.TransactionSql<Types>

/** A part of a query with its parameters, made by the same tag and used in another query; it is never awaited itself. */
export type Fragment = postgres.Fragment
