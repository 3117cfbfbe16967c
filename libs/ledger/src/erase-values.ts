import type { TenantSql } from '@assay/store'
import { type ErasedPerson, mentionsPerson } from './erased-person.ts'

/**
 * Erases every value of the ledger that mentions a person, with its salt. It needs the database login of the schema's owner. The entries
 * and their chain stay: a verification passes and counts the erased values.
 * @returns the number of erased values
 */
export async function eraseValues(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { count } = await sql`
    update ledger_values set value = null, salt = null, found_by = null
    where tenant_id = ${tenantId} and value is not null
      and (found_by = ${person.id} or ${mentionsPerson(sql, sql`value`, person)})`
  return count
}
