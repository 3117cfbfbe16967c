import type { TenantSql } from '@assay/store'
import { importInForce, inForceSince } from '../relations.ts'

/** How many people and grants are in force; undefined before the first import. */
export async function accessInForce(
  sql: TenantSql,
): Promise<{ readonly people: number; readonly grants: number } | undefined> {
  const [row] = await sql<{ people: number; grants: number }[]>`
    select (counts ->> 'identities')::float8 as people, (counts ->> 'grants')::float8 as grants
    from imports where id = ${importInForce(sql)}`
  return row
}

/** When the access data in force came; undefined before the first import. */
export async function accessInForceSince(sql: TenantSql): Promise<Date | undefined> {
  const [row] = await sql<{ since: Date | null }[]>`select ${inForceSince(sql)} as since`
  return row?.since ?? undefined
}
