import type { DescMethod } from '@bufbuild/protobuf'

/** One fault of one rule, for the person who wrote the proto. */
export interface RuleProblem {
  /** The full name of the rpc, such as `acme.library.v1.LibraryService.GetBook`; of a rule given apart, its selector. */
  readonly rpc: string
  /** Empty when the rule has none. */
  readonly template: string
  /** Counted from 1, in the template; undefined when the fault lies elsewhere in the rule. */
  readonly column: number | undefined
  readonly reason: string
}

/** Thrown when rules are compiled; carries every fault that was found, not only the first. */
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

/** The name under which selectors and problems speak of an rpc. */
export function rpcName(method: DescMethod): string {
  return `${method.parent.typeName}.${method.name}`
}
