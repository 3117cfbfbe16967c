import { isCostly } from './count-steps.ts'
import { evaluateNode } from './rule-clauses.ts'
import type { RuleFault } from './rule-facts.ts'
import { beginCounting, exceededLimit } from './rule-limits.ts'
import { callOf, childrenOf, isMacro, loops, type RuleNode } from './rule-tree.ts'

/**
 * A part of a checked rule that exceeds a limit whoever the subject is, since it does not depend on one: such a rule is
 * refused, for it would exclude everybody who gets that far.
 */
export function foreseenFault(root: RuleNode): RuleFault | undefined {
  beginCounting(1)
  for (const node of constantParts(root)) {
    try {
      evaluateNode(node, undefined)
    } catch {
      // Another error may be for a reason that another part of the rule knows of, as in `false && 1 / 0 > 1`.
    }
    const limit = exceededLimit()
    if (limit !== undefined) return { node, problem: limit.message }
  }
  return undefined
}

/** The largest parts that depend on nothing and whose cost is not seen in their length. */
function constantParts(root: RuleNode): RuleNode[] {
  const parts: RuleNode[] = []
  const visit = (node: RuleNode): void => {
    // What was not checked is the name of a variable, or what `has` looks for.
    if (node.checkedType === undefined) return
    if (!isConstant(node)) for (const child of childrenOf(node)) visit(child)
    else if (isCostly(node)) parts.push(node)
  }
  visit(root)
  return parts
}

function isConstant(root: RuleNode): boolean {
  const visit = (node: RuleNode, known: ReadonlySet<string>): boolean => {
    if (node.op === 'id') return node.meta.alternate !== undefined || known.has(node.args as string)
    const call = callOf(node)
    if (call === undefined) return childrenOf(node).every((child) => visit(child, known))
    // `has` and `cel.bind` are left alone; other people and the clock are no constants.
    if (isMacro(node) && !loops.has(call.name)) return false
    if (call.name === 'now' || /^[A-Z]/u.test(call.name)) return false
    if (!isMacro(node)) return childrenOf(node).every((child) => visit(child, known))
    const [variable, ...body] = call.given
    const inside = new Set([...known, variable.args as string])
    return visit(call.receiver as RuleNode, known) && body.every((part) => visit(part, inside))
  }
  return visit(root, new Set())
}
