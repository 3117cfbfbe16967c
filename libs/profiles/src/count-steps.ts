import { Duration } from '@marcbachmann/cel-js/evaluator'
import { MissingKey, RuleError, spendReading, spendSteps, spendText } from './rule-limits.ts'
import { callOf, childrenOf, isMacro, literal, type RuleEvaluator, type RuleNode, sizeOf } from './rule-tree.ts'
import { areEqual, compareValues, isIn, nameOf } from './rule-values.ts'
import { normalDuration } from './time-functions.ts'
import { timeOf } from './time-zones.ts'
import { profileType } from './user-fields.ts'

type Binary = (left: unknown, right: unknown) => unknown

/** Operators on values whose types are known only at the evaluation, and on lists and maps. */
const comparisons: Readonly<Record<string, Binary>> = {
  '==': areEqual,
  '!=': (left, right) => !areEqual(left, right),
  '<': (left, right) => compareValues(left, right) < 0,
  '<=': (left, right) => compareValues(left, right) <= 0,
  '>': (left, right) => compareValues(left, right) > 0,
  '>=': (left, right) => compareValues(left, right) >= 0,
  in: isIn,
}
const arithmetic = new Set(['+', '-', '*', '/', '%'])

/**
 * Changes the evaluation of a checked tree where the library does not do what the documentation of rules promises: it counts steps and
 * texts, a missing key of `profile` is a separate error, and values of `profile` are compared as documented.
 */
export function countSteps(node: RuleNode, isLooped = false): void {
  if (node.checkedType === undefined) return
  const loop = node.meta.alternate
  if (loop?.op === 'comprehension') countIterations(node, loop)
  else if (comparisons[node.op] !== undefined) compare(node, isLooped)
  else if (arithmetic.has(node.op)) limitResult(node)
  else if (node.op === '.' || node.op === '[]') readProfile(node)
  for (const child of childrenOf(node)) countSteps(child, isLooped || loop?.op === 'comprehension')
}

/** Whether a part has loops or makes text, so that its cost does not depend on its length alone. */
export function isCostly(node: RuleNode): boolean {
  const call = callOf(node)
  if (node.op === '+') return true
  if (call !== undefined && (isMacro(node) ? call.name !== 'has' : !cheapFunctions.has(call.name))) return true
  return childrenOf(node).some(isCostly)
}

const cheapFunctions = new Set([
  'contains',
  'startsWith',
  'endsWith',
  'matches',
  'ifEmpty',
  'size',
  'HasApp',
  'HasEntitlement',
])

function countIterations(node: RuleNode, loop: RuleNode): void {
  const { step } = loop.args as { step: RuleNode }
  const [, ...body] = (callOf(node)?.given ?? []).map(sizeOf)
  const steps = body.reduce((sum, size) => sum + size, 1)
  step.evaluate = (evaluator, self, context) => {
    spendSteps(steps)
    return step.meta.evaluate(evaluator, self, context)
  }
}

function compare(node: RuleNode, isLooped: boolean): void {
  const [left, right] = node.args as [RuleNode, RuleNode]
  const operation = comparisons[node.op]
  if (operation === undefined) return
  const isOurs = isOpen(left) || isOpen(right) || (node.op === 'in' && right.op !== 'list')
  if (isOurs && !(node.op === 'in' && isPlainList(left, right))) {
    node.evaluate = (evaluator, _node, context) =>
      operation(evaluator.run(left, context), evaluator.run(right, context))
  } else if (isLooped) {
    node.evaluate = (evaluator, self, context) => {
      const value = evaluator.run(left, context)
      if (typeof value === 'string') spendReading(value.length)
      return node.handle?.(value, evaluator.run(right, context), self, evaluator)
    }
  }
}

/** Whether its type is known only at the evaluation, or has parts. */
function isOpen({ checkedType }: RuleNode): boolean {
  return (
    checkedType === undefined || checkedType.hasDynType || checkedType.kind === 'list' || checkedType.kind === 'map'
  )
}

/** `"x" in ["a", "b"]`, which the library evaluates correctly and fast. */
function isPlainList(left: RuleNode, right: RuleNode): boolean {
  return left.checkedType?.kind === 'primitive' && right.op === 'list' && right.checkedType?.hasDynType === false
}

function limitResult(node: RuleNode): void {
  const plain = node.meta.evaluate
  node.evaluate = (evaluator: RuleEvaluator, self, context) => {
    const result = plain(evaluator, self, context)
    if (typeof result === 'string') spendText(result.length)
    else if (Array.isArray(result)) spendSteps(result.length)
    else if (result instanceof Date) return timeOf(result.getTime())
    else if (result instanceof Duration) return normalDuration(result)
    return result
  }
}

function readProfile(node: RuleNode): void {
  const [owner, member] = node.args as [RuleNode, RuleNode | string]
  if (owner.checkedType?.name !== profileType) return
  const known = typeof member === 'string' ? member : literal(member)
  // One error for all people: making an error takes longer than the rest of the evaluation.
  const missing = known === undefined ? undefined : missingKey(known)
  node.evaluate = (evaluator, _node, context) => {
    const profile = evaluator.run(owner, context)
    const key = known ?? evaluator.run(member as RuleNode, context)
    if (typeof key !== 'string') throw new RuleError(`a key of profile is a text, not ${nameOf(key)}`)
    const value = valueIn(profile, key)
    if (value === undefined) throw missing ?? missingKey(key)
    return value
  }
}

function valueIn(profile: unknown, key: string): unknown {
  if (profile instanceof Map) return profile.get(key)
  return Object.hasOwn(profile as object, key) ? (profile as Record<string, unknown>)[key] : undefined
}

function missingKey(key: string): MissingKey {
  return new MissingKey(`profile has no key ${JSON.stringify(key)}`)
}
