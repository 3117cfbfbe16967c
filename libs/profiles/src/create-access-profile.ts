import { randomUUID } from 'node:crypto'
import { type EntitlementReference, listAttributes } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { isUuid, onlyRow, type TenantSql } from '@assay/store'
import type { AccessProfile } from './access-profile.ts'
import { getAccessProfile, nameOrderOf } from './access-profiles.ts'
import { checkAnnotations } from './check-annotations.ts'
import type { EvaluationOptions } from './evaluate-membership.ts'
import { followRule } from './follow-rule.ts'
import { lockMembership } from './lock-membership.ts'
import { type MembershipOutcome, previewsOf } from './membership-outcome.ts'
import { compileMembershipRule, type MembershipRule } from './membership-rule.ts'
import { dryRun, type ProfileWithPreview } from './preview-membership.ts'
import { checkDetails, checkOwner, requireShort } from './profile-details.ts'
import { entitlementNames, recordProfile } from './profile-entry.ts'
import { checkPurpose } from './profile-purpose.ts'
import { resolveEntitlements } from './resolve-entitlements.ts'
import { ruleSemantics } from './rule-semantics.ts'

const longestRequestId = 64

const defaultSettings: Required<ProfileSettings> = {
  enabled: true,
  published: false,
  visibleToEveryone: false,
  requestBundle: false,
  enrollmentBehavior: '',
  unenrollmentBehavior: '',
  unenrollmentEntitlementBehavior: '',
  purpose: 'both',
  annotations: {},
}

/** The settings of a profile besides its entitlements and its members. */
export type ProfileSettings = Partial<
  Pick<
    AccessProfile,
    | 'enabled'
    | 'published'
    | 'visibleToEveryone'
    | 'requestBundle'
    | 'enrollmentBehavior'
    | 'unenrollmentBehavior'
    | 'unenrollmentEntitlementBehavior'
    | 'purpose'
    | 'annotations'
  >
>

export interface AccessProfileRequest {
  /** 1 to 256 characters. */
  readonly displayName: string
  /** Up to 4,096 characters. */
  readonly description?: string
  /** Empty or absent for a profile without a rule. */
  readonly celExpression?: string
  readonly enableAutomation?: boolean
  readonly createTasks?: boolean
  readonly commonAccess?: boolean
  readonly createdBy: string
  /** The id of the identity that is responsible for it. */
  readonly ownerId?: string
  /** Further settings; absent members have their defaults. */
  readonly settings?: ProfileSettings
  /** The id of the suggestion from which it is made. */
  readonly suggestionId?: string
  readonly entitlements: readonly EntitlementReference[]
  /** A second call with the same id (1 to 64 characters) returns the profile that the first call made. */
  readonly requestId?: string
}

/**
 * Makes an access profile and, with automation on, its members (or with `createTasks` a task for each). Runs in the caller's transaction; a
 * large tenant is evaluated in another thread.
 * @throws invalid_argument for a text that is empty or too long, an owner that does not exist, unknown or repeated entitlements (with all
 * of them), a wrong rule (with line and column), automation without a rule; what `evaluateMembership` throws
 */
export async function createAccessProfile(
  sql: TenantSql,
  tenantId: number,
  request: AccessProfileRequest,
  options: EvaluationOptions = {},
): Promise<AccessProfile> {
  const { id } = await make(sql, tenantId, request, options)
  return getAccessProfile(sql, id)
}

/** Like `createAccessProfile`. The rule is evaluated for the preview even without automation. */
export async function createProfileWithPreview(
  sql: TenantSql,
  tenantId: number,
  request: AccessProfileRequest,
  options: EvaluationOptions = {},
): Promise<ProfileWithPreview> {
  const { id, rule, outcome } = await make(sql, tenantId, request, options)
  const [preview] = await previewsOf(sql, [outcome ?? (rule && (await dryRun(sql, id, rule, options)))])
  return { profile: await getAccessProfile(sql, id), preview }
}

