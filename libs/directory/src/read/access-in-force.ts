import type { TenantSql } from '@assay/store'
import { importInForce } from '../relations.ts'

/** The number of people and grants in force; undefined before the first import. */
export async function accessInForce(
  sql: TenantSql,
): Promise<{ readonly people: number; readonly grants: number } | undefined> {
  const [row] = await sql<{ people: number; grants: number }[]>`
    select (counts ->> 'identities')::float8 as people, (counts ->> 'grants')::float8 as grants
    from imports where id = ${importInForce(sql)}`
  return row
}
