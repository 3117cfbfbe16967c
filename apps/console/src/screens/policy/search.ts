import type { KindName } from '../policies/texts.ts'

const kinds = [
  'protectedAccess',
  'unusedAccess',
  'separationOfDuties',
  'overGrantBudget',
  'sizeAndNaming',
] as const satisfies readonly KindName[]

/** The search parameters in the address of a policy: the kind of one that is being made. */
interface PolicySearch {
  readonly kind?: KindName | undefined
}

export function readPolicySearch({ kind }: Record<string, unknown>): PolicySearch {
  const known = kinds.find((name) => name === kind)
  return known === undefined ? {} : { kind: known }
}
