import { type KindName, kindNames } from '../policies/texts.ts'

/** What the address of a policy says: the kind of one that is being made. */
interface PolicySearch {
  readonly kind?: KindName | undefined
}

export function readPolicySearch({ kind }: Record<string, unknown>): PolicySearch {
  const known = kindNames.find((name) => name === kind)
  return known === undefined ? {} : { kind: known }
}
