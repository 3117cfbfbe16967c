import type { RoleCriteria, RoleCriteriaSchema } from '@assay/contracts/sailpoint/roles/v1/role_pb'
import { invalidArgument } from '@assay/errors'
import {
  type AttributeCondition,
  type ConditionOperator,
  conditionDepth,
  type RuleAttribute,
  type RuleCondition,
  type TextField,
} from '@assay/profiles'
import type { MessageInitShape } from '@bufbuild/protobuf'

const operations: Readonly<Record<ConditionOperator, string>> = {
  equals: 'EQUALS',
  not_equals: 'NOT_EQUALS',
  contains: 'CONTAINS',
  not_contains: 'DOES_NOT_CONTAIN',
  starts_with: 'STARTS_WITH',
  ends_with: 'ENDS_WITH',
  greater: 'GREATER_THAN',
  less: 'LESS_THAN',
  greater_or_equal: 'GREATER_THAN_EQUALS',
  less_or_equal: 'LESS_THAN_EQUALS',
}
const operatorOf = new Map(Object.entries(operations).map(([operator, name]) => [name, operator as ConditionOperator]))
const ordering: ReadonlySet<ConditionOperator> = new Set(['greater', 'less', 'greater_or_equal', 'less_or_equal'])
const joins = { AND: 'all', OR: 'any' } as const

/** Identity attributes that are fields of an identity in Assay; the other attributes are columns of the access data. */
const fields: Readonly<Record<string, TextField>> = {
  uid: 'username',
  displayName: 'displayName',
  email: 'email',
  department: 'department',
  jobTitle: 'jobTitle',
  manager: 'managerId',
  employmentType: 'employmentType',
  employmentStatus: 'employmentStatus',
}
const nameOfField = new Map(Object.entries(fields).map(([name, field]) => [field, name]))

const prefix = 'attribute.'
const mostLevels = 3
/** Larger criteria come from long lists of values, which the screens of clients cannot show. */
const mostConditions = 500

/** Conditions as criteria; undefined when they need more than three levels or are too many. */
export function toCriteria(condition: RuleCondition): MessageInitShape<typeof RoleCriteriaSchema> | undefined {
  if (conditionDepth(condition) > mostLevels || countOf(condition) > mostConditions) return undefined
  return criteriaOf(condition)
}

function countOf(condition: RuleCondition): number {
  return condition.kind === 'compare' ? 1 : condition.of.reduce((sum, part) => sum + countOf(part), 1)
}

function criteriaOf(condition: RuleCondition): MessageInitShape<typeof RoleCriteriaSchema> | undefined {
  if (condition.kind !== 'compare') {
    const children = condition.of.map(criteriaOf)
    const known = children.flatMap((child) => child ?? [])
    if (known.length < children.length) return undefined
    return { operation: condition.kind === 'all' ? 'AND' : 'OR', children: known }
  }
  const name = nameOfAttribute(condition.attribute)
  if (name === undefined) return undefined
  return {
    operation: operations[condition.operator],
    key: { type: 'IDENTITY', property: prefix + name },
    stringValue: condition.value,
  }
}

function nameOfAttribute(attribute: RuleAttribute): string | undefined {
  if (attribute.kind === 'field') return nameOfField.get(attribute.name)
  // Undefined for a column with the name of a field, since it would be read as the field.
  return Object.hasOwn(fields, attribute.key) ? undefined : attribute.key
}

/**
 * Criteria as conditions of a membership rule.
 * @param known the attributes of the access data; others are refused
 * @throws invalid_argument naming the wrong member: `membership.criteria.children[1].key.property`
 */
export function readCriteria(
  criteria: RoleCriteria,
  known: readonly string[],
  field = 'membership.criteria',
): RuleCondition {
  return read(criteria, known, field, 1, undefined)
}

function read(
  { operation, key, stringValue, children }: RoleCriteria,
  known: readonly string[],
  field: string,
  level: number,
  outer: string | undefined,
): RuleCondition {
  if (level > mostLevels) throw invalidArgument(field, `is deeper than ${mostLevels} levels`)
  if (!Object.hasOwn(joins, operation)) {
    if (children.length > 0) throw invalidArgument(`${field}.children`, `only AND and OR have any, not ${operation}`)
    return readComparison(operation, key, stringValue, known, field)
  }
  if (key !== undefined) throw invalidArgument(`${field}.key`, `must be null for ${operation}`)
  if (stringValue !== undefined) throw invalidArgument(`${field}.stringValue`, `must be null for ${operation}`)
  if (operation === outer) throw invalidArgument(field, `${operation} stands inside ${operation}; join both`)
  if (children.length === 0) throw invalidArgument(`${field}.children`, `${operation} needs at least one`)
  if (children.length > mostConditions) {
    throw invalidArgument(
      `${field}.children`,
      `has ${children.length} conditions; at most ${mostConditions} are supported`,
    )
  }
  const of = children.map((child, at) => read(child, known, `${field}.children[${at}]`, level + 1, operation))
  return of.length === 1 ? (of[0] as RuleCondition) : { kind: joins[operation as keyof typeof joins], of }
}

function readComparison(
  operation: string,
  key: RoleCriteria['key'],
  value: string | undefined,
  known: readonly string[],
  field: string,
): AttributeCondition {
  const operator = operatorOf.get(operation)
  if (operator === undefined) {
    const names = [...operatorOf.keys(), ...Object.keys(joins)].join(', ')
    throw invalidArgument(`${field}.operation`, `"${operation}" is none of ${names}`)
  }
  if (key === undefined) throw invalidArgument(`${field}.key`, 'is missing')
  if (key.type !== 'IDENTITY') {
    throw invalidArgument(
      `${field}.key.type`,
      `must be IDENTITY, it is "${key.type}"; a rule sees attributes of identities, not those of accounts and entitlements`,
    )
  }
  if (value === undefined) throw invalidArgument(`${field}.stringValue`, 'is missing')
  if (ordering.has(operator) && isNumber(value)) {
    throw invalidArgument(
      `${field}.stringValue`,
      `is a number, and ${operation} compares texts; "10" is before "9" there`,
    )
  }
  return { kind: 'compare', attribute: readProperty(key.property, known, `${field}.key.property`), operator, value }
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text))
}

function readProperty(property: string, known: readonly string[], field: string): RuleAttribute {
  if (!property.startsWith(prefix)) {
    throw invalidArgument(field, `must be "${prefix}" and the name of an attribute, it is "${property}"`)
  }
  const name = property.slice(prefix.length)
  if (Object.hasOwn(fields, name)) return { kind: 'field', name: fields[name] as TextField }
  const key = known.find((one) => one === name) ?? known.find((one) => one.toLowerCase() === name.toLowerCase())
  if (key === undefined) throw invalidArgument(field, `no identity has an attribute "${name}"`)
  return { kind: 'key', key }
}