interface Made {
  readonly id: string
  /** Undefined without a rule, and when an earlier call made the profile. */
  readonly rule: MembershipRule | undefined
  /** The evaluation that made the members; also undefined without automation. */
  readonly outcome: MembershipOutcome | undefined
}

async function make(
  sql: TenantSql,
  tenantId: number,
  request: AccessProfileRequest,
  options: EvaluationOptions,
): Promise<Made> {
  const { displayName, description } = checkDetails(request)
  const requestId = request.requestId ?? ''
  requireShort('request_id', requestId, longestRequestId)
  if (request.suggestionId !== undefined && !isUuid(request.suggestionId)) {
    throw invalidArgument('suggestion_id', `"${request.suggestionId}" is no id of a suggestion`)
  }
  // Stored unchanged, so that line and column of a fault belong to the caller's own text.
  const celExpression = request.celExpression?.trim() ? request.celExpression : ''
  const rule = celExpression === '' ? undefined : compileMembershipRule(celExpression, await listAttributes(sql))
  const isAutomated = request.enableAutomation ?? false
  if (isAutomated && rule === undefined) {
    throw invalidArgument('enable_automation', 'needs a membership rule')
  }
  const settings = { ...defaultSettings, ...request.settings }
  checkAnnotations(settings.annotations)
  checkPurpose({ ...settings, celExpression, automationEnabled: isAutomated })
  await checkOwner(sql, request.ownerId ?? '')
  const entitlementKeys = await resolveEntitlements(sql, request.entitlements)
  if (isAutomated) await lockMembership(sql, tenantId, options.timeoutMs)

  const createTasks = request.createTasks ?? false
  const [made] = await sql<{ id: string }[]>`
    insert into access_profiles (tenant_id, id, display_name, description, cel_expression, automation_enabled,
      create_tasks, common_access, created_by, owner_id, enabled, published, visible_to_everyone, request_bundle,
      enrollment_behavior, unenrollment_behavior, unenrollment_entitlement_behavior, purpose, annotations, suggestion_id,
      request_id, name_order, automation_ran_at, rule_semantics)
    values (${tenantId}, ${randomUUID()}, ${displayName}, ${description}, ${celExpression}, ${isAutomated},
      ${createTasks}, ${request.commonAccess ?? false}, ${request.createdBy}, ${request.ownerId ?? ''},
      ${settings.enabled}, ${settings.published}, ${settings.visibleToEveryone}, ${settings.requestBundle},
      ${settings.enrollmentBehavior}, ${settings.unenrollmentBehavior}, ${settings.unenrollmentEntitlementBehavior},
      ${settings.purpose}, ${sql.json({ ...settings.annotations })}, ${request.suggestionId ?? null},
      ${requestId === '' ? null : requestId}, ${nameOrderOf(displayName)},
      case when ${isAutomated} then now() end, ${ruleSemantics})
    on conflict (tenant_id, request_id) where request_id is not null do nothing
    returning id`
  if (made === undefined) return { id: await idByRequestId(sql, requestId), rule: undefined, outcome: undefined }

  await sql`
    insert into access_profile_entitlements (tenant_id, profile_id, entitlement_key, position)
    select ${tenantId}, ${made.id}, given.key, given.place
    from unnest(${entitlementKeys}::integer[]) with ordinality as given (key, place)`
  const after = {
    displayName,
    description,
    celExpression,
    automationEnabled: isAutomated,
    createTasks,
    commonAccess: request.commonAccess ?? false,
    ownerId: request.ownerId ?? '',
    ...settings,
    suggestionId: request.suggestionId,
    entitlements: await entitlementNames(sql, entitlementKeys),
  }
  await recordProfile(sql, made.id, { kind: 'profile.create', after })
  const outcome =
    isAutomated && rule !== undefined
      ? await followRule(sql, tenantId, { id: made.id, createTasks }, rule, { ...options, breaker: undefined })
      : undefined
  return { id: made.id, rule, outcome }
}

async function idByRequestId(sql: TenantSql, requestId: string): Promise<string> {
  const earlier = onlyRow(await sql<{ id: string }[]>`select id from access_profiles where request_id = ${requestId}`)
  return earlier.id
}
