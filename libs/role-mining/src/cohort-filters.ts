import { createHash } from 'node:crypto'
import { invalidArgument, listed } from '@assay/errors'
import { type AttributeFilter, storedValue, valuesOfEnum } from '@assay/profiles'

/** An attribute has one of the values. A person has to match all filters of a cohort. */
export type CohortFilter = AttributeFilter

const mostFilters = 32
const mostValues = 1000

/**
 * Checks the filters of a caller and returns them with their values in stored form.
 * @throws invalid_argument with the name of the filter; for an unknown attribute or value also with the known ones
 */
export function checkFilters(
  field: string,
  filters: readonly CohortFilter[],
  knownAttributes: readonly string[],
): CohortFilter[] {
  if (filters.length > mostFilters)
    throw invalidArgument(field, `at most ${mostFilters} filters, not ${filters.length}`)
  return filters.map(({ attribute, values }, index) => {
    const at = `${field}[${index}]`
    if (attribute === '') throw invalidArgument(`${at}.attribute`, 'must name an attribute')
    if (!knownAttributes.includes(attribute))
      throw invalidArgument(`${at}.attribute`, `unknown attribute "${attribute}"; known are ${listed(knownAttributes)}`)
    if (values.length === 0) throw invalidArgument(`${at}.values`, 'needs at least one value')
    if (values.length > mostValues)
      throw invalidArgument(`${at}.values`, `at most ${mostValues} values, not ${values.length}`)
    const stored = checkValues(`${at}.values`, attribute, values)
    if (stored.includes('')) throw invalidArgument(`${at}.values`, 'a value must not be empty')
    return { attribute, values: [...new Set(stored)] }
  })
}

/**
 * Values of an attribute in their stored spelling.
 * @throws invalid_argument for a value that an attribute with a closed list cannot have, with the list
 */
export function checkValues(field: string, attribute: string, values: readonly string[]): string[] {
  const possible = valuesOfEnum(attribute)
  const stored = values.map((value) => storedValue(attribute, value))
  const unknown = stored.find((value) => possible !== undefined && !possible.includes(value))
  if (unknown !== undefined)
    throw invalidArgument(field, `"${unknown}" is no value of ${attribute}; there are ${listed(possible ?? [])}`)
  return stored
}

/** One spelling of each value, so that a person whose department is in upper case does not lead to another suggestion. */
function firstSpellings(values: readonly string[]): string[] {
  const seen = new Set<string>()
  return values.filter((value) => !seen.has(value.toLowerCase()) && seen.add(value.toLowerCase()))
}

/**
 * The id of a suggestion. The same filters in any order have the same id in every run of a tenant (RFC 9562 UUIDv8 over SHA-256, so no
 * query of the database is needed).
 */
export function suggestionId(tenantId: number, filters: readonly CohortFilter[]): string {
  const canonical = filters
    .map(({ attribute, values }) => [attribute, firstSpellings(values).sort()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const hash = createHash('sha256')
    .update(JSON.stringify([tenantId, canonical]))
    .digest()
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6)
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = hash.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
