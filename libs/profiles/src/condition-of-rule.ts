import type {
  AttributeCondition,
  ConditionOperator,
  RuleAttribute,
  RuleCondition,
  TextField,
} from './rule-condition.ts'
import { ruleEnvironment } from './rule-environment.ts'
import { callOf, literal, type RuleNode } from './rule-tree.ts'
import { userFields } from './user-fields.ts'

/** Longer rules list so many values that nobody reads them as conditions, and a page of profiles parses all of its rules. */
const longestRead = 16_384

/**
 * Reads a rule as a tree of comparisons that selects the same identities. Undefined for a rule that such a tree cannot express, that does
 * not parse, or that has more than 16,384 characters.
 * @param listAttributes keys of attributes that are lists; for them `equals` means that one of the values is equal
 */
export function conditionOfRule(expression: string, listAttributes: ReadonlySet<string>): RuleCondition | undefined {
  if (expression.trim() === '' || expression.length > longestRead) return undefined
  const root = parsed(expression)
  return root && conditionOf(root, listAttributes)
}

function parsed(expression: string): RuleNode | undefined {
  try {
    return ruleEnvironment.parse(expression).ast as unknown as RuleNode
  } catch {
    // An earlier version accepted this rule; its profile reports it.
    return undefined
  }
}

function conditionOf(node: RuleNode, lists: ReadonlySet<string>): RuleCondition | undefined {
  switch (node.op) {
    case '&&':
      return all(operands(node, '&&'), lists)
    case '||':
      return joined(
        'any',
        operands(node, '||').map((one) => conditionOf(one, lists)),
      )
    case '!_':
      return negated(node.args as RuleNode, lists)
    case 'in':
      return membership(node, lists)
    case 'call':
    case 'rcall':
      return ofCall(node, lists)
    default:
      return comparison(node)
  }
}

/** The parts that one operator joins, at any depth of nesting. */
function operands(root: RuleNode, op: string): RuleNode[] {
  const found: RuleNode[] = []
  for (const open = [root]; open.length > 0; ) {
    const node = open.pop() as RuleNode
    if (node.op === op) open.push(...(node.args as RuleNode[]).toReversed())
    else found.push(node)
  }
  return found
}

/** `"k" in subject.profile` together with a comparison of that key means the same as the comparison alone. */
function all(parts: readonly RuleNode[], lists: ReadonlySet<string>): RuleCondition | undefined {
  const guards = parts.flatMap((part) => guardedKey(part) ?? [])
  const conditions = parts.filter((part) => guardedKey(part) === undefined).map((part) => conditionOf(part, lists))
  const compared = new Set(conditions.flatMap((one) => (one?.kind === 'compare' ? [keyOf(one)] : keysOfChoice(one))))
  return guards.every((key) => compared.has(key)) ? joined('all', conditions) : undefined
}

function keyOf({ attribute }: AttributeCondition): string | undefined {
  return attribute.kind === 'key' ? attribute.key : undefined
}

/** The key, if every comparison of a choice uses the same one. */
function keysOfChoice(condition: RuleCondition | undefined): (string | undefined)[] {
  if (condition?.kind !== 'any') return []
  const keys = new Set(condition.of.map((one) => (one.kind === 'compare' ? keyOf(one) : undefined)))
  return keys.size === 1 ? [...keys] : []
}

function guardedKey({ op, args }: RuleNode): string | undefined {
  if (op !== 'in') return undefined
  const [element, map] = args as [RuleNode, RuleNode]
  return isAttributes(map) ? literal(element) : undefined
}

function joined(kind: 'all' | 'any', parts: readonly (RuleCondition | undefined)[]): RuleCondition | undefined {
  const known = parts.flatMap((part) => part ?? [])
  if (known.length < parts.length || known.length === 0) return undefined
  const of = known.flatMap((part) => (part.kind === kind ? part.of : [part]))
  return of.length === 1 ? of[0] : { kind, of }
}

const opposites: Partial<Readonly<Record<ConditionOperator, ConditionOperator>>> = {
  equals: 'not_equals',
  contains: 'not_contains',
}

/**
 * The opposite comparison is true for an identity without the attribute. A field is never missing. Comparing a missing key is an error, so
 * the rule has to check the key first.
 */
function negated(node: RuleNode, lists: ReadonlySet<string>): RuleCondition | undefined {
  const condition = conditionOf(node, lists)
  if (condition?.kind !== 'compare') return undefined
  const { attribute } = condition
  const operator = opposites[condition.operator]
  const isAnswered =
    attribute.kind === 'field' || operands(node, '&&').some((part) => guardedKey(part) === attribute.key)
  return operator && isAnswered ? { ...condition, operator } : undefined
}

