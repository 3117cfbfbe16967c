import { type EntitlementReference, entitlementKeys } from '@assay/directory'
import { alreadyExists, invalidArgument, itemAt, notFound } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import type { AccessProfile } from './access-profile.ts'
import { getAccessProfile, lockAccessProfile } from './access-profiles.ts'
import type { MembershipOptions } from './apply-membership.ts'
import type { BreakerSettings } from './circuit-breaker.ts'
import { lockMembership } from './lock-membership.ts'
import { recordProfile } from './profile-entry.ts'
import { checkPurpose } from './profile-purpose.ts'
import { ruleOfHolders } from './rule-of-holders.ts'
import { updateAccessProfile } from './update-access-profile.ts'

/** The automation that gives a profile its members. A profile has one when it has a rule, or when a user set one. */
export interface ProfileAutomation extends BreakerSettings {
  readonly profile: AccessProfile
  /**
   * The entitlements from which the rule was generated, in their order: it selects the holders of any of them. Undefined for a rule that a
   * user wrote, and without a rule.
   */
  readonly heldEntitlements: readonly EntitlementReference[] | undefined
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The whole automation: an absent member is not set. */
export interface AutomationRequest extends BreakerSettings {
  readonly enabled: boolean
  readonly createTasks: boolean
  /** Undefined or empty when the request has no rule. */
  readonly celExpression?: string | undefined
  /** Undefined when the request has no entitlements. */
  readonly heldEntitlements?: readonly EntitlementReference[] | undefined
}

interface AutomationRow extends BreakerSettings {
  readonly heldEntitlements: readonly EntitlementReference[] | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The rule of more entitlements would have operators nested too deep. */
const mostHeldEntitlements = 500

const usual: BreakerSettings = { disabled: false, watchesSmall: false, mostRemovedPercentage: 0 }

/** @throws not_found for the profile, and when it has no automation */
export async function getProfileAutomation(sql: TenantSql, id: string): Promise<ProfileAutomation> {
  const automation = await automationOf(sql, await getAccessProfile(sql, id))
  if (automation === undefined) throw noAutomation(id)
  return automation
}

/**
 * Sets the whole automation of a profile, with or without an earlier one; otherwise like `updateAccessProfile`. When a request has both a
 * rule and entitlements, the one that differs from the present automation counts: clients send back what they read together with their
 * change.
 * @param how create: the profile must have no automation yet, except an equal one
 * @throws not_found; already_exists; invalid_argument for an enabled automation without a rule, for two rules, for unknown or too many
 * entitlements, and what `updateAccessProfile` throws
 */
export async function putProfileAutomation(
  sql: TenantSql,
  tenantId: number,
  id: string,
  request: AutomationRequest,
  { how, ...options }: MembershipOptions & { readonly how: 'create' | 'set' },
): Promise<ProfileAutomation> {
  await lockMembership(sql, tenantId, options.timeoutMs)
  const profile = await lockAccessProfile(sql, id)
  const before = await automationOf(sql, profile)
  const { celExpression, heldEntitlements } = await conditionOf(sql, request, before)
  if (request.enabled && celExpression === '') throw invalidArgument('enabled', 'needs a rule or entitlements')
  checkPurpose({ ...profile, automationEnabled: true })
  requirePercentage(request.mostRemovedPercentage)
  const after = { ...request, celExpression, heldEntitlements }
  if (before !== undefined) {
    const isSame = contentOf(before) === contentOf({ ...after, profile: { ...profile, ...ruleMembers(after) } })
    if (isSame) return before
    if (how === 'create')
      throw alreadyExists(`access profile "${id}" has an automation already; change that one, or delete it first`)
  }
  await writeRow(sql, tenantId, id, after)
  await recordProfile(sql, id, {
    kind: 'profile.automation',
    ...(before && { before: recorded(before) }),
    after: recorded(after),
  })
  await updateAccessProfile(sql, tenantId, id, ruleMembers(after), options)
  return getProfileAutomation(sql, id)
}

/**
 * Removes the automation and its rule from a profile; the members stay.
 * @throws not_found for the profile, and when it has no automation
 */
export async function deleteProfileAutomation(
  sql: TenantSql,
  tenantId: number,
  id: string,
  options: MembershipOptions = {},
): Promise<void> {
  await lockMembership(sql, tenantId, options.timeoutMs)
  const before = await automationOf(sql, await lockAccessProfile(sql, id))
  if (before === undefined) throw noAutomation(id)
  await sql`delete from access_profile_automations where profile_id = ${id}`
  await recordProfile(sql, id, { kind: 'profile.automation', before: recorded(before) })
  const none = { celExpression: '', automationEnabled: false, createTasks: false }
  await updateAccessProfile(sql, tenantId, id, none, options)
}

async function automationOf(sql: TenantSql, profile: AccessProfile): Promise<ProfileAutomation | undefined> {
  const [row] = await sql<AutomationRow[]>`
    select held_entitlements as "heldEntitlements", breaker_disabled as disabled, breaker_watches_small as "watchesSmall",
      breaker_removed_percent as "mostRemovedPercentage", created_at as "createdAt", updated_at as "updatedAt"
    from access_profile_automations where profile_id = ${profile.id}`
  if (row === undefined) {
    if (profile.celExpression === '') return undefined
    const { createdAt, updatedAt } = profile
    return { ...usual, profile, heldEntitlements: undefined, createdAt, updatedAt }
  }
  // The rule may have been changed since.
  const isOfHolders = row.heldEntitlements !== null && ruleOfHolders(row.heldEntitlements) === profile.celExpression
  const heldEntitlements = isOfHolders && row.heldEntitlements !== null ? row.heldEntitlements : undefined
  const updatedAt = row.updatedAt > profile.updatedAt ? row.updatedAt : profile.updatedAt
  return { ...row, updatedAt, profile, heldEntitlements }
}

/** The rule of a request, and the entitlements from which it was generated. */
async function conditionOf(
  sql: TenantSql,
  { celExpression = '', heldEntitlements }: AutomationRequest,
  before: ProfileAutomation | undefined,
): Promise<{ readonly celExpression: string; readonly heldEntitlements: readonly EntitlementReference[] | undefined }> {
  const written = celExpression.trim() === '' ? undefined : celExpression
  if (heldEntitlements === undefined || (written !== undefined && heldEntitlements.length === 0))
    return { celExpression: written ?? '', heldEntitlements: undefined }
  if (written === undefined) {
    return { celExpression: await checkedRuleOfHolders(sql, heldEntitlements, before), heldEntitlements }
  }
  const isHeld = before?.heldEntitlements !== undefined
  const ofHolders = ruleOfHolders(heldEntitlements)
  if (!isHeld && written === before?.profile.celExpression)
    return { celExpression: await checkedRuleOfHolders(sql, heldEntitlements, before), heldEntitlements }
  if (isHeld && ofHolders === before.profile.celExpression)
    return { celExpression: written, heldEntitlements: undefined }
  throw invalidArgument(
    'cel',
    'cannot be used together with entitlements: only one of them can decide who the members are',
  )
}

async function checkedRuleOfHolders(
  sql: TenantSql,
  entitlements: readonly EntitlementReference[],
  before: ProfileAutomation | undefined,
): Promise<string> {
  const field = 'entitlements.entitlement_refs'
  if (entitlements.length > mostHeldEntitlements)
    throw invalidArgument(field, `must be at most ${mostHeldEntitlements}, not ${entitlements.length}`)
  const rule = ruleOfHolders(entitlements)
  if (rule === before?.profile.celExpression) return rule
  // Entitlements that an import deleted since stay as they were passed.
  const keys = await entitlementKeys(sql, entitlements, { includeDeleted: true })
  const unknown = keys.indexOf(undefined)
  if (unknown >= 0) {
    const { applicationId, entitlementId } = itemAt(entitlements, unknown)
    throw invalidArgument(
      `${field}[${unknown}]`,
      `application "${applicationId}" has no entitlement "${entitlementId}"`,
    )
  }
  return rule
}

async function writeRow(
  sql: TenantSql,
  tenantId: number,
  id: string,
  { heldEntitlements, disabled, watchesSmall, mostRemovedPercentage }: AutomationRequest,
): Promise<void> {
  const held = heldEntitlements === undefined ? null : sql.json(heldEntitlements.map((one) => ({ ...one })))
  await sql`
    insert into access_profile_automations (tenant_id, profile_id, held_entitlements, breaker_disabled,
      breaker_watches_small, breaker_removed_percent)
    values (${tenantId}, ${id}, ${held}, ${disabled}, ${watchesSmall}, ${mostRemovedPercentage})
    on conflict (tenant_id, profile_id) do update set held_entitlements = excluded.held_entitlements,
      breaker_disabled = excluded.breaker_disabled, breaker_watches_small = excluded.breaker_watches_small,
      breaker_removed_percent = excluded.breaker_removed_percent, updated_at = now()`
}

function ruleMembers({ celExpression, enabled, createTasks }: AutomationRequest) {
  return { celExpression: celExpression ?? '', automationEnabled: enabled, createTasks }
}

/** The ledger's record of an automation; the rule is recorded with the profile. */
function recorded({
  heldEntitlements = [],
  disabled,
  watchesSmall,
  mostRemovedPercentage,
}: Pick<AutomationRequest, 'heldEntitlements' | keyof BreakerSettings>) {
  const names = heldEntitlements.map(({ applicationId, entitlementId }) => `${applicationId}/${entitlementId}`)
  return { heldEntitlements: names, breaker: { disabled, watchesSmall, mostRemovedPercentage } }
}

/** Equal for automations that differ only in times. */
function contentOf({
  profile: { celExpression, automationEnabled, createTasks },
  heldEntitlements,
  disabled,
  watchesSmall,
  mostRemovedPercentage,
}: Omit<ProfileAutomation, 'createdAt' | 'updatedAt'>): string {
  const held = heldEntitlements?.map(({ applicationId, entitlementId }) => [applicationId, entitlementId])
  return JSON.stringify([
    celExpression,
    automationEnabled,
    createTasks,
    held ?? null,
    disabled,
    watchesSmall,
    mostRemovedPercentage,
  ])
}

function requirePercentage(percent: number): void {
  if (!Number.isInteger(percent) || percent < 0 || percent > 100)
    throw invalidArgument('removed_members_threshold_percent', `must be 0 to 100, not ${percent}`)
}

function noAutomation(id: string) {
  return notFound('membership automation of access profile', id)
}
