import { listAttributes } from '@assay/directory'
import { aborted, invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import type { AccessProfile } from './access-profile.ts'
import { getAccessProfile, lockAccessProfile, nameOrderOf } from './access-profiles.ts'
import type { MembershipOptions } from './apply-membership.ts'
import { breakerSettingsOf } from './breaker-settings.ts'
import { type ChangeableMember, columnsOf, differingMembers } from './changeable-members.ts'
import { checkAnnotations } from './check-annotations.ts'
import { checkStoredRules } from './check-stored-rules.ts'
import { breakerFor, defaultCircuitBreaker } from './circuit-breaker.ts'
import { followRule } from './follow-rule.ts'
import { lockMembership } from './lock-membership.ts'
import { withdrawAllTasks } from './membership-changes.ts'
import { previewsOf } from './membership-outcome.ts'
import { compileMembershipRule } from './membership-rule.ts'
import { withoutPause } from './pause-automation.ts'
import { dryRun, type ProfileWithPreview } from './preview-membership.ts'
import { checkDetails, checkOwner } from './profile-details.ts'
import { recordProfileChange } from './profile-entry.ts'
import { etagOf } from './profile-etag.ts'
import { checkPurpose } from './profile-purpose.ts'
import { ruleSemantics } from './rule-semantics.ts'

/** The members of a profile that callers may change. An absent member does not change. */
export type AccessProfileChange = Partial<Pick<AccessProfile, ChangeableMember>>

export interface UpdateOptions extends MembershipOptions {
  /** The etag that the caller read with the profile; undefined to change it whatever happened since. */
  readonly etag?: string | undefined
}

/**
 * Changes a profile. A changed rule, automation that is switched on, and a change of `createTasks` evaluate the rule under the circuit
 * breaker. A pause ends with a change of the rule, or when automation is switched off; other changes affect neither the pause nor the
 * members. When automation is switched off, members stay and tasks are withdrawn. Values that are equal to the present ones change nothing.
 * Runs in the caller's transaction; a large tenant is evaluated in another thread.
 * @returns the preview is undefined when the rule was not evaluated
 * @throws not_found; aborted when the etag is not the present one; invalid_argument as `createAccessProfile` does
 */
export async function updateAccessProfile(
  sql: TenantSql,
  tenantId: number,
  id: string,
  change: AccessProfileChange,
  { etag, breaker = defaultCircuitBreaker, ...options }: UpdateOptions = {},
): Promise<ProfileWithPreview> {
  const touchesAutomation = [change.celExpression, change.automationEnabled, change.createTasks].some(
    (value) => value !== undefined,
  )
  if (touchesAutomation) {
    await lockMembership(sql, tenantId, options.timeoutMs)
    await checkStoredRules(sql, options)
  }
  const before = await lockAccessProfile(sql, id)
  requireEtag(before, etag)
  const after = await validated(sql, before, change)
  const differing = differingMembers(before, after)
  if (differing.length === 0) return { profile: before, preview: undefined }
  const changes = (...members: ChangeableMember[]) => members.some((name) => differing.includes(name))

  const switchesOff = before.automationEnabled && !after.automationEnabled
  const isHeld = before.automationPausedAt !== null && !changes('celExpression') && !switchesOff
  // Compiled before anything is written. A stored rule that does not compile may stay if this change does not need it.
  const asksRule = changes('celExpression', 'automationEnabled', 'createTasks') && !isHeld && !switchesOff
  const rule =
    asksRule && after.celExpression !== ''
      ? compileMembershipRule(after.celExpression, await listAttributes(sql))
      : undefined
  await sql`
    update access_profiles set ${sql(columnsOf(sql, after, differing))}, name_order = ${nameOrderOf(after.displayName)},
      updated_at = now()
      ${changes('celExpression') ? sql`, rule_semantics = ${ruleSemantics}` : sql``}
      ${changes('celExpression') || switchesOff ? sql`, ${withoutPause(sql)}` : sql``}
    where id = ${id}`
  await recordProfileChange(sql, before, after)
  if (switchesOff || (before.createTasks && !after.createTasks)) await withdrawAllTasks(sql, [id])
  const outcome =
    rule &&
    (after.automationEnabled
      ? await followRule(sql, tenantId, after, rule, {
          ...options,
          breaker: breaker && breakerFor(breaker, (await breakerSettingsOf(sql, [id])).get(id)),
        })
      : await dryRun(sql, id, rule, options))
  const [preview] = await previewsOf(sql, [outcome])
  return { profile: await getAccessProfile(sql, id), preview }
}

function requireEtag(profile: AccessProfile, etag: string | undefined): void {
  const present = etagOf(profile)
  if (etag === undefined || etag === present) return
  throw aborted(
    `access profile "${profile.id}" has etag ${present}, not ${etag}: it was changed since you read it. Get it, check the changes, and update it with its new etag`,
    { reason: 'ETAG_MISMATCH', metadata: { accessProfileId: profile.id, etag: present } },
  )
}

async function validated(sql: TenantSql, before: AccessProfile, change: AccessProfileChange): Promise<AccessProfile> {
  const given = { ...before, ...change }
  const celExpression = given.celExpression.trim() ? given.celExpression : ''
  if (given.automationEnabled && celExpression === '') {
    throw invalidArgument('automation_enabled', 'needs a membership rule')
  }
  if (given.ownerId !== before.ownerId) await checkOwner(sql, given.ownerId)
  if (change.annotations !== undefined) checkAnnotations(change.annotations)
  checkPurpose({ ...given, celExpression })
  return { ...given, ...checkDetails(given), celExpression }
}