const signs: Readonly<Record<string, readonly [ConditionOperator, turned: ConditionOperator]>> = {
  '==': ['equals', 'equals'],
  '!=': ['not_equals', 'not_equals'],
  '>': ['greater', 'less'],
  '<': ['less', 'greater'],
  '>=': ['greater_or_equal', 'less_or_equal'],
  '<=': ['less_or_equal', 'greater_or_equal'],
}

function comparison({ op, args }: RuleNode): RuleCondition | undefined {
  const sign = Object.hasOwn(signs, op) ? signs[op] : undefined
  if (sign === undefined) return undefined
  const [left, right] = args as [RuleNode, RuleNode]
  const [operator, turned] = sign
  return compared(attributeRead(left), operator, right) ?? compared(attributeRead(right), turned, left)
}

function compared(
  attribute: RuleAttribute | undefined,
  operator: ConditionOperator,
  text: RuleNode | undefined,
): AttributeCondition | undefined {
  const value = literal(text)
  if (attribute === undefined || value === undefined) return undefined
  // The rule does not select an identity without the key, but the tree would.
  if (operator === 'not_equals' && attribute.kind === 'key') return undefined
  return { kind: 'compare', attribute, operator, value }
}

/** `subject.department in ["A", "B"]`, or `"A" in` an attribute that is a list. */
function membership({ args }: RuleNode, lists: ReadonlySet<string>): RuleCondition | undefined {
  const [element, container] = args as [RuleNode, RuleNode]
  if (container.op === 'list') return oneOf(attributeRead(element), container)
  return compared(listRead(container, lists), 'equals', element)
}

function oneOf(attribute: RuleAttribute | undefined, list: RuleNode): RuleCondition | undefined {
  if (attribute === undefined) return undefined
  return joined(
    'any',
    (list.args as RuleNode[]).map((item) => {
      const value = literal(item)
      return value === undefined
        ? undefined
        : { kind: 'compare' as const, attribute, operator: 'equals' as const, value }
    }),
  )
}

const functions: Readonly<Record<string, ConditionOperator>> = {
  contains: 'contains',
  startsWith: 'starts_with',
  endsWith: 'ends_with',
}

/** `subject.email.endsWith("@example.com")`, or `.exists(value, value in ["A", "B"])` of an attribute that is a list. */
function ofCall(node: RuleNode, lists: ReadonlySet<string>): RuleCondition | undefined {
  const { name, receiver, given } = callOf(node) ?? { name: '', receiver: undefined, given: [] }
  if (receiver === undefined) return undefined
  if (name === 'exists') return ofAnyValue(listRead(receiver, lists), given)
  const operator = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (operator === undefined || given.length !== 1) return undefined
  return compared(attributeRead(receiver), operator, given[0])
}

function ofAnyValue(attribute: RuleAttribute | undefined, given: readonly RuleNode[]): RuleCondition | undefined {
  const [variable, condition] = given
  if (variable?.op !== 'id' || (condition?.op !== 'in' && condition?.op !== '==')) return undefined
  const [element, values] = condition.args as [RuleNode, RuleNode]
  if (element.op !== 'id' || element.args !== variable.args) return undefined
  if (condition.op === '==') return compared(attribute, 'equals', values)
  return values.op === 'list' ? oneOf(attribute, values) : undefined
}

/** The attribute that a node reads from the subject, if it is one text. */
function attributeRead(node: RuleNode): RuleAttribute | undefined {
  const read = memberRead(node)
  if (read === undefined) return undefined
  const [owner, name] = read
  if (isAttributes(owner)) return { kind: 'key', key: name }
  if (!isSubject(owner) || !Object.hasOwn(userFields, name)) return undefined
  const field = userFields[name as keyof typeof userFields]
  // A person without a mail address has an empty list of addresses, and an empty text.
  return field.type === 'string' && field.reads !== 'managerEmail'
    ? { kind: 'field', name: field.reads as TextField }
    : undefined
}

function listRead(node: RuleNode, lists: ReadonlySet<string>): RuleAttribute | undefined {
  const read = attributeRead(node)
  return read?.kind === 'key' && lists.has(read.key) ? read : undefined
}

function memberRead({ op, args }: RuleNode): [owner: RuleNode, name: string] | undefined {
  if (op !== '.' && op !== '[]') return undefined
  const [owner, member] = args as [RuleNode, RuleNode | string]
  const name = typeof member === 'string' ? member : literal(member)
  return name === undefined ? undefined : [owner, name]
}

function isSubject({ op, args }: RuleNode): boolean {
  return op === 'id' && args === 'subject'
}

function isAttributes(node: RuleNode): boolean {
  const read = memberRead(node)
  return read !== undefined && isSubject(read[0]) && (read[1] === 'profile' || read[1] === 'attributes')
}
