import { listAttributes } from '@assay/directory'
import { invalidArgument, itemAt } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import type { AccessProfile } from './access-profile.ts'
import { getAccessProfile } from './access-profiles.ts'
import { type EvaluationOptions, evaluateMembership } from './evaluate-membership.ts'
import { differenceBetween, membersOf } from './membership-changes.ts'
import { type MembershipOutcome, type MembershipPreview, outcomeOf, previewsOf } from './membership-outcome.ts'
import { compileMembershipRule, type MembershipRule } from './membership-rule.ts'

/** A profile after a call, with the result of its rule. */
export interface ProfileWithPreview {
  readonly profile: AccessProfile
  readonly preview: MembershipPreview | undefined
}

interface PreviewRequest {
  /** The profile whose members the rule would change; undefined for a profile that does not exist yet. */
  readonly profileId?: string | undefined
  /** Undefined for the rule of the profile. */
  readonly celExpression?: string | undefined
}

/**
 * Evaluates a rule and changes nothing: it shows who would be a member, who would join and leave, and who is excluded and why. A profile
 * without automation, and a paused one, are evaluated like any other. Runs in the caller's transaction, preferably at repeatable read; a
 * large tenant is evaluated in another thread.
 * @throws not_found for the profile; invalid_argument for a wrong rule (with line and column), and without a rule
 */
export async function previewMembership(
  sql: TenantSql,
  { profileId, celExpression }: PreviewRequest,
  options: EvaluationOptions = {},
): Promise<MembershipPreview> {
  const profile = profileId === undefined ? undefined : await getAccessProfile(sql, profileId)
  const expression = celExpression?.trim() ? celExpression : profile?.celExpression
  if (!expression) {
    throw invalidArgument(
      'cel_expression',
      profile === undefined
        ? 'must be a rule; without one, name an access profile that has one'
        : `must be a rule, since access profile "${profile.id}" has none`,
    )
  }
  const rule = compileMembershipRule(expression, await listAttributes(sql))
  const outcome = await dryRun(sql, profile?.id, rule, options)
  const preview = itemAt(await previewsOf(sql, [outcome]), 0)
  return preview
}

/** @param profileId undefined for a profile without members */
export async function dryRun(
  sql: TenantSql,
  profileId: string | undefined,
  rule: MembershipRule,
  options: EvaluationOptions,
): Promise<MembershipOutcome> {
  const selection = itemAt(await evaluateMembership(sql, [rule], options), 0)
  const members = profileId === undefined ? undefined : (await membersOf(sql, [profileId])).get(profileId)
  return outcomeOf(differenceBetween(selection.keys, members), selection)
}
