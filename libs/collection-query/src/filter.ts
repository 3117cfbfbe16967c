export const filterOperators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'co', 'in', 'ca', 'pr', 'isnull'] as const

/** An operator of SailPoint's standard collection parameters; which ones a field takes is the list's own choice. */
export type FilterOperator = (typeof filterOperators)[number]

/**
 * What a list offers for one field. `choice` is text out of `values`: `eq`, `ne` and `in` refuse any other value, the
 * remaining operators compare as text. `ca` needs a column of type `text[]`.
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

/** The fields of one list by the names that callers write, dots included (`entitlementRef.name`). */
export type FilterFields = Readonly<Record<string, FilterField>>

/** Text of `text` and `choice` fields; a Date has a precision of milliseconds, as answers show instants. */
export type FilterValue = string | number | boolean | Date

/** One condition, its values of the field's type. */
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
 * A filter that its list supports. A condition on a missing value is false, and `not` turns that into true: there is no
 * third truth value. An `and` of nothing lets everything through.
 */
export type Filter<Name extends string = string> =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter<Name>[] }
  | { readonly kind: 'not'; readonly of: Filter<Name> }
  | Comparison<Name>
