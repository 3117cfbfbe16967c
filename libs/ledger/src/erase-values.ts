import type { TenantSql } from '@assay/store'
import { type ErasedPerson, mentionsPerson } from './erased-person.ts'

/**
 * Erases every value of the ledger that tells of a person, with its salt, as the owner of the schema. The entries stay, and so does
 * the chain over them: a verification passes and counts what was erased.
 * @returns how many values
 */
export async function eraseValues(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { count } = await sql`
    update ledger_values set value = null, salt = null, found_by = null
    where tenant_id = ${tenantId} and value is not null
      and (found_by = ${person.id} or ${mentionsPerson(sql, sql`value`, person)})`
  return count
}
