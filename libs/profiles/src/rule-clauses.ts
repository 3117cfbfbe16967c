import { DomainError } from '@assay/errors'
import type { ASTNode } from '@marcbachmann/cel-js'
import { type Fact, factsRead } from './facts-read.ts'
import { compileMembershipRule, type MembershipRule } from './membership-rule.ts'
import { ruleEnvironment } from './rule-environment.ts'

/** A part of a rule that can be asked by itself. */
export interface RuleClause {
  readonly rule: MembershipRule
  /** All that its answer depends on; undefined when that cannot be told from its text. */
  readonly reads: readonly Fact[] | undefined
}

/**
 * The clauses that a rule joins by `&&` at its top, in their order. The rule selects exactly those whom every clause
 * selects: it comes out as true only when each operand does, and an error in one excludes either way.
 */
export function clausesOf(rule: MembershipRule): RuleClause[] {
  const { ast } = ruleEnvironment.parse(rule.expression)
  const operands = operandsOf(ast)
  const parts = operands.map((node) => compilePart(rule.expression.slice(node.range.start, node.range.end)))
  // A text that does not stand alone (a node's range leaves out brackets around its edges): the rule stays whole.
  if (!parts.every((part) => part !== undefined)) return [{ rule, reads: factsRead(ast) }]
  return parts.map((part, index) => ({ rule: part, reads: factsRead(operands[index]) }))
}

function operandsOf(node: ASTNode): ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(operandsOf) : [node]
}

function compilePart(expression: string): MembershipRule | undefined {
  try {
    return compileMembershipRule(expression)
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}
