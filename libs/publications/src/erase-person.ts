import { type ErasedPerson, erased, mentionsPerson, withoutPerson } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * Erases a person from publications: from names and rules of profiles, members, owners and publishers. It needs the owner of the schema.
 */
export async function eraseFromPublications(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { id, key = -1 } = person
  const done = [
    await sql`update publications set published_by = ${erased} where tenant_id = ${tenantId} and published_by = ${id}`,
    await sql`
      update published_profiles set member_keys = array_remove(member_keys, ${key}::integer)
      where tenant_id = ${tenantId} and ${key}::integer = any(member_keys)`,
    await sql`
      update published_profiles set details = details || '{"ownerId": ""}'
      where tenant_id = ${tenantId} and details->>'ownerId' = ${id}`,
    await sql`
      update published_profiles set details = ${withoutPerson(sql, sql`details`, person)}::jsonb
      where tenant_id = ${tenantId} and ${mentionsPerson(sql, sql`details`, person)}`,
  ]
  return done.reduce((sum, { count }) => sum + count, 0)
}
