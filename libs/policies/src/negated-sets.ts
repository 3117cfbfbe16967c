import type { TenantSql } from '@assay/store'

/** Whether the second set of a policy is negated. No policy in force may have a negated set. */
export async function negatesSecondSet(sql: TenantSql, policyId: string): Promise<boolean> {
  const [row] = await sql`select from conflict_monitors where policy_id = ${policyId} and negates_second`
  return row !== undefined
}
