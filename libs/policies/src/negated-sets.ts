import type { TenantSql } from '@assay/store'

/** Whether the second set of a policy is negated, which nothing that is in force can be. */
export async function negatesSecondSet(sql: TenantSql, policyId: string): Promise<boolean> {
  const [row] = await sql`select from conflict_monitors where policy_id = ${policyId} and negates_second`
  return row !== undefined
}
