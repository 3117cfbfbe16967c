import { invalidArgument } from '@assay/errors'
import { EvaluationError, type ParseResult, type TypeCheckResult } from '@marcbachmann/cel-js'
import { ruleEnvironment } from './rule-environment.ts'
import { isFault, type RuleFacts, readRule } from './rule-facts.ts'
import type { Subject } from './subject.ts'

const longestExpression = 200_000

/** A rule that parses and type-checks to bool, ready to be asked about identities. */
export interface MembershipRule extends RuleFacts {
  readonly expression: string
  /** Never throws for what an identity lacks: a missing value, wherever it decides the outcome, excludes. */
  selects(subject: Subject): boolean
}

/**
 * Parses and checks an expression over `subject`. Throws `invalid_argument` on `field` with line and column (both from 1,
 * columns in characters) when it does not parse, names something unknown, does not come out as bool, or would take
 * unbounded time.
 */
export function compileMembershipRule(expression: string, field = 'cel_expression'): MembershipRule {
  if (expression.length > longestExpression) {
    throw invalidArgument(field, `has ${expression.length} characters; at most ${longestExpression} are supported`)
  }
  const checked = ruleEnvironment.check(expression)
  if (!checked.valid) throw refusal(expression, field, checked.error)
  if (checked.type !== 'bool') {
    throw invalidArgument(
      field,
      `line 1, column 1: the rule comes out as ${checked.type}, but it has to come out as bool`,
    )
  }
  const evaluate = ruleEnvironment.parse(expression)
  const facts = readRule(evaluate.ast)
  if (isFault(facts)) {
    throw invalidArgument(field, `${place(expression, facts.node.range.start)}: ${facts.problem}`)
  }
  return { ...facts, expression, selects: (subject) => selects(evaluate, subject) }
}

function selects(evaluate: ParseResult, subject: Subject): boolean {
  try {
    return evaluate({ subject }) === true
  } catch (error) {
    // A value that the identity does not have, or an operation that it does not allow (a bad pattern, a bad number).
    if (error instanceof EvaluationError) return false
    throw error
  }
}

function refusal(expression: string, field: string, error: TypeCheckResult['error']): Error {
  const at = place(expression, error?.range?.start ?? 0)
  return invalidArgument(field, `${at}: ${error?.summary ?? 'not a valid expression'}`, { cause: error })
}

function place(expression: string, offset: number): string {
  const before = expression.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return `line ${before.split('\n').length}, column ${[...before.slice(lineStart)].length + 1}`
}
