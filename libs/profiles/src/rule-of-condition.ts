import { invalidArgument } from '@assay/errors'
import { celText } from './cel-from-filters.ts'
import type {
  AttributeCondition,
  ConditionOperator,
  RuleAttribute,
  RuleCondition,
  TextField,
} from './rule-condition.ts'

const fields: Readonly<Record<TextField, string>> = {
  id: 'subject.id',
  email: 'subject.email',
  username: 'subject.username',
  displayName: 'subject.displayName',
  department: 'subject.department',
  jobTitle: 'subject.jobTitle',
  employmentType: 'subject.employmentType',
  employmentStatus: 'subject.employmentStatus',
  managerId: 'subject.managerId',
}

/**
 * The membership rule with the same meaning as a tree of comparisons; `conditionOfRule` reads the same tree from it.
 * @param listAttributes keys of attributes that are lists; they support only `equals` and `not_equals`
 * @param field the name of the tree in the caller's API
 * @throws invalid_argument for a comparison that a list does not support
 */
export function ruleOfCondition(
  condition: RuleCondition,
  listAttributes: ReadonlySet<string>,
  field = 'condition',
): string {
  if (condition.kind === 'compare') return comparison(condition, listAttributes, field)
  if (condition.kind === 'any') return choice(condition.of, listAttributes, field)
  return condition.of
    .map((part) => {
      const text = ruleOfCondition(part, listAttributes, field)
      return part.kind === 'any' && text.includes(' || ') ? `(${text})` : text
    })
    .join(' && ')
}

function choice(of: readonly RuleCondition[], lists: ReadonlySet<string>, field: string): string {
  const equal = equalValues(of)
  if (equal !== undefined) return oneOf(equal.attribute, equal.values, lists)
  return of
    .map((part) => {
      const text = ruleOfCondition(part, lists, field)
      return text.includes(' && ') ? `(${text})` : text
    })
    .join(' || ')
}

/** The values, if all parts compare the same attribute with one value each. */
function equalValues(of: readonly RuleCondition[]) {
  const [first] = of
  if (of.length < 2 || first?.kind !== 'compare') return undefined
  const values: string[] = []
  for (const part of of) {
    if (part.kind !== 'compare' || part.operator !== 'equals') return undefined
    if (nameOf(part.attribute) !== nameOf(first.attribute)) return undefined
    values.push(part.value)
  }
  return { attribute: first.attribute, values }
}

const nameOf = (attribute: RuleAttribute) =>
  attribute.kind === 'field' ? `field ${attribute.name}` : `key ${attribute.key}`

function oneOf(attribute: RuleAttribute, values: readonly string[], lists: ReadonlySet<string>): string {
  const literals = `[${[...new Set(values)].map(celText).join(', ')}]`
  const read = readOf(attribute)
  const text =
    attribute.kind === 'key' && lists.has(attribute.key)
      ? `${read}.exists(value, value in ${literals})`
      : `${read} in ${literals}`
  return guarded(attribute, text)
}

const signs: Partial<Readonly<Record<ConditionOperator, string>>> = {
  equals: '==',
  greater: '>',
  less: '<',
  greater_or_equal: '>=',
  less_or_equal: '<=',
}

const functions: Partial<Readonly<Record<ConditionOperator, string>>> = {
  contains: 'contains',
  starts_with: 'startsWith',
  ends_with: 'endsWith',
}

function comparison(condition: AttributeCondition, lists: ReadonlySet<string>, field: string): string {
  const { attribute, operator, value } = condition
  if (operator === 'not_equals' || operator === 'not_contains') {
    const positive = comparison(
      { ...condition, operator: operator === 'not_equals' ? 'equals' : 'contains' },
      lists,
      field,
    )
    // A field is never missing, so the plain operator means the same.
    if (operator === 'not_equals' && attribute.kind === 'field') return `${readOf(attribute)} != ${celText(value)}`
    return operator === 'not_contains' && attribute.kind === 'field' ? `!${positive}` : `!(${positive})`
  }
  const read = readOf(attribute)
  const literal = celText(value)
  if (attribute.kind === 'key' && lists.has(attribute.key)) {
    if (operator === 'equals') return guarded(attribute, `${literal} in ${read}`)
    throw invalidArgument(field, `"${attribute.key}" is a list, so only "equals" and "not equals" can be used for it`)
  }
  const sign = signs[operator]
  return guarded(
    attribute,
    sign === undefined ? `${read}.${functions[operator]}(${literal})` : `${read} ${sign} ${literal}`,
  )
}

function readOf(attribute: RuleAttribute): string {
  return attribute.kind === 'field' ? fields[attribute.name] : `subject.profile[${celText(attribute.key)}]`
}

/** A person without the key is not selected, instead of excluded with an error. */
function guarded(attribute: RuleAttribute, text: string): string {
  return attribute.kind === 'field' ? text : `${celText(attribute.key)} in subject.profile && ${text}`
}
