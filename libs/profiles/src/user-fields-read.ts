import type { RuleFault } from './rule-facts.ts'
import { callOf, childrenOf, literal, type RuleNode } from './rule-tree.ts'
import { profileType } from './user-fields.ts'

/**
 * Names of the users' fields that a checked rule reads. They show whether it reads other identities and whether it uses machines. So a rule
 * that could read a field by a computed name is refused.
 */
export function userFieldsRead(root: RuleNode): ReadonlySet<string> | RuleFault {
  const fields = new Set<string>()
  for (const open = [root]; open.length > 0; ) {
    const node = open.pop() as RuleNode
    const problem = problemOf(node)
    if (problem !== undefined) return { node, problem }
    const field = fieldOf(node)
    if (field !== undefined) fields.add(field)
    open.push(...childrenOf(node))
  }
  return fields
}

/** The field that is read; undefined for a key of `profile`. */
function fieldOf({ op, args }: RuleNode): string | undefined {
  if (op !== '.' && op !== '[]') return undefined
  const [owner, member] = args as [RuleNode, RuleNode | string]
  if (owner.checkedType?.name === profileType) return undefined
  return typeof member === 'string' ? member : literal(member)
}

function problemOf(node: RuleNode): string | undefined {
  if (node.op === '[]') {
    const [owner, index] = node.args as [RuleNode, RuleNode]
    if (holdsUsers(owner) && owner.checkedType?.kind !== 'list' && literal(index) === undefined) {
      return 'a field of a user is named after a dot or in quotes, not computed'
    }
  }
  const call = callOf(node)
  return call?.name === 'dyn' && call.given.some(holdsUsers) ? 'dyn() takes values, not users' : undefined
}

function holdsUsers({ checkedType }: RuleNode): boolean {
  return checkedType !== undefined && /\bUser\b/u.test(checkedType.name)
}
