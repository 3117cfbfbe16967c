import { createHash } from 'node:crypto'
import { invalidArgument, listed } from '@assay/errors'
import { type AttributeFilter, storedValue, valuesOfEnum } from '@assay/profiles'

/** One attribute equals one of the values. Several filters of a cohort hold together. */
export type CohortFilter = AttributeFilter

const mostFilters = 32
const mostValues = 1000

/**
 * Filters as given by a caller, checked, with their values as they are stored.
 * @throws invalid_argument naming the filter, and for an unknown attribute or value the known ones
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
 * Values of an attribute in the spelling in which they are stored.
 * @throws invalid_argument for a value that an attribute with a closed list cannot have, naming the list
 */
export function checkValues(field: string, attribute: string, values: readonly string[]): string[] {
  const possible = valuesOfEnum(attribute)
  const stored = values.map((value) => storedValue(attribute, value))
  const unknown = stored.find((value) => possible !== undefined && !possible.includes(value))
  if (unknown !== undefined)
    throw invalidArgument(field, `"${unknown}" is no value of ${attribute}; there are ${listed(possible ?? [])}`)
  return stored
}

/** One more person whose department is in upper case makes no other suggestion. */
function firstSpellings(values: readonly string[]): string[] {
  const seen = new Set<string>()
  return values.filter((value) => !seen.has(value.toLowerCase()) && seen.add(value.toLowerCase()))
}

/**
 * The id of a suggestion: the same filters in any order give the same id in every run of a tenant (RFC 9562 UUIDv8
 * over SHA-256, so it can be made without asking the database).
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
