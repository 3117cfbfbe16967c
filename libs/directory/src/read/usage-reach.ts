import type { TenantSql } from '@assay/store'
import { importInForce } from '../relations.ts'

/** The newest day of usage in the import in force (`2025-01-31`); undefined without usage. */
export async function usageReach(sql: TenantSql): Promise<string | undefined> {
  const [row] = await sql<{ day: string | null }[]>`
    select usage_through::text as day from imports where id = ${importInForce(sql)}`
  return row?.day ?? undefined
}

/** The newest day of usage that the reader may see; undefined without usage. */
export async function usageReachOfVisible(sql: TenantSql): Promise<string | undefined> {
  const [row] = await sql<{ day: string | null }[]>`select max(last_day)::text as day from usage`
  return row?.day ?? undefined
}
