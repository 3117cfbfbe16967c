export const filterOperators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'co', 'in', 'ca', 'pr', 'isnull'] as const

/** The operators of SailPoint's standard collection parameters; each list decides which of them a field has. */
export type FilterOperator = (typeof filterOperators)[number]

/**
 * A field of a list. `choice` is a text from `values`: `eq`, `ne` and `in` refuse any other value; the other operators compare it as text.
 * `ca` needs a column of type `text[]`.
 */
export type FilterField =
  | { readonly type: 'text'; readonly operators: readonly FilterOperator[] }
  | {
      readonly type: 'choice'
      readonly values: readonly string[]
      readonly operators: readonly Exclude<FilterOperator, 'ca'>[]
    }
  | { readonly type: 'boolean'; readonly operators: readonly ('eq' | 'ne' | 'in' | 'pr' | 'isnull')[] }
  | {
      readonly type: 'number' | 'instant'
      readonly operators: readonly Exclude<FilterOperator, 'sw' | 'co' | 'ca'>[]
    }

/** The fields of one list, by the names that callers write, with dots (`entitlementRef.name`). */
export type FilterFields = Readonly<Record<string, FilterField>>

/** A string for `text` and `choice` fields. A Date has milliseconds, as times in answers. */
export type FilterValue = string | number | boolean | Date

/** One condition; its values have the field's type. */
export type Comparison<Name extends string = string> =
  | {
      readonly kind: 'comparison'
      readonly field: Name
      readonly operator: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'
      readonly value: FilterValue
    }
  | { readonly kind: 'comparison'; readonly field: Name; readonly operator: 'sw' | 'co'; readonly value: string }
  | {
      readonly kind: 'comparison'
      readonly field: Name
      readonly operator: 'in'
      readonly values: readonly FilterValue[]
    }
  | {
      readonly kind: 'comparison'
      readonly field: Name
      readonly operator: 'ca'
      readonly values: readonly string[]
    }
  | { readonly kind: 'comparison'; readonly field: Name; readonly operator: 'pr' | 'isnull' }

/**
 * A filter that its list supports. A condition on a missing value is false, and `not` turns that into true: there is no third truth value.
 * An `and` of no conditions matches all rows.
 */
export type Filter<Name extends string = string> =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter<Name>[] }
  | { readonly kind: 'not'; readonly of: Filter<Name> }
  | Comparison<Name>
