import type postgres from 'postgres'

type Types = { bigint: bigint }

/** A pool. Queries on it run outside a tenant's scope: a service sees no tenant's rows through it. */
export type Sql = postgres.Sql<Types>

/** One transaction; every query on it runs on the same connection. `inTenant` hands it out scoped to a tenant. */
export type TenantSql = postgres.TransactionSql<Types>

/** A piece of a query with its parameters, made by the same tag and put into another query; never awaited by itself. */
export type Fragment = postgres.Fragment
