import { functionMark } from './rule-environment.ts'

/**
 * A node of an expression's tree. The library does not declare the members of a checked node; we use them to read types, rename calls and
 * count steps, for which the library has no public way.
 */
export interface RuleNode {
  readonly op: string
  args: unknown
  readonly range: { readonly start: number; readonly end: number }
  readonly meta: {
    readonly evaluate: Evaluate
    /** The expansion of a loop, or the constant of a name. */
    readonly alternate?: RuleNode
    readonly macro?: RuleMacro
  }
  readonly checkedType?: RuleType
  /** Computes the result of an operator from the values of its operands. */
  readonly handle?: (left: unknown, right: unknown, node: RuleNode, evaluator: RuleEvaluator) => unknown
  evaluate: Evaluate
  /** Our cache: a check visits the rule several times, and a long rule has tens of thousands of nodes. */
  children?: readonly RuleNode[]
}

type Evaluate = (evaluator: RuleEvaluator, node: RuleNode, context: unknown) => unknown

export interface RuleEvaluator {
  run(node: RuleNode, context: unknown): unknown
}

interface RuleType {
  readonly name: string
  readonly kind: string
  readonly hasDynType: boolean
}

interface RuleMacro {
  readonly args: readonly RuleNode[]
  typeCheck(
    checker: { check(node: RuleNode, context: unknown): RuleType },
    macro: RuleMacro,
    context: unknown,
  ): RuleType
}

/** Loops, whose first argument is the name of their variable. */
export const loops: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map'])

export interface RuleCall {
  readonly name: string
  /** The value before the dot. */
  readonly receiver: RuleNode | undefined
  readonly given: readonly RuleNode[]
}

/** The parts of a call; undefined for another node. */
export function callOf(node: RuleNode): RuleCall | undefined {
  if (node.op === 'call') {
    const [name, given] = node.args as [string, RuleNode[]]
    return { name: name.replace(functionMark, ''), receiver: undefined, given }
  }
  if (node.op !== 'rcall') return undefined
  const [name, receiver, given] = node.args as [string, RuleNode, RuleNode[]]
  return { name: name.replace(functionMark, ''), receiver, given }
}

/** Whether the library expands the call itself: loops, `has` and `cel.bind`. */
export function isMacro(node: RuleNode): boolean {
  return (node.op === 'call' || node.op === 'rcall') && (node.meta.alternate ?? node.meta.macro) !== undefined
}

export function childrenOf(node: RuleNode): readonly RuleNode[] {
  if (node.children !== undefined) return node.children
  const found: RuleNode[] = []
  collectNodes(node.args, found)
  node.children = found
  return found
}

function collectNodes(value: unknown, found: RuleNode[]): void {
  if (Array.isArray(value)) for (const element of value) collectNodes(element, found)
  else if (isNode(value)) found.push(value)
}

function isNode(value: unknown): value is RuleNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value && 'meta' in value
}

/** The value of a text in quotes. */
export function literal(node: RuleNode | undefined): string | undefined {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined
}

/** `c1.user.v1` for the nodes of such a path; undefined when it has other nodes. */
export function pathOf(node: RuleNode): string | undefined {
  if (node.op === 'id') return node.args as string
  if (node.op !== '.') return undefined
  const [owner, member] = node.args as [RuleNode, string]
  const outer = pathOf(owner)
  return outer === undefined ? undefined : `${outer}.${member}`
}

/** The number of nodes of a part of the tree. */
export function sizeOf(node: RuleNode): number {
  return childrenOf(node).reduce((sum, child) => sum + sizeOf(child), 1)
}

/** The first node that is deeper than `most`. It is found without recursion, since the tree may be too deep for that. */
export function tooDeep(root: RuleNode, most: number): RuleNode | undefined {
  let level: readonly RuleNode[] = [root]
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > most) return level[0]
    level = level.flatMap(childrenOf)
  }
  return undefined
}

/** A text that is equal for two nodes exactly when they are the same expression. */
export function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shapeOf).join()}]`
  if (isNode(value)) return `(${value.op} ${shapeOf(value.args)})`
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'object' && value !== null && 'source' in value) return `/${JSON.stringify(value.source)}`
  return `${value?.constructor.name}:${value}`
}
