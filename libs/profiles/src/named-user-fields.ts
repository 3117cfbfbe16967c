import type { RuleFault } from './rule-facts.ts'
import { callOf, childrenOf, literal, type RuleNode } from './rule-tree.ts'

/**
 * A part of a checked rule that could read a field of a user whose name is not in the text of the rule. What is read of
 * other identities, and whether the rule speaks of machines, is told from the names in its text; such a rule would be
 * answered wrongly without a word.
 */
export function unnamedUserField(root: RuleNode): RuleFault | undefined {
  for (const open = [root]; open.length > 0; ) {
    const node = open.pop() as RuleNode
    const problem = problemOf(node)
    if (problem !== undefined) return { node, problem }
    open.push(...childrenOf(node))
  }
  return undefined
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
