import type { FieldLimits } from '@assay/transcoding'
import { type DescField, ScalarType } from '@bufbuild/protobuf'

export const percentage = { minimum: 0, maximum: 100 }
/** What people call a thing: more than blanks. */
export const nameText = { minLength: 1, maxLength: 256, pattern: '\\S' }
/** The name of something else, which has to exist. */
export const nameOfOther = { minLength: 1, required: true }
export const searchText = { maxLength: 1000 }
export const searchList = { maxItems: 1000 }

/** Lists name their own elements, others the field itself; the value of zero is refused. */
export const notUnspecified = (field: DescField): FieldLimits => {
  const without = (field.enum?.values ?? []).filter(({ number }) => number === 0).map(({ jsonName }) => jsonName)
  return field.fieldKind === 'list' ? { items: { without } } : { without }
}

/** Of a search: texts and lists of any member are bounded alike. */
export const searchMember = ({ fieldKind, scalar }: DescField): FieldLimits =>
  fieldKind === 'list' ? searchList : scalar === ScalarType.STRING ? searchText : {}

type Limits = FieldLimits | ((field: DescField) => FieldLimits)

/**
 * What services refuse although the types allow it, for the API's description; by the names of the proto, after the package or
 * the message that they hold for, the closer ones first. `test/platform/described-limits.test.ts` sends the ends of all of them.
 */
type LimitTable = readonly (readonly [of: string, fields: Readonly<Record<string, Limits>>])[]

/** Answers the limits of a field in all requests that hold it; undefined where its type says everything. */
export function limitsBy(table: LimitTable): (field: DescField) => FieldLimits | undefined {
  return (field) => {
    const { typeName } = field.parent
    const [, fields] =
      table.find(([of, named]) => typeName.startsWith(of) && (Object.hasOwn(named, field.name) || '*' in named)) ?? []
    const limit = fields?.[field.name] ?? fields?.['*']
    return typeof limit === 'function' ? limit(field) : limit
  }
}
