import { entitlementKeys } from '@assay/directory'
import { DomainError } from '@assay/errors'
import { ordinalsOf, type Snapshot } from '@assay/mining'
import { holdPolicies, policiesInForce, requireAllowed } from '@assay/policies'
import { type EvaluationOptions, profileEntitlementSets, selectByRule } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import type { CohortProfileRequest } from './create-profile-from-cohort.ts'
import { giftsOfOthers } from './gifts-of-others.ts'
import { listRoleModelRoles, type RoleModelPosition, roleIdentityKeys } from './role-models/role-models.ts'
import { peopleWithin } from './search-cohort.ts'
import { suggestionsById } from './suggestions.ts'

// Checks of policies before a proposal becomes an access profile. Each check throws failed_precondition (reason POLICY_VIOLATED) with the
// name of the policy. A check ignores what does not exist: the call itself reports that. Call it first in the transaction that makes the
// profile, so that a policy that is made at the same time either waits for the transaction or is obeyed.

/** The content of a new access profile, by keys of the directory. */
interface WantedProfile {
  readonly entitlementKeys: readonly number[]
  readonly identityKeys: readonly number[]
  readonly name: string
}

/**
 * Checks the content long before the profile is made. Making the profile checks it again.
 * @param remedy what a user can do, as the end of a sentence
 */
export async function requireProfileAllowed(
  sql: TenantSql,
  snapshot: Snapshot,
  wanted: WantedProfile,
  remedy: string,
): Promise<void> {
  const compiled = await policiesInForce(sql, snapshot)
  if (compiled === undefined) return
  const candidate = {
    members: ordinalsOf(snapshot.identityKey, wanted.identityKeys).ordinals,
    entitlements: ordinalsOf(snapshot.entitlementKey, wanted.entitlementKeys).ordinals,
    name: wanted.name,
  }
  const others = await giftsOfOthers(sql, snapshot, compiled, candidate.members, [])
  await requireAllowed(sql, snapshot, compiled, { ...candidate, others }, remedy)
}

/** Checks a suggestion before it is accepted, with or without the access profile that was made from it. */
export async function requireSuggestionAllowed(
  sql: TenantSql,
  tenantId: number,
  snapshot: Snapshot,
  id: string,
  profileId: string,
): Promise<void> {
  const compiled = await holdPolicies(sql, tenantId, snapshot)
  if (compiled === undefined) return
  const [suggestion] = await suggestionsById(sql, /^[0-9a-f-]{36}$/i.test(id) ? [id] : [])
  if (suggestion === undefined || suggestion.state === 'accepted') return
  const profile =
    profileId === ''
      ? undefined
      : (await profileEntitlementSets(sql)).find((one) => one.profileId === profileId.toLowerCase())
  if (profileId !== '' && profile === undefined) return
  const keys = profile?.entitlementKeys ?? suggestion.entitlements.map(({ key }) => key)
  const candidate = {
    members: await peopleWithin(sql, snapshot, [{ filters: suggestion.cohortFilters }]),
    entitlements: ordinalsOf(snapshot.entitlementKey, keys).ordinals,
    name: profile?.displayName,
  }
  const remedy = 'analyse again, or make an access profile without them and accept the suggestion as that'
  const others = await giftsOfOthers(
    sql,
    snapshot,
    compiled,
    candidate.members,
    profile === undefined ? [] : [profile.profileId],
  )
  await requireAllowed(sql, snapshot, compiled, { ...candidate, others }, remedy)
}

/** Checks an access profile before it is made from a cohort, or with a rule for the people whom the rule selects. */
export async function requireCohortAllowed(
  sql: TenantSql,
  tenantId: number,
  snapshot: Snapshot,
  wanted: CohortProfileRequest,
  options: EvaluationOptions = {},
): Promise<void> {
  const compiled = await holdPolicies(sql, tenantId, snapshot)
  if (compiled === undefined) return
  const keys = await entitlementKeys(sql, wanted.entitlements)
  const candidate = {
    members: await membersOf(sql, snapshot, wanted, options).catch(ifNotWrong),
    entitlements: ordinalsOf(
      snapshot.entitlementKey,
      keys.flatMap((key) => key ?? []),
    ).ordinals,
    name: wanted.displayName.trim(),
  }
  const others = await giftsOfOthers(sql, snapshot, compiled, candidate.members, [])
  await requireAllowed(sql, snapshot, compiled, { ...candidate, others }, 'leave them out')
}

/** The people of the profile; undefined when the request has neither a rule nor a cohort. */
async function membersOf(
  sql: TenantSql,
  snapshot: Snapshot,
  { filters, accessScope, celExpression }: CohortProfileRequest,
  options: EvaluationOptions,
): Promise<Uint32Array | undefined> {
  if (celExpression.trim() !== '') {
    const { keys } = await selectByRule(sql, celExpression, options)
    return ordinalsOf(snapshot.identityKey, keys).ordinals
  }
  const isCohort = filters.length > 0 || accessScope !== undefined
  return isCohort ? peopleWithin(sql, snapshot, [{ filters, accessScope }]) : undefined
}

/** The call itself reports faults of the request. */
function ifNotWrong(error: unknown): undefined {
  if (error instanceof DomainError && error.kind === 'invalid_argument') return undefined
  throw error
}

const rolesAtATime = 100

/** Checks each role of a model before the roles become access profiles. */
export async function requireRoleModelAllowed(
  sql: TenantSql,
  tenantId: number,
  snapshot: Snapshot,
  modelId: string,
): Promise<void> {
  const compiled = await holdPolicies(sql, tenantId, snapshot)
  if (compiled === undefined) return
  let after: RoleModelPosition | undefined
  do {
    const { roles, last } = await listRoleModelRoles(sql, modelId, { size: rolesAtATime, after })
    for (const { number, entitlementKeys: keys } of roles) {
      const candidate = {
        members: ordinalsOf(snapshot.identityKey, await roleIdentityKeys(sql, modelId, number)).ordinals,
        entitlements: ordinalsOf(snapshot.entitlementKey, keys).ordinals,
      }
      const remedy = `role ${number} of the model has them; mine a model under the policies in force`
      const others = await giftsOfOthers(sql, snapshot, compiled, candidate.members, [])
      await requireAllowed(sql, snapshot, compiled, { ...candidate, others }, remedy)
    }
    after = last
  } while (after !== undefined)
}
