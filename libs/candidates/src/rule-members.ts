import { builtInAttributes, identityKeys } from '@assay/directory'
import { invalidArgument, listed } from '@assay/errors'
import { ordinalsOf } from '@assay/mining'
import { checkMembershipRule } from '@assay/profiles'
import { checkFilters, type LoadedSnapshot, peopleWithin } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import type { CandidateRule } from './candidate.ts'
import { RuleNotEvaluated, rememberedSelection } from './evaluated-rules.ts'

const mostIdentities = 10_000

/** The people of a rule: ordinals, ascending, and the number of listed people who do not exist any more. */
interface RuleMembers {
  readonly members: Uint32Array
  readonly gone: number
}

/**
 * Finds the people of a rule.
 * @param field where the rule is in the caller's request
 * @param isKept for a rule that was checked when it was saved: what was removed from the data since then is counted and is no error
 * @throws invalid_argument for an empty or wrong rule; RuleNotEvaluated for CEL that has to be evaluated first
 */
export async function membersOfRule(
  sql: TenantSql,
  { snapshot }: LoadedSnapshot,
  rule: CandidateRule,
  field: string,
  isKept = false,
): Promise<RuleMembers> {
  if (rule.kind === 'identities') return listedMembers(sql, snapshot.identityKey, rule.identityIds, field, isKept)
  if (rule.kind === 'filters') {
    if (rule.filters.length === 0)
      throw invalidArgument(`${field}.filters`, 'needs at least one filter: an empty rule selects no people')
    const known = snapshot.attributes.map(({ key }) => key)
    if (isKept && rule.filters.some(({ attribute }) => !known.includes(attribute)))
      return { members: new Uint32Array(0), gone: 0 }
    const filters = checkFilters(
      `${field}.filters.filters`,
      rule.filters,
      known.length === 0 ? builtInAttributes : known,
    )
    return { members: await peopleWithin(sql, snapshot, [{ filters }]), gone: 0 }
  }
  if (rule.expression.trim() === '')
    throw invalidArgument(`${field}.cel_expression`, 'must be a rule: an empty one selects no people')
  const known = rememberedSelection(snapshot, rule.expression)
  if (known !== undefined) return { members: known, gone: 0 }
  await checkMembershipRule(sql, rule.expression, `${field}.cel_expression`)
  throw new RuleNotEvaluated(rule.expression)
}

async function listedMembers(
  sql: TenantSql,
  known: Int32Array,
  ids: readonly string[],
  field: string,
  isKept: boolean,
): Promise<RuleMembers> {
  if (ids.length === 0 || ids.length > mostIdentities) {
    throw invalidArgument(
      `${field}.identities.identity_ids`,
      `must name 1 to ${mostIdentities} people, it names ${ids.length}`,
    )
  }
  const { keys, unknown } = await keysOfPeople(sql, ids)
  if (unknown.length > 0 && !isKept) throw nobody(`${field}.identities.identity_ids`, unknown)
  const { ordinals, gone } = ordinalsOf(known, keys)
  return { members: ordinals, gone: gone + unknown.length }
}

/** The keys of people by id, and the unknown ids. */
export async function keysOfPeople(
  sql: TenantSql,
  ids: readonly string[],
): Promise<{ readonly keys: number[]; readonly unknown: string[] }> {
  const known = await identityKeys(sql, ids)
  return { keys: [...known.values()], unknown: [...new Set(ids)].filter((id) => !known.has(id)) }
}

export function nobody(field: string, ids: readonly string[]): Error {
  return invalidArgument(field, `nobody has the id ${listed(ids.map((id) => JSON.stringify(id)))}`)
}
