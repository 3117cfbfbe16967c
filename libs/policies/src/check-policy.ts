import { applicationKeys, type EntitlementReference, entitlementKeys } from '@assay/directory'
import { invalidArgument, itemAt, listed } from '@assay/errors'
import { Pattern, PatternError } from '@assay/patterns'
import type { TenantSql } from '@assay/store'
import { type CheckedException, checkExceptions } from './check-exceptions.ts'
import { refuse, requireShort, whole } from './faults.ts'
import { type PolicyContents, type PolicyRequest, type PolicySettings, severities } from './policy.ts'
import { foldedLevel, riskOrder } from './risk-levels.ts'

const longestName = 256
const longestDescription = 4_096
const longestPattern = 1_000
const mostEntitlements = 10_000
const mostApplications = 1_000
const mostDays = 3_650
const mostWeight = 1_000
const mostCount = 1_000_000_000

/** A checked policy, by keys of the directory. */
export interface CheckedPolicy {
  readonly displayName: string
  readonly nameKey: string
  readonly description: string
  readonly enabled: boolean
  readonly settings: PolicySettings
  readonly firstKeys: readonly number[]
  readonly secondKeys: readonly number[]
  readonly exceptions: readonly CheckedException[]
}

/** The present content of a policy; a new policy has none. */
interface StandingPolicy extends PolicyContents {
  readonly settings?: PolicySettings
}

const nothing: StandingPolicy = { first: [], second: [], exceptions: [] }

/**
 * Checks a policy.
 * @param before the present content of the policy: it may contain entitlements that were removed and exceptions that have expired
 * @throws invalid_argument with every member at fault
 */
export async function checkPolicy(
  sql: TenantSql,
  request: PolicyRequest,
  before: StandingPolicy = nothing,
): Promise<CheckedPolicy> {
  const displayName = request.displayName.trim()
  if (displayName === '') throw invalidArgument('display_name', 'must not be empty')
  requireShort('display_name', displayName, longestName)
  requireShort('description', request.description, longestDescription)
  const { settings } = request
  await checkSettings(sql, settings, before.settings)
  const { first, second } = await namedEntitlements(sql, request, before)
  return {
    displayName,
    nameKey: displayName.toLowerCase(),
    description: request.description,
    enabled: request.enabled,
    settings,
    firstKeys: first,
    secondKeys: second,
    exceptions:
      settings.kind === 'separation_of_duties' ? await checkExceptions(sql, request.exceptions, before.exceptions) : [],
  }
}

async function checkSettings(
  sql: TenantSql,
  settings: PolicySettings,
  before: PolicySettings | undefined,
): Promise<void> {
  switch (settings.kind) {
    case 'protected_access': {
      const { fromCoverageBasisPoints, fromRiskLevel } = settings
      if (fromCoverageBasisPoints !== undefined)
        whole('protected_access.from_coverage_basis_points', fromCoverageBasisPoints, 1, 10_000)
      const order = await riskOrder(sql)
      if (fromRiskLevel !== '' && !order.map(foldedLevel).includes(foldedLevel(fromRiskLevel)))
        throw invalidArgument(
          'protected_access.from_risk_level',
          `"${fromRiskLevel}" is no risk level; there are ${listed(order)}`,
        )
      return
    }
    case 'unused_access':
      whole('unused_access.days', settings.days, 1, mostDays)
      for (const [field, list] of [
        ['unused_access.application_ids', 'applicationIds'],
        ['unused_access.complete_usage_application_ids', 'completeUsageApplicationIds'],
      ] as const) {
        await checkApplications(sql, field, settings[list], before?.kind === 'unused_access' ? before[list] : [])
      }
      return
    case 'separation_of_duties':
      if (!severities.includes(settings.severity))
        throw invalidArgument('separation_of_duties.severity', `must be one of ${severities.join(', ')}`)
      return
    case 'over_grant_budget': {
      const { mostBasisPoints, mostGrants, privilegedWeight } = settings
      if (mostBasisPoints === undefined && mostGrants === undefined)
        throw invalidArgument(
          'over_grant_budget',
          'needs a limit: most_basis_points (of the cells) or most_grants (in total)',
        )
      if (mostBasisPoints !== undefined) whole('over_grant_budget.most_basis_points', mostBasisPoints, 0, 10_000)
      if (mostGrants !== undefined) whole('over_grant_budget.most_grants', mostGrants, 0, mostCount)
      whole('over_grant_budget.privileged_weight', privilegedWeight, 1, mostWeight)
      return
    }
    case 'size_and_naming': {
      const { fewestMembers, fewestEntitlements, namePattern } = settings
      whole('size_and_naming.fewest_members', fewestMembers, 0, mostCount)
      whole('size_and_naming.fewest_entitlements', fewestEntitlements, 0, mostCount)
      if (fewestMembers <= 1 && fewestEntitlements <= 1 && namePattern === '')
        throw invalidArgument(
          'size_and_naming',
          'has no condition: set fewest_members, fewest_entitlements or name_pattern',
        )
      checkPattern('size_and_naming.name_pattern', namePattern)
    }
  }
}

