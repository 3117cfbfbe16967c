import { invalidArgument } from '@assay/errors'
import type { ParseResult } from '@marcbachmann/cel-js'
import { countSteps } from './count-steps.ts'
import { foreseenFault } from './foreseen-faults.ts'
import { listFault } from './list-faults.ts'
import { clausesOf, joinedAnswer, type RuleAnswer, type RuleClause } from './rule-clauses.ts'
import { functionMark, ruleEnvironment } from './rule-environment.ts'
import { isFault, type RuleFacts, type RuleFault, readRule } from './rule-facts.ts'
import { ruleLimits } from './rule-limits.ts'
import { type RuleNode, tooDeep } from './rule-tree.ts'
import type { RuleWorld } from './rule-world.ts'
import type { Subject } from './subject.ts'
import { userFieldsRead } from './user-fields-read.ts'

/** A rule that parses and has the type bool, ready to be evaluated. */
export interface MembershipRule extends RuleFacts {
  readonly expression: string
  /** Whether the rule reads the field `type`, so that it may select machines. */
  readonly namesType: boolean
  /** Whether the rule reads the mail address of the manager, which belongs to another identity. */
  readonly namesManager: boolean
  /** The parts joined by `&&`; the result of the rule is their joined result. */
  readonly clauses: readonly RuleClause[]
  /**
   * Never throws for a missing value of an identity, nor for a limit: both are results. The same identity, world and rule give the same
   * result on every machine.
   */
  ask(subject: Subject, world: RuleWorld): RuleAnswer
}

/** The position and the reason of a fault in a rule; line and column from 1, columns in characters. */
export class RuleRefused extends Error {
  readonly line: number
  readonly column: number

  constructor(expression: string, offset: number, problem: string, options?: ErrorOptions) {
    super(problem, options)
    const before = expression.slice(0, offset)
    this.line = before.split('\n').length
    this.column = [...before.slice(before.lastIndexOf('\n') + 1)].length + 1
  }
}

/**
 * Parses and checks an expression over `subject` (docs/membership-rules.md).
 * @param listAttributes list attributes, which the rule must not use as one text; an evaluation of a rule that was checked before need not
 * pass them
 * @throws invalid_argument on `field` with line and column (both from 1, columns in characters) when the expression does not parse, names
 * something unknown, does not have the type bool, has a pattern that does not compile, or exceeds a limit for every subject
 */
export function compileMembershipRule(
  expression: string,
  listAttributes: ReadonlySet<string> = new Set(),
  field = 'cel_expression',
): MembershipRule {
  try {
    return checkedRule(expression, listAttributes)
  } catch (error) {
    if (error instanceof RuleRefused)
      throw invalidArgument(field, `line ${error.line}, column ${error.column}: ${error.message}`, {
        cause: error.cause,
      })
    if (error instanceof TooLongRule) throw invalidArgument(field, error.message)
    throw error
  }
}

/** The rule is too long, so the fault has no position. */
export class TooLongRule extends Error {}

/** Like `compileMembershipRule`, for callers that need the position of a fault. @throws RuleRefused; TooLongRule */
export function checkedRule(expression: string, listAttributes: ReadonlySet<string> = new Set()): MembershipRule {
  const most = ruleLimits.expressionLength
  if (expression.length > most) {
    throw new TooLongRule(`has ${expression.length} characters; at most ${most} are supported`)
  }
  const refuse = ({ node, problem }: RuleFault): Error => new RuleRefused(expression, node.range.start, problem)
  const parsed = parse(expression)
  const root = parsed.ast as unknown as RuleNode
  const deep = tooDeep(root, ruleLimits.depth)
  if (deep !== undefined) {
    throw refuse({
      node: deep,
      problem: `more than ${ruleLimits.depth} operators within each other; use "in" with a list`,
    })
  }
  const facts = readRule(root)
  if (isFault(facts)) throw refuse(facts)
  const checked = parsed.check()
  if (!checked.valid) throw refusal(expression, checked.error)
  if (checked.type !== 'bool') {
    throw new RuleRefused(expression, 0, `the rule comes out as ${checked.type}, but it has to come out as bool`)
  }
  countSteps(root)
  const wrongList = listFault(root, listAttributes)
  if (wrongList !== undefined) throw refuse(wrongList)
  const fields = userFieldsRead(root)
  if (isFault(fields)) throw refuse(fields)
  const fault = foreseenFault(root)
  if (fault !== undefined) throw refuse(fault)
  const clauses = clausesOf(root)
  return {
    ...facts,
    expression,
    namesType: fields.has('type'),
    namesManager: fields.has('manager'),
    clauses,
    ask: (subject, world) => joinedAnswer(clauses.map((clause) => clause.ask(subject, world))),
  }
}

function parse(expression: string): ParseResult {
  try {
    return ruleEnvironment.parse(expression)
  } catch (error) {
    // Any error: the library's own errors, and a full stack after thousands of operators in a row.
    throw refusal(expression, error)
  }
}

function refusal(expression: string, error: unknown): Error {
  const { range, summary } = (error ?? {}) as { range?: { start: number }; summary?: string }
  const problem =
    summary === 'has() invalid argument'
      ? hasUsage
      : (summary?.replaceAll(functionMark, '') ?? 'not a valid expression')
  return new RuleRefused(expression, range?.start ?? 0, problem, { cause: error })
}

const hasUsage =
  'has() takes a field after a dot, as has(subject.profile.level); a key in quotes is asked for as in "Cost Center" in subject.profile'
