import type { FieldLimits } from '@assay/transcoding'
import { type DescField, ScalarType } from '@bufbuild/protobuf'

export const percentage = { minimum: 0, maximum: 100 }
/** A name that people give to something; it must have more than blanks. */
export const nameText = { minLength: 1, maxLength: 256, pattern: '\\S' }
/** The id of another object, which has to exist. */
export const nameOfOther = { minLength: 1, required: true }
export const searchText = { maxLength: 1000 }
export const searchList = { maxItems: 1000 }

/** Refuses the zero value of an enum: for lists in the elements, otherwise in the field. */
export const notUnspecified = (field: DescField): FieldLimits => {
  const without = (field.enum?.values ?? []).filter(({ number }) => number === 0).map(({ jsonName }) => jsonName)
  return field.fieldKind === 'list' ? { items: { without } } : { without }
}

/** The limits of a member of a search: the same for all texts and all lists. */
export const searchMember = ({ fieldKind, scalar }: DescField): FieldLimits =>
  fieldKind === 'list' ? searchList : scalar === ScalarType.STRING ? searchText : {}

type Limits = FieldLimits | ((field: DescField) => FieldLimits)

/**
 * Limits that services enforce beyond the types, for the API's description. Keys are names of the proto: of fields, under the
 * package or the message to which they apply; the most specific one comes first. `test/platform/described-limits.test.ts` sends
 * the ends of all ranges.
 */
type LimitTable = readonly (readonly [of: string, fields: Readonly<Record<string, Limits>>])[]

/** Returns a function that gives the limits of a field in all requests that have it; undefined if its type says everything. */
export function limitsBy(table: LimitTable): (field: DescField) => FieldLimits | undefined {
  return (field) => {
    const { typeName } = field.parent
    const [, fields] =
      table.find(([of, named]) => typeName.startsWith(of) && (Object.hasOwn(named, field.name) || '*' in named)) ?? []
    const limit = fields?.[field.name] ?? fields?.['*']
    return typeof limit === 'function' ? limit(field) : limit
  }
}