function checkPattern(field: string, source: string): void {
  requireShort(field, source, longestPattern)
  try {
    new Pattern(source)
  } catch (error) {
    if (error instanceof PatternError) throw invalidArgument(field, `is not a valid pattern: ${error.message}`)
    throw error
  }
}

/** @param before the applications that the policy has already: they may have been removed */
async function checkApplications(
  sql: TenantSql,
  field: string,
  ids: readonly string[],
  before: readonly string[],
): Promise<void> {
  if (ids.length > mostApplications)
    throw invalidArgument(field, `at most ${mostApplications} applications, not ${ids.length}`)
  const known = await applicationKeys(sql, ids)
  refuse(
    ids.flatMap((id, index) =>
      known.has(id) || before.includes(id)
        ? []
        : { field: `${field}[${index}]`, description: `there is no application "${id}"` },
    ),
  )
}

async function namedEntitlements(
  sql: TenantSql,
  { settings, enabled, first, second }: PolicyRequest,
  before: PolicyContents,
): Promise<{ readonly first: number[]; readonly second: number[] }> {
  if (settings.kind === 'protected_access') {
    const named = await keysOf(sql, 'protected_access.entitlements', first, before.first)
    if (!settings.privileged && settings.fromRiskLevel === '' && named.length === 0)
      throw invalidArgument('protected_access', 'protects nothing: set privileged, from_risk_level or entitlements')
    return { first: named, second: [] }
  }
  if (settings.kind !== 'separation_of_duties') return { first: [], second: [] }
  const one = await keysOf(sql, 'separation_of_duties.first', first, before.first)
  const other = await keysOf(sql, 'separation_of_duties.second', second, before.second)
  // A policy that is switched off may be incomplete: scripts add the entitlements one by one.
  if (enabled && one.length === 0) throw invalidArgument('separation_of_duties.first', 'needs at least one entitlement')
  if (enabled && other.length === 0)
    throw invalidArgument('separation_of_duties.second', 'needs at least one entitlement')
  const isOther = new Set(other)
  refuse(
    one.flatMap((key, index) =>
      isOther.has(key)
        ? {
            field: `separation_of_duties.first[${index}]`,
            description: `entitlement "${itemAt(first, index).entitlementId}" is in both sets, so no person could hold it; leave it out of one`,
          }
        : [],
    ),
  )
  return { first: one, second: other }
}

/** The keys in the order of the names. Each entitlement has to exist and may be named once. */
async function keysOf(
  sql: TenantSql,
  field: string,
  names: readonly EntitlementReference[],
  before: readonly EntitlementReference[],
): Promise<number[]> {
  if (names.length > mostEntitlements)
    throw invalidArgument(field, `at most ${mostEntitlements} entitlements, not ${names.length}`)
  const standing = new Set(before.map(nameOf))
  const present = await entitlementKeys(sql, names)
  const ever = before.length === 0 ? present : await entitlementKeys(sql, names, { includeDeleted: true })
  const keys = names.map((name, index) => present[index] ?? (standing.has(nameOf(name)) ? ever[index] : undefined))
  const seen = new Set<number>()
  refuse(
    names.flatMap(({ applicationId, entitlementId }, index) => {
      const key = keys[index]
      const at = `${field}[${index}]`
      if (key === undefined)
        return { field: at, description: `application "${applicationId}" has no entitlement "${entitlementId}"` }
      if (seen.has(key)) return { field: at, description: `entitlement "${entitlementId}" is named twice` }
      seen.add(key)
      return []
    }),
  )
  return [...seen]
}

function nameOf({ applicationId, entitlementId }: EntitlementReference): string {
  return JSON.stringify([applicationId, entitlementId])
}
