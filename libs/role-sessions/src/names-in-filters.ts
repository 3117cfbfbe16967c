import { type ValueName, valueNames } from '@assay/directory'
import type { TenantSql } from '@assay/store'

/** Names of the people whose ids are values of filters, such as managers; each once for each attribute. */
export async function namesInFilters(
  sql: TenantSql,
  filters: readonly { readonly attribute: string; readonly values: readonly string[] }[],
): Promise<readonly ValueName[]> {
  const valuesOf = new Map<string, Set<string>>()
  for (const { attribute, values } of filters)
    valuesOf.set(attribute, new Set([...(valuesOf.get(attribute) ?? []), ...values]))
  return valueNames(
    sql,
    [...valuesOf].flatMap(([attribute, values]) => [...values].map((value) => ({ attribute, value }))),
  )
}
