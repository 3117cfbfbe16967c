import { attributesOfPeople, type ValueName, valueNames } from '@assay/directory'
import type { TenantSql } from '@assay/store'

/** The names of the people whose ids are values of filters, such as managers; each once for each attribute. */
export async function namesInFilters(
  sql: TenantSql,
  filters: readonly { readonly attribute: string; readonly values: readonly string[] }[],
): Promise<readonly ValueName[]> {
  const valuesOf = new Map(attributesOfPeople.map((attribute) => [attribute, new Set<string>()]))
  // Added one by one, because a page of sessions has up to five million values.
  for (const { attribute, values } of filters) for (const value of values) valuesOf.get(attribute)?.add(value)
  return valueNames(
    sql,
    [...valuesOf].flatMap(([attribute, values]) => [...values].map((value) => ({ attribute, value }))),
  )
}
