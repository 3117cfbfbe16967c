import type { RuleFault } from './rule-facts.ts'
import { callOf, childrenOf, isMacro, literal, type RuleNode } from './rule-tree.ts'
import { profileType } from './user-fields.ts'

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])

/** Functions that exist for lists as well as for texts. */
const functionsOfLists: ReadonlySet<string> = new Set(['size', 'join', 'has'])

/**
 * Finds a part of a checked rule that uses a list attribute as one text. It would select nobody, or exclude everybody, and the library
 * cannot notice it: it does not know the type of a key of `profile`.
 */
export function listFault(root: RuleNode, listAttributes: ReadonlySet<string>): RuleFault | undefined {
  if (listAttributes.size === 0) return undefined
  for (const open = [root]; open.length > 0; ) {
    const node = open.pop() as RuleNode
    const problem = problemOf(node, listAttributes)
    if (problem !== undefined) return { node, problem }
    open.push(...childrenOf(node).toReversed())
  }
  return undefined
}

function problemOf(node: RuleNode, lists: ReadonlySet<string>): string | undefined {
  if (comparisons.has(node.op)) {
    const [left, right] = node.args as [RuleNode, RuleNode]
    const [key, other] =
      listRead(left, lists) === undefined ? [listRead(right, lists), left] : [listRead(left, lists), right]
    if (key === undefined || other.op === 'list' || listRead(other, lists) !== undefined) return undefined
    const value = JSON.stringify(literal(other) ?? 'value')
    const remedy = `${value} in ${profileKey(key)}`
    return `"${key}" is a list, so ${node.op === '!=' ? `ask !(${remedy})` : `ask ${remedy}`}`
  }
  if (node.op === 'in') {
    const [element] = node.args as [RuleNode, RuleNode]
    const key = listRead(element, lists)
    if (key === undefined) return undefined
    return `"${key}" is a list, so ask for one of several values by ${profileKey(key)}.exists(value, value in [...])`
  }
  const call = callOf(node)
  if (call?.receiver === undefined || isMacro(node) || functionsOfLists.has(call.name)) return undefined
  const key = listRead(call.receiver, lists)
  if (key === undefined) return undefined
  return `"${key}" is a list, so ask each of its values by ${profileKey(key)}.exists(value, value.${call.name}(...))`
}

function profileKey(key: string): string {
  return `subject.profile[${JSON.stringify(key)}]`
}

/** The list attribute that a node reads from a user. */
function listRead({ op, args }: RuleNode, lists: ReadonlySet<string>): string | undefined {
  if (op !== '.' && op !== '[]') return undefined
  const [owner, member] = args as [RuleNode, RuleNode | string]
  if (owner.checkedType?.name !== profileType) return undefined
  const key = typeof member === 'string' ? member : literal(member)
  return key !== undefined && lists.has(key) ? key : undefined
}
