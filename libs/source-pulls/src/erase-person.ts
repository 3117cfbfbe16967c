import { type ErasedPerson, erased, mentionsPerson, withoutPerson } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/** Erases a person from pulls: the user who set a pull, and names in the message of the last one. It needs the owner of the schema. */
export async function eraseFromPulls(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { id } = person
  const { count } = await sql`
    update source_pulls set message = ${withoutPerson(sql, sql`message`, person)},
      set_by = case when set_by = ${id} then ${erased} else set_by end
    where tenant_id = ${tenantId} and (set_by = ${id} or ${mentionsPerson(sql, sql`message`, person)})`
  return count
}
