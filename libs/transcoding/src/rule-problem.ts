import type { DescMethod } from '@bufbuild/protobuf'

/** One fault of one rule, for the author of the proto. */
export interface RuleProblem {
  /**
   * The full name of the rpc, such as `acme.library.v1.LibraryService.GetBook`. Of a rule from the mount option `rules`: its
   * selector.
   */
  readonly rpc: string
  /** Empty when the rule has none. */
  readonly template: string
  /** The column in the template, counted from 1. Undefined if the fault is elsewhere in the rule. */
  readonly column: number | undefined
  readonly reason: string
}

/** Thrown when rules are compiled. It has every fault, not only the first. */
export class TranscodingRuleError extends Error {
  readonly problems: readonly RuleProblem[]

  constructor(problems: readonly RuleProblem[]) {
    super(problems.map(describeProblem).join('\n'))
    this.name = 'TranscodingRuleError'
    this.problems = problems
  }
}

function describeProblem({ rpc, template, column, reason }: RuleProblem): string {
  const place = template === '' ? '' : ` "${template}"${column === undefined ? '' : ` column ${column}`}`
  return `${rpc}${place}: ${reason}`
}

/** The name of an rpc in selectors and problems. */
export function rpcName(method: DescMethod): string {
  return `${method.parent.typeName}.${method.name}`
}
