import {
  type EntitlementReference,
  entitlementKeys,
  entitlementReferences,
  entitlementsByKey,
  identityIds,
} from '@assay/directory'
import { failedPrecondition, invalidArgument, itemAt } from '@assay/errors'
import type { Snapshot } from '@assay/mining'
import { holdPolicies } from '@assay/policies'
import {
  accessProfileExists,
  addProfileMembers,
  createAccessProfile,
  deleteAccessProfile,
  type EvaluationOptions,
  longestDescription,
  untouchedProfile,
} from '@assay/profiles'
import {
  checkComment,
  createProfileFromCohort,
  type DismissalTerms,
  decideSuggestion,
  getSuggestion,
  requireCohortAllowed,
  requireProfileAllowed,
  type Suggestion,
} from '@assay/role-mining'
import {
  acceptRole,
  dismissRole,
  type InboxRole,
  inboxRolePeople,
  lockInboxRole,
  reopenRole,
  requireUndecided,
} from '@assay/role-sessions'
import type { TenantSql } from '@assay/store'
import {
  etagOfRole,
  etagOfSuggestion,
  findCandidate,
  getInboxCandidate,
  type InboxCandidate,
  requireUnchanged,
} from './inbox-candidate.ts'
import { enabledPeople } from './inbox-people.ts'

/** A decision about a candidate. */
export type CandidateDecision =
  | {
      readonly kind: 'accept'
      /** The name of the profile; empty for the name of the candidate. */
      readonly displayName: string
      /** Entitlements of the candidate that the profile does not give. */
      readonly leftOut: readonly EntitlementReference[]
    }
  | { readonly kind: 'dismiss'; readonly terms: Pick<DismissalTerms, 'reason' | 'comment'> }
type Acceptance = Extract<CandidateDecision, { kind: 'accept' }>

/** The caller who decides, and the data. */
export interface DecidingCaller {
  readonly tenantId: number
  readonly identityId: string
  /** The snapshot of the load in force; undefined before the first load. */
  readonly snapshot: Snapshot | undefined
}

/** The data of a decision, for all kinds of candidates. */
interface Deciding extends DecidingCaller {
  readonly sql: TenantSql
  readonly options: EvaluationOptions
}

/**
 * Accepts or dismisses a candidate in the caller's transaction. An acceptance makes an access profile: from a suggestion with its rule
 * switched on, from a potential role with its enabled people.
 * @param etag the etag that was read with the candidate; empty to decide whatever its present state is
 * @throws not_found; aborted for another etag; failed_precondition for a candidate that was accepted before, that has no entitlements or
 * people left, or that a policy does not allow; invalid_argument for a name or a comment that is too long, and for an entitlement that the
 * candidate does not contain
 */
export async function decideCandidate(
  sql: TenantSql,
  caller: DecidingCaller,
  id: string,
  etag: string,
  decision: CandidateDecision,
  options: EvaluationOptions = {},
): Promise<InboxCandidate> {
  const { tenantId, snapshot } = caller
  // Before any row is locked.
  if (decision.kind === 'accept' && snapshot !== undefined) await holdPolicies(sql, tenantId, snapshot)
  const deciding = { ...caller, sql, options }
  const { kind } = await findCandidate(sql, id)
  if (kind === 'suggestion') {
    const suggestion = await getSuggestion(sql, id, true)
    requireUnchangedSuggestion(suggestion, etag)
    if (decision.kind === 'accept') await acceptSuggestion(deciding, suggestion, decision)
    else await decideSuggestion(sql, { suggestionId: id, state: 'dismissed', terms: decision.terms }, toolsOf(deciding))
  } else {
    const role = await lockInboxRole(sql, id)
    requireUnchangedRole(role, etag)
    if (decision.kind === 'accept') await acceptPotentialRole(deciding, role, decision)
    else await dismissPotentialRole(sql, role, decision.terms)
  }
  return getInboxCandidate(sql, id)
}

async function acceptSuggestion(
  { sql, tenantId, identityId: createdBy, snapshot, options }: Deciding,
  suggestion: Suggestion,
  { displayName, leftOut }: Acceptance,
): Promise<void> {
  const wanted = {
    displayName: displayName.trim() || suggestion.suggestedName,
    description: asSuggested(suggestion.description),
    filters: suggestion.cohortFilters,
    accessScope: undefined,
    entitlements: await keptOf(sql, suggestion.entitlements, leftOut),
    celExpression: '',
    enableAutomation: true,
    createTasks: false,
    suggestionId: suggestion.id,
  }
  if (snapshot !== undefined) await requireCohortAllowed(sql, tenantId, snapshot, wanted)
  await createProfileFromCohort(sql, tenantId, createdBy, wanted, options)
}

/**
 * Marks the figures in a description as those of the suggestion: the profile may give less, and its people change. A description of the
 * full length stays as it is.
 */
function asSuggested(description: string): string {
  const marked = `As suggested: ${description}`
  return marked.length <= longestDescription ? marked : description
}

/** The number of members that are added to a profile at a time. */
const membersAtATime = 10_000

