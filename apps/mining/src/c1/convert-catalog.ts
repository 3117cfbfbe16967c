import { userIdFromRow } from '@assay/auth'
import type { AppEntitlement } from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import {
  type BundleAutomation,
  BundleAutomationSchema,
  CircuitBreakerState,
  BundleAutomationRunStatus as RunStatus,
} from '@assay/contracts/c1/api/requestcatalog/v1/bundle_automation_pb'
import {
  type RequestCatalogView,
  RequestCatalogViewSchema,
} from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_pb'
import type { AccessProfile, CircuitBreaker, ProfileAutomation } from '@assay/profiles'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { toCatalogSettings } from './convert-catalog-settings.ts'

/** @param audience the entitlements whose holders see the profile; lists omit them */
export function toCatalogView(profile: AccessProfile, audience: readonly AppEntitlement[] = []): RequestCatalogView {
  return create(RequestCatalogViewSchema, {
    requestCatalog: {
      id: profile.id,
      displayName: profile.displayName,
      description: profile.description,
      createdByUserId: userIdFromRow(profile.createdBy),
      createdAt: timestampFromDate(profile.createdAt),
      updatedAt: timestampFromDate(profile.updatedAt),
      ...toCatalogSettings(profile),
      accessEntitlements: [...audience],
    },
    memberCount: BigInt(profile.memberCount),
  })
}

/** @param breaker the circuit breaker of the installation, for an automation that sets no threshold itself */
export function toAutomationMessage(automation: ProfileAutomation, breaker: CircuitBreaker): BundleAutomation {
  const { profile, mostRemovedPercentage } = automation
  const { automationRanAt: ranAt, automationPausedAt: pausedAt, automationError } = profile
  return create(BundleAutomationSchema, {
    requestCatalogId: profile.id,
    enabled: profile.automationEnabled,
    createTasks: profile.createTasks,
    ...conditionsOf(automation),
    disableCircuitBreaker: automation.disabled,
    enforceOnSmallProfiles: automation.watchesSmall,
    removedMembersThresholdPercent: BigInt(mostRemovedPercentage),
    ...(ranAt && {
      state: {
        status: automationError === '' ? RunStatus.SUCCESS : RunStatus.FAILURE,
        errorMessage: automationError,
        lastRunAt: timestampFromDate(ranAt),
      },
    }),
    circuitBreaker: {
      removedMembersThresholdPercentage: BigInt(mostRemovedPercentage || breaker.mostRemovedPercentage),
      state: pausedAt === null ? CircuitBreakerState.UNSPECIFIED : CircuitBreakerState.TRIGGERED,
      ...(pausedAt && { updatedAt: timestampFromDate(pausedAt) }),
    },
    createdAt: timestampFromDate(automation.createdAt),
    updatedAt: timestampFromDate(automation.updatedAt),
  })
}

/**
 * Either the entitlements from which the rule was made, or the CEL expression that the caller sent; never both, because clients compare the
 * answer with what they sent.
 */
function conditionsOf({ profile, heldEntitlements }: ProfileAutomation) {
  if (heldEntitlements !== undefined) {
    const entitlementRefs = heldEntitlements.map(({ applicationId, entitlementId }) => ({
      appId: applicationId,
      id: entitlementId,
    }))
    return { conditions: { case: 'entitlements', value: { entitlementRefs } } } as const
  }
  if (profile.celExpression === '') return {}
  return { conditions: { case: 'cel', value: { expression: profile.celExpression } } } as const
}
