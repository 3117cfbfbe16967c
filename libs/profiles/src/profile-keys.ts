import { knownAttributes, listAttributes } from '@assay/directory'
import { itemAt } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { type EvaluationOptions, evaluateMembership, type RuleSelection } from './evaluate-membership.ts'
import { membersOf } from './membership-changes.ts'
import { checkedRule, compileMembershipRule, RuleRefused, TooLongRule } from './membership-rule.ts'
import { remedyOf } from './rule-remedy.ts'

/** The entitlements and members of a profile, by keys of the directory, ascending; with deleted entitlements. */
interface ProfileContent {
  readonly entitlementKeys: readonly number[]
  readonly memberKeys: Int32Array
}

/** Empty for a profile that does not exist. */
export async function profileContent(sql: TenantSql, id: string): Promise<ProfileContent> {
  const content = itemAt(await profileContents(sql, [id]), 0)
  return content
}

/** The entitlements and members of profiles, in the order of `ids`. */
export async function profileContents(sql: TenantSql, ids: readonly string[]): Promise<ProfileContent[]> {
  const given = await sql<{ id: string; keys: number[] }[]>`
    select profile_id as id, array_agg(entitlement_key order by entitlement_key) as keys
    from access_profile_entitlements where profile_id = any(${[...ids]}::uuid[]) group by profile_id`
  const members = await membersOf(sql, ids)
  const keys = new Map(given.map((one) => [one.id, one.keys]))
  // Callers may write an id in capitals, which the database treats as equal.
  return ids
    .map((id) => id.toLowerCase())
    .map((id) => ({ entitlementKeys: keys.get(id) ?? [], memberKeys: members.get(id) ?? new Int32Array(0) }))
}

/** Keys of the entitlements that access profiles confirm as common access. */
export async function confirmedCommonAccess(sql: TenantSql): Promise<number[]> {
  const rows = await sql<{ key: number }[]>`
    select distinct given.entitlement_key as key from access_profiles profile
    join access_profile_entitlements given on given.tenant_id = profile.tenant_id and given.profile_id = profile.id
    where profile.common_access`
  return rows.map(({ key }) => key)
}

/** A profile that gives at least one of the requested entitlements, with all its entitlements and its members; keys, ascending. */
interface ProfileGiving extends ProfileContent {
  readonly profileId: string
}

/** The profiles, by id, that give any of the requested entitlements and have members. */
export async function contentsGiving(sql: TenantSql, wantedKeys: readonly number[]): Promise<ProfileGiving[]> {
  const rows = await sql<{ id: string; keys: number[] }[]>`
    select profile_id as id, array_agg(entitlement_key order by entitlement_key) as keys
    from access_profile_entitlements
    where profile_id in (
      select profile_id from access_profile_entitlements where entitlement_key = any(${[...wantedKeys]}::integer[]))
    group by profile_id order by profile_id`
  if (rows.length === 0) return []
  const members = await membersOf(
    sql,
    rows.map(({ id }) => id),
  )
  return rows.flatMap(({ id, keys }) => {
    const memberKeys = members.get(id)
    return memberKeys === undefined ? [] : [{ profileId: id, entitlementKeys: keys, memberKeys }]
  })
}

/** @throws invalid_argument on `field`, with line and column, for a wrong rule */
export async function checkMembershipRule(sql: TenantSql, expression: string, field: string): Promise<void> {
  compileMembershipRule(expression, await listAttributes(sql), field)
}

/** A fault of a rule. */
interface RuleProblem {
  /** From 1, columns in characters. */
  readonly line: number
  readonly column: number
  readonly message: string
  /** The correct spelling or form; empty when it is not known. */
  readonly remedy: string
}

/** The first fault of a rule; undefined for a correct rule, and for an empty one. */
export async function ruleProblem(sql: TenantSql, expression: string): Promise<RuleProblem | undefined> {
  if (expression.trim() === '') return undefined
  try {
    checkedRule(expression, await listAttributes(sql))
    return undefined
  } catch (error) {
    if (error instanceof TooLongRule) return { line: 1, column: 1, message: error.message, remedy: '' }
    if (!(error instanceof RuleRefused)) throw error
    const { line, column, message } = error
    return { line, column, message, remedy: remedyOf(expression, error, await knownAttributes(sql)) }
  }
}

/**
 * The people whom a rule selects, without a profile. Runs in the caller's transaction; a large tenant is evaluated in another thread.
 * @throws invalid_argument for a wrong rule; what `evaluateMembership` throws
 */
export async function selectByRule(
  sql: TenantSql,
  expression: string,
  options: EvaluationOptions = {},
): Promise<RuleSelection> {
  const rule = compileMembershipRule(expression, await listAttributes(sql))
  const selection = itemAt(await evaluateMembership(sql, [rule], options), 0)
  return selection
}
