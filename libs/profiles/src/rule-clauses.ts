import { EvaluationError } from '@marcbachmann/cel-js'
import { isCostly } from './count-steps.ts'
import { type Fact, factsRead } from './facts-read.ts'
import { functionMark, ruleEnvironment } from './rule-environment.ts'
import { beginCounting, exceededLimit, MissingKey, RuleError, spendSteps } from './rule-limits.ts'
import { type RuleEvaluator, type RuleNode, shapeOf, sizeOf } from './rule-tree.ts'
import { enterWorld, type RuleWorld } from './rule-world.ts'
import type { Subject } from './subject.ts'

/** The result of a rule, or of a part of it, for one identity. */
export type RuleAnswer =
  | { readonly kind: 'yes' | 'no' }
  /** `missing`: a key of `profile` that decides is missing. `failed`: another repeatable error. Both exclude the identity. */
  | { readonly kind: 'missing' | 'failed'; readonly message: string }

/** A part of a rule that can be evaluated separately. */
export interface RuleClause {
  /** Equal for clauses that always have the same result, in whatever rules they are. */
  readonly name: string
  /** All facts on which its result depends; undefined when they are not known. */
  readonly reads: readonly Fact[] | undefined
  ask(subject: Subject, world: RuleWorld): RuleAnswer
}

/** An error excludes the identity only if no other clause is false: CEL's `&&` absorbs the error of one operand. */
export function joinedAnswer(answers: Iterable<RuleAnswer>): RuleAnswer {
  let joined: RuleAnswer = yes
  for (const answer of answers) {
    if (answer.kind === 'no') return no
    // The library reports the later one of two errors.
    if (answer.kind !== 'yes') joined = answer
  }
  return joined
}

/**
 * The clauses that a checked rule joins by `&&` at its top, in their order. The rule's result is their joined result. Each clause has a
 * share of the rule's limits, since clauses are evaluated separately.
 */
export function clausesOf(root: RuleNode): RuleClause[] {
  const operands = operandsOf(root)
  const costly = new Set(operands.filter(isCostly))
  return operands.map((node) => {
    const share = costly.has(node) ? 1 / costly.size : 1
    const steps = sizeOf(node)
    return {
      // Only an evaluation needs these two members, and a rule is checked more often than it is evaluated.
      get name() {
        return share === 1 ? shapeOf(node) : `${shapeOf(node)} ${share}`
      },
      get reads() {
        return factsRead(node)
      },
      ask: (subject, world) => ask(node, steps, share, subject, world),
    }
  })
}

const [yes, no]: readonly [RuleAnswer, RuleAnswer] = [{ kind: 'yes' }, { kind: 'no' }]

function operandsOf(root: RuleNode): RuleNode[] {
  const operands: RuleNode[] = []
  for (const open = [root]; open.length > 0; ) {
    const node = open.pop() as RuleNode
    if (node.op === '&&') open.push(...(node.args as RuleNode[]).toReversed())
    else operands.push(node)
  }
  return operands
}

function ask(node: RuleNode, steps: number, share: number, subject: Subject, world: RuleWorld): RuleAnswer {
  beginCounting(share)
  enterWorld(world)
  try {
    spendSteps(steps)
    const value = evaluateNode(node, subject)
    const limit = exceededLimit()
    if (limit !== undefined) return { kind: 'failed', message: limit.message }
    if (typeof value === 'boolean') return value ? yes : no
    return { kind: 'failed', message: 'a condition comes out as something else than true or false' }
  } catch (error) {
    return answerOf(exceededLimit() ?? error)
  }
}

/** Only a repeatable error is a result. @throws errors that depend on the machine: the depth of the stack, memory */
function answerOf(error: unknown): RuleAnswer {
  if (error instanceof MissingKey) return { kind: 'missing', message: error.message }
  if (error instanceof RuleError) return { kind: 'failed', message: error.message }
  if (error instanceof EvaluationError) {
    const { code, node, summary } = error as EvaluationError & { node?: { left?: RuleNode } }
    // The library reports a missing key inside a value of `profile`; a map that the rule itself contains is another case.
    const isKnown = node?.left?.checkedType?.hasDynType === false
    return {
      kind: code === 'no_such_key' && !isKnown ? 'missing' : 'failed',
      // The library says "size undefined" for an empty list.
      message: summary.replaceAll(functionMark, '').replace('size undefined', 'size 0'),
    }
  }
  if (error instanceof RangeError && /call stack|allocation/iu.test(error.message)) throw error
  return { kind: 'failed', message: 'the rule cannot be evaluated for this person' }
}

/** Evaluates a part of a checked tree; the library's public function is only for whole expressions. */
export function evaluateNode(node: RuleNode, subject: Subject | undefined): unknown {
  return node.evaluate(evaluator, node, { getValue: () => subject, getCheckedValue: () => subject })
}

const evaluator = evaluatorOf()

/** The library passes its evaluator only to nodes. */
function evaluatorOf(): RuleEvaluator {
  const probe = ruleEnvironment.parse('true')
  let found: RuleEvaluator | undefined
  const root = probe.ast as unknown as RuleNode
  root.evaluate = (given) => {
    found = given
    return true
  }
  probe()
  return found as unknown as RuleEvaluator
}
