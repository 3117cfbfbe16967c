import { userIdFromRow } from '@assay/auth'
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
import type { AccessProfile, CircuitBreaker } from '@assay/profiles'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

export function toCatalogView(profile: AccessProfile): RequestCatalogView {
  return create(RequestCatalogViewSchema, {
    requestCatalog: {
      id: profile.id,
      displayName: profile.displayName,
      description: profile.description,
      createdByUserId: userIdFromRow(profile.createdBy),
      createdAt: timestampFromDate(profile.createdAt),
      updatedAt: timestampFromDate(profile.updatedAt),
    },
    memberCount: BigInt(profile.memberCount),
  })
}

/** The automation of a profile that has a rule. */
export function toAutomationMessage(profile: AccessProfile, breaker: CircuitBreaker): BundleAutomation {
  const { automationRanAt: ranAt, automationPausedAt: pausedAt, automationError } = profile
  return create(BundleAutomationSchema, {
    requestCatalogId: profile.id,
    enabled: profile.automationEnabled,
    createTasks: profile.createTasks,
    conditions: { case: 'cel', value: { expression: profile.celExpression } },
    ...(ranAt && {
      state: {
        status: automationError === '' ? RunStatus.SUCCESS : RunStatus.FAILURE,
        errorMessage: automationError,
        lastRunAt: timestampFromDate(ranAt),
      },
    }),
    circuitBreaker: {
      removedMembersThresholdPercentage: BigInt(breaker.mostRemovedPercentage),
      state: pausedAt === null ? CircuitBreakerState.UNSPECIFIED : CircuitBreakerState.TRIGGERED,
      ...(pausedAt && { updatedAt: timestampFromDate(pausedAt) }),
    },
    createdAt: timestampFromDate(profile.createdAt),
    updatedAt: timestampFromDate(profile.updatedAt),
  })
}
