import { randomUUID } from 'node:crypto'
import { invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { type AccessProfile, getAccessProfile, isUuid, nameOrderOf } from './access-profiles.ts'
import { lockMembership } from './apply-membership.ts'
import { type EvaluationOptions, evaluateMembership } from './evaluate-membership.ts'
import { differencesOf, makeChanges } from './membership-changes.ts'
import { compileMembershipRule } from './membership-rule.ts'
import { type EntitlementReference, resolveEntitlements } from './resolve-entitlements.ts'

/** Room for any name and description that an analysis suggests. */
const longestName = 256
const longestDescription = 4_096
const longestRequestId = 64

export interface AccessProfileRequest {
  /** 1 to 256 characters. */
  readonly displayName: string
  /** Up to 4,096 characters. */
  readonly description?: string
  /** Empty or absent: no rule. */
  readonly celExpression?: string
  readonly enableAutomation?: boolean
  readonly createTasks?: boolean
  readonly commonAccess?: boolean
  readonly createdBy: string
  /** The identity that answers for it, by id. */
  readonly ownerId?: string
  /** The suggestion that it was made from. */
  readonly suggestionId?: string
  readonly entitlements: readonly EntitlementReference[]
  /** A second call with the same one (1 to 64 characters) gets the profile that the first made. */
  readonly requestId?: string
}

/**
 * Makes an access profile and, with automation on, its members (or a task for each with `createTasks`). Part of the
 * caller's transaction; a large tenant is evaluated in another thread.
 * @throws invalid_argument for an empty or too long text, an owner that does not exist, unknown or repeated entitlements (all of them named), a rule that is wrong
 * (line and column), automation without a rule; what `evaluateMembership` throws
 */
export async function createAccessProfile(
  sql: TenantSql,
  tenantId: number,
  request: AccessProfileRequest,
  options: EvaluationOptions = {},
): Promise<AccessProfile> {
  const displayName = request.displayName.trim()
  if (displayName === '') throw invalidArgument('display_name', 'must not be empty')
  requireShort('display_name', displayName, longestName)
  requireShort('description', request.description ?? '', longestDescription)
  const requestId = request.requestId ?? ''
  requireShort('request_id', requestId, longestRequestId)
  if (request.suggestionId !== undefined && !isUuid(request.suggestionId)) {
    throw invalidArgument('suggestion_id', `"${request.suggestionId}" is no id of a suggestion`)
  }
  // Kept as it is given, so that line and column of a fault are those of the caller's own text.
  const celExpression = request.celExpression?.trim() ? request.celExpression : ''
  const rule = celExpression === '' ? undefined : compileMembershipRule(celExpression)
  const isAutomated = request.enableAutomation ?? false
  if (isAutomated && rule === undefined) {
    throw invalidArgument('enable_automation', 'needs a membership rule to go by')
  }
  if (request.ownerId) await requireIdentity(sql, request.ownerId)
  const entitlementKeys = await resolveEntitlements(sql, request.entitlements)
  if (isAutomated) await lockMembership(sql, tenantId)

  const createTasks = request.createTasks ?? false
  const [made] = await sql<{ id: string }[]>`
    insert into access_profiles (tenant_id, id, display_name, description, cel_expression, automation_enabled,
      create_tasks, common_access, created_by, owner_id, suggestion_id, request_id, name_order, automation_ran_at)
    values (${tenantId}, ${randomUUID()}, ${displayName}, ${request.description ?? ''}, ${celExpression}, ${isAutomated},
      ${createTasks}, ${request.commonAccess ?? false}, ${request.createdBy}, ${request.ownerId ?? ''},
      ${request.suggestionId ?? null},
      ${requestId === '' ? null : requestId}, ${nameOrderOf(displayName)},
      case when ${isAutomated} then now() end)
    on conflict (tenant_id, request_id) where request_id is not null do nothing
    returning id`
  if (made === undefined) return getByRequestId(sql, requestId)

  await sql`
    insert into access_profile_entitlements (tenant_id, profile_id, entitlement_key)
    select ${tenantId}, ${made.id}, unnest(${entitlementKeys}::integer[])`
  if (isAutomated && rule !== undefined) {
    const [selection] = await evaluateMembership(sql, [rule], options)
    const profile = { id: made.id, createTasks }
    await makeChanges(sql, tenantId, await differencesOf(sql, [{ profile, selected: selection.keys }]))
  }
  return getAccessProfile(sql, made.id)
}

async function requireIdentity(sql: TenantSql, id: string): Promise<void> {
  const [owner] = await sql`select from identities where id = ${id} and status <> 'deleted'`
  if (owner === undefined) throw invalidArgument('owner_id', `identity "${id}" does not exist`)
}

function requireShort(field: string, text: string, most: number): void {
  const { length } = [...text]
  if (length > most) throw invalidArgument(field, `must have at most ${most} characters; it has ${length}`)
}

async function getByRequestId(sql: TenantSql, requestId: string): Promise<AccessProfile> {
  const [earlier] = await sql<{ id: string }[]>`select id from access_profiles where request_id = ${requestId}`
  return getAccessProfile(sql, earlier.id)
}
