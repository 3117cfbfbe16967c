import { type ValueName, valueNames, valuesOfPeople } from '@assay/directory'
import type { TenantSql } from '@assay/store'

/** The names of the people whose ids are values of filters, such as managers; each once for each attribute. */
export async function namesInFilters(
  sql: TenantSql,
  filters: readonly { readonly attribute: string; readonly values: readonly string[] }[],
): Promise<readonly ValueName[]> {
  return valueNames(sql, valuesOfPeople(filters))
}
