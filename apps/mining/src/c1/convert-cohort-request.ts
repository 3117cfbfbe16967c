import type { CreateAccessProfileFromCohortRequest } from '@assay/contracts/c1/api/role_mining_management/v1/access_profile_pb'
import type { AccessScope as AccessScopeMessage, ProfileFilter } from '@assay/contracts/c1/mcp/role_mining/v1/cohort_pb'
import { invalidArgument } from '@assay/errors'
import type { AccessScope } from '@assay/profiles'
import type { CohortProfileRequest } from '@assay/role-mining'

/** @throws invalid_argument for an access scope that names no application or entitlement */
export function fromCohortRequest(request: CreateAccessProfileFromCohortRequest): CohortProfileRequest {
  return {
    displayName: request.displayName,
    description: request.description,
    ...fromCohort(request),
    entitlements: request.entitlements.map((one) => ({ applicationId: one.appId, entitlementId: one.entitlementId })),
    celExpression: request.celExpression,
    enableAutomation: request.enableAutomation,
    createTasks: request.createTasks,
    suggestionId: request.suggestionId,
  }
}

/**
 * The people whom a request describes by filters and access scope.
 * @throws invalid_argument for an access scope that names no application or entitlement
 */
export function fromCohort(request: {
  readonly profileFilters: readonly ProfileFilter[]
  readonly accessScope?: AccessScopeMessage | undefined
}) {
  return {
    filters: request.profileFilters.map(({ attribute, values }) => ({ attribute, values })),
    accessScope: fromAccessScope(request.accessScope),
  }
}

function fromAccessScope(message: AccessScopeMessage | undefined): AccessScope | undefined {
  const scope = message?.scope
  if (scope === undefined || scope.case === undefined) return undefined
  if (scope.case === 'appId') {
    if (scope.value === '') throw invalidArgument('access_scope.app_id', 'must name an application')
    return { applicationId: scope.value }
  }
  const { appId, entitlementId } = scope.value
  if (appId === '' || entitlementId === '')
    throw invalidArgument('access_scope.entitlement', 'needs both app_id and entitlement_id')
  return { applicationId: appId, entitlementId }
}
