import { itemAt } from '@assay/errors'
import { isCostly } from './count-steps.ts'
import { evaluateNode } from './rule-clauses.ts'
import type { RuleFault } from './rule-facts.ts'
import { beginCounting, exceededLimit } from './rule-limits.ts'
import { callOf, childrenOf, isMacro, loops, type RuleNode } from './rule-tree.ts'

/**
 * A part of a checked rule that exceeds a limit for every subject, since it does not depend on the subject. Such a rule is refused, because
 * it would exclude all people for whom that part is evaluated.
 */
export function foreseenFault(root: RuleNode): RuleFault | undefined {
  beginCounting(1)
  for (const node of constantParts(root)) {
    try {
      evaluateNode(node, undefined)
    } catch {
      // Other errors are ignored, since another part of the rule may prevent them, as in `false && 1 / 0 > 1`.
    }
    const limit = exceededLimit()
    if (limit !== undefined) return { node, problem: limit.message }
  }
  return undefined
}

/** The largest parts that depend on nothing and whose cost does not depend on their length alone. */
function constantParts(root: RuleNode): RuleNode[] {
  const constants = new Set<RuleNode>()
  readNames(root, constants)
  const parts: RuleNode[] = []
  const visit = (node: RuleNode): void => {
    // An unchecked node is the name of a variable, or the argument of `has`.
    if (node.checkedType === undefined) return
    if (!constants.has(node)) for (const child of childrenOf(node)) visit(child)
    else if (isCostly(node)) parts.push(node)
  }
  visit(root)
  return parts
}

const noNames: ReadonlySet<string> = new Set()

/** Stands for everything that depends on a person, other people or the clock. */
const outside: ReadonlySet<string> = new Set([''])

/** The names that a node uses from outside of it, in one pass over the tree; nodes without any are collected. */
function readNames(node: RuleNode, constants: Set<RuleNode>): ReadonlySet<string> {
  const names = namesOf(node, constants)
  if (names.size === 0) constants.add(node)
  return names
}

function namesOf(node: RuleNode, constants: Set<RuleNode>): ReadonlySet<string> {
  if (node.op === 'id') return node.meta.alternate === undefined ? new Set([node.args as string]) : noNames
  const names = childrenOf(node)
    .map((child) => readNames(child, constants))
    .reduce((all, some) => (some.size === 0 || all === some ? all : all.size === 0 ? some : all.union(some)), noNames)
  const call = callOf(node)
  if (call === undefined) return names
  // `has` and `cel.bind` are not analysed.
  if (isMacro(node) && !loops.has(call.name)) return outside
  if (call.name === 'now' || /^[A-Z]/u.test(call.name)) return outside
  if (!isMacro(node)) return names
  // A loop defines the name of its variable, unless the collection of the loop uses another variable with that name.
  const variable = itemAt(call.given, 0).args as string
  const around = readNames(call.receiver as RuleNode, constants)
  return around.has(variable) ? names : names.difference(new Set([variable]))
}