async function acceptPotentialRole(
  { sql, tenantId, identityId: createdBy, snapshot, options }: Deciding,
  role: InboxRole,
  { displayName, leftOut }: Acceptance,
): Promise<void> {
  requireUndecided(role)
  if (snapshot === undefined)
    throw failedPrecondition('there is no access data yet; commit an import before you accept a role')
  const entitlements = await keptOf(sql, role.entitlements, leftOut)
  const people = Array.from(enabledPeople(snapshot, await inboxRolePeople(sql, role.id)), (ordinal) => {
    return itemAt(snapshot.identityKey, ordinal)
  })
  if (people.length === 0)
    throw failedPrecondition(`the potential role "${role.id}" has no enabled people any more; dismiss it instead`)
  const name = displayName.trim() || role.name
  const keys = await entitlementKeys(sql, entitlements)
  const wanted = { entitlementKeys: keys.flatMap((key) => key ?? []), identityKeys: people, name }
  await requireProfileAllowed(sql, snapshot, wanted, 'leave them out')
  const request = { displayName: name, description: role.description, createdBy, entitlements }
  const { id } = await createAccessProfile(sql, tenantId, request, options)
  for (let at = 0; at < people.length; at += membersAtATime)
    await addProfileMembers(sql, tenantId, id, await identityIds(sql, people.slice(at, at + membersAtATime)))
  await acceptRole(sql, role, id)
}

function dismissPotentialRole(
  sql: TenantSql,
  role: InboxRole,
  { reason = 'unspecified', comment }: Pick<DismissalTerms, 'reason' | 'comment'>,
): Promise<void> {
  checkComment(comment)
  return dismissRole(sql, role, { reason, comment })
}

/** The entitlements of a candidate without those that are left out, and without those that are no longer in the data. */
async function keptOf(
  sql: TenantSql,
  entitlements: readonly { readonly key: number }[],
  leftOut: readonly EntitlementReference[],
): Promise<EntitlementReference[]> {
  const keys = entitlements.map(({ key }) => key)
  const [present, known] = await Promise.all([entitlementReferences(sql, keys), entitlementsByKey(sql, keys)])
  const names = new Set(
    Array.from(known.values(), ({ applicationId, id }) => nameOf({ applicationId, entitlementId: id })),
  )
  const unwanted = new Set(leftOut.map(nameOf))
  const unknown = [...unwanted].find((name) => !names.has(name))
  if (unknown !== undefined) throw invalidArgument('left_out', `the candidate does not contain ${unknown}`)
  const kept = present.filter((one) => !unwanted.has(nameOf(one)))
  if (kept.length === 0) throw failedPrecondition('the candidate has no entitlements left; dismiss it instead')
  return kept
}

function nameOf({ applicationId, entitlementId }: EntitlementReference): string {
  return JSON.stringify([applicationId, entitlementId])
}

/**
 * Undoes a decision in the caller's transaction. For an acceptance it deletes the access profile with its members.
 * @throws not_found; aborted for another etag; failed_precondition (PROFILE_CHANGED) when a user has changed the profile
 */
export async function undoDecision(
  sql: TenantSql,
  caller: DecidingCaller,
  id: string,
  etag: string,
): Promise<InboxCandidate> {
  const { kind } = await findCandidate(sql, id)
  if (kind === 'suggestion') {
    const suggestion = await getSuggestion(sql, id, true)
    requireUnchangedSuggestion(suggestion, etag)
    await takeProfileAway(sql, suggestion.createdProfileId)
    await decideSuggestion(sql, { suggestionId: id, state: 'new' }, toolsOf({ ...caller, sql }))
  } else {
    const role = await lockInboxRole(sql, id)
    requireUnchangedRole(role, etag)
    await takeProfileAway(sql, role.profileId)
    await reopenRole(sql, role)
  }
  return getInboxCandidate(sql, id)
}

async function takeProfileAway(sql: TenantSql, profileId: string | null): Promise<void> {
  const obstacle = await undoObstacle(sql, profileId, true)
  if (obstacle !== '') throw failedPrecondition(obstacle, { reason: 'PROFILE_CHANGED' })
  if (profileId !== null && (await accessProfileExists(sql, profileId))) await deleteAccessProfile(sql, profileId)
}

/** The reason why the profile of an acceptance cannot be deleted, in a sentence; empty when it can. @param lock see `untouchedProfile` */
export async function undoObstacle(sql: TenantSql, profileId: string | null, lock = false): Promise<string> {
  if (profileId === null || (await untouchedProfile(sql, profileId, lock))) return ''
  return 'Somebody has changed the access profile that was made of it, so it is not taken back; change or delete the profile'
}

function toolsOf({ sql, tenantId, snapshot }: Pick<Deciding, 'sql' | 'tenantId' | 'snapshot'>) {
  return { tenantId, snapshot, profileExists: (profileId: string) => accessProfileExists(sql, profileId) }
}

function requireUnchangedSuggestion(suggestion: Suggestion, etag: string): void {
  const { suggestedName: name, state, entitlements } = suggestion
  requireUnchanged({ name, state, etag: etagOfSuggestion(suggestion), count: entitlements.length }, etag)
}

function requireUnchangedRole(role: InboxRole, etag: string): void {
  const { name, state, entitlements } = role
  requireUnchanged({ name, state, etag: etagOfRole(role), count: entitlements.length }, etag)
}
