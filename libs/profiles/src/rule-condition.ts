import type { FieldName } from './user-fields.ts'

/** A field of an identity that is one text, or a custom attribute by its key. */
export type RuleAttribute =
  | { readonly kind: 'field'; readonly name: TextField }
  | { readonly kind: 'key'; readonly key: string }

/** Texts that conditions compare. The status and the type of an identity are not among them. */
export type TextField = Exclude<FieldName, 'status' | 'type' | 'managerEmail'>

/** How a condition compares an attribute with its value. */
export type ConditionOperator =
  | 'equals'
  | 'not_equals'
  | 'contains'
  | 'not_contains'
  | 'starts_with'
  | 'ends_with'
  | 'greater'
  | 'less'
  | 'greater_or_equal'
  | 'less_or_equal'

/** One comparison of a rule. */
export interface AttributeCondition {
  readonly kind: 'compare'
  readonly attribute: RuleAttribute
  readonly operator: ConditionOperator
  readonly value: string
}

/**
 * A membership rule as a tree of comparisons, for callers who do not write CEL. A negative comparison is true for an identity without the
 * attribute.
 */
export type RuleCondition = { readonly kind: 'all' | 'any'; readonly of: readonly RuleCondition[] } | AttributeCondition

/** The depth of the tree; a single comparison has depth 1. */
export function conditionDepth(condition: RuleCondition): number {
  return condition.kind === 'compare' ? 1 : 1 + Math.max(0, ...condition.of.map(conditionDepth))
}
