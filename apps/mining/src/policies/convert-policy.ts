import {
  type EntitlementName,
  EntitlementNameSchema,
  type LeftOutEntitlement,
  type Policy as PolicyMessage,
  PolicySchema,
  PolicyStep,
  Severity as SeverityMessage,
} from '@assay/contracts/assay/policy/v1/policy_pb'
import { type EntitlementDetails, entitlementKeys, entitlementsByKey, identityNamesById } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import {
  getPolicy,
  getPolicyContents,
  type Policy,
  type PolicyContents,
  type PolicyRequest,
  type PolicySettings,
  type Severity,
  type StoredLeftOut,
} from '@assay/policies'
import type { TenantSql } from '@assay/store'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt'

/** @throws invalid_argument without a rule, for an unknown severity, and for an incomplete exception */
export function fromPolicyMessage(message: PolicyMessage): PolicyRequest {
  const { displayName, description, disabled, rule } = message
  const details = { displayName, description, enabled: !disabled }
  switch (rule.case) {
    case 'protectedAccess': {
      const { privileged, fromRiskLevel, entitlements, fromCoverageBasisPoints } = rule.value
      const settings = {
        kind: 'protected_access' as const,
        privileged,
        fromRiskLevel: fromRiskLevel.trim(),
        fromCoverageBasisPoints,
      }
      return { ...details, settings, first: entitlements, second: [], exceptions: [] }
    }
    case 'unusedAccess': {
      const { days, applicationIds, completeUsageApplicationIds } = rule.value
      const settings = { kind: 'unused_access' as const, days, applicationIds, completeUsageApplicationIds }
      return { ...details, settings, first: [], second: [], exceptions: [] }
    }
    case 'separationOfDuties': {
      const { first, second, severity, exceptions } = rule.value
      const settings = { kind: 'separation_of_duties' as const, severity: fromSeverity(severity) }
      return {
        ...details,
        settings,
        first,
        second,
        exceptions: exceptions.map(({ identityId, reason, expireTime }, index) => {
          if (expireTime === undefined)
            throw invalidArgument(
              `separation_of_duties.exceptions[${index}].expire_time`,
              'is required: an exception ends on a day',
            )
          return { identityId, reason, expiresAt: timestampDate(expireTime) }
        }),
      }
    }
    case 'overGrantBudget': {
      const { mostBasisPoints, mostGrants, privilegedWeight = 1 } = rule.value
      const settings = { kind: 'over_grant_budget' as const, mostBasisPoints, mostGrants, privilegedWeight }
      return { ...details, settings, first: [], second: [], exceptions: [] }
    }
    case 'sizeAndNaming': {
      const settings = { kind: 'size_and_naming' as const, ...sizeOf(rule.value) }
      return { ...details, settings, first: [], second: [], exceptions: [] }
    }
    default:
      throw invalidArgument(
        'policy',
        `needs a rule: one of ${PolicySchema.oneofs[0]?.fields.map(({ name }) => name).join(', ')}`,
      )
  }
}

function sizeOf({
  fewestMembers,
  fewestEntitlements,
  namePattern,
}: {
  readonly fewestMembers: number
  readonly fewestEntitlements: number
  readonly namePattern: string
}) {
  return { fewestMembers, fewestEntitlements, namePattern }
}

const severityMessages: Readonly<Record<Severity, SeverityMessage>> = {
  low: SeverityMessage.LOW,
  medium: SeverityMessage.MEDIUM,
  high: SeverityMessage.HIGH,
  critical: SeverityMessage.CRITICAL,
}

function fromSeverity(message: SeverityMessage): Severity {
  for (const [severity, value] of Object.entries(severityMessages)) {
    if (value === message) return severity as Severity
  }
  throw invalidArgument(
    'separation_of_duties.severity',
    'must be SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH or SEVERITY_CRITICAL',
  )
}

export function toSeverity(severity: Severity): SeverityMessage {
  return severityMessages[severity]
}

const nothing: PolicyContents = { first: [], second: [], exceptions: [] }

/** @param contents the entitlements and exceptions of the policy; lists omit them */
export function toPolicyMessage(policy: Policy, contents: PolicyContents = nothing): PolicyMessage {
  const { settings, enabled, createdAt, updatedAt, goneCount, ...rest } = policy
  return create(PolicySchema, {
    ...rest,
    disabled: !enabled,
    goneEntitlementCount: goneCount,
    createTime: timestampFromDate(createdAt),
    updateTime: timestampFromDate(updatedAt),
    rule: toRule(settings, contents),
  })
}

/** A policy with its entitlements and exceptions, and their names. @throws not_found */
export async function wholePolicy(sql: TenantSql, id: string): Promise<PolicyMessage> {
  const contents = await getPolicyContents(sql, id)
  const message = toPolicyMessage(await getPolicy(sql, id), contents)
  const keys = await entitlementKeys(sql, [...contents.first, ...contents.second], { includeDeleted: true })
  const known = await entitlementsByKey(
    sql,
    keys.flatMap((key) => key ?? []),
  )
  message.entitlementNames = [...known.values()].map((details) =>
    create(EntitlementNameSchema, toEntitlementName(details)),
  )
  const { rule } = message
  if (rule.case !== 'separationOfDuties') return message
  const people = await identityNamesById(
    sql,
    rule.value.exceptions.map(({ identityId }) => identityId),
  )
  for (const exception of rule.value.exceptions) exception.identityDisplayName = people.get(exception.identityId) ?? ''
  return message
}

export function toEntitlementName(details: EntitlementDetails): Omit<EntitlementName, '$typeName' | '$unknown'> {
  const { applicationId, applicationDisplayName, id: entitlementId, displayName } = details
  return { applicationId, applicationDisplayName, entitlementId, displayName }
}

type RuleInit = NonNullable<MessageInitShape<typeof PolicySchema>['rule']>

function toRule(settings: PolicySettings, { first, second, exceptions }: PolicyContents): RuleInit {
  switch (settings.kind) {
    case 'protected_access': {
      const { privileged, fromRiskLevel, fromCoverageBasisPoints } = settings
      const entitlements = first.map((one) => ({ ...one }))
      return {
        case: 'protectedAccess',
        value: {
          privileged,
          fromRiskLevel,
          entitlements,
          ...(fromCoverageBasisPoints !== undefined && { fromCoverageBasisPoints }),
        },
      }
    }
    case 'unused_access': {
      const { days, applicationIds, completeUsageApplicationIds } = settings
      return {
        case: 'unusedAccess',
        value: {
          days,
          applicationIds: [...applicationIds],
          completeUsageApplicationIds: [...completeUsageApplicationIds],
        },
      }
    }
    case 'separation_of_duties':
      return {
        case: 'separationOfDuties',
        value: {
          severity: toSeverity(settings.severity),
          first: first.map((one) => ({ ...one })),
          second: second.map((one) => ({ ...one })),
          exceptions: exceptions.map(({ identityId, reason, expiresAt }) => ({
            identityId,
            reason,
            expireTime: timestampFromDate(expiresAt),
          })),
        },
      }
    case 'over_grant_budget': {
      const { mostBasisPoints, mostGrants, privilegedWeight } = settings
      return {
        case: 'overGrantBudget',
        value: {
          ...(mostBasisPoints !== undefined && { mostBasisPoints }),
          ...(mostGrants !== undefined && { mostGrants }),
          privilegedWeight,
        },
      }
    }
    case 'size_and_naming':
      return { case: 'sizeAndNaming', value: sizeOf(settings) }
  }
}

const steps: Readonly<Record<StoredLeftOut['step'], PolicyStep>> = {
  protected: PolicyStep.PROTECTED,
  unused: PolicyStep.UNUSED,
  separation: PolicyStep.SEPARATION,
  budget: PolicyStep.BUDGET,
  size: PolicyStep.SIZE,
}

/** The entitlements that policies left out, with their names in the present directory. */
export async function toLeftOutMessages(
  sql: TenantSql,
  leftOut: readonly StoredLeftOut[],
): Promise<Omit<LeftOutEntitlement, '$typeName' | '$unknown' | 'entitlement'>[]> {
  const known = await entitlementsByKey(
    sql,
    leftOut.map(({ key }) => key),
  )
  return leftOut.map(({ key, step, policyId, policyName, held, counted }) => ({
    ...referenceTo(known.get(key)),
    step: steps[step],
    policyId,
    policyDisplayName: policyName,
    heldCount: held,
    countedCount: counted,
  }))
}

function referenceTo(details: EntitlementDetails | undefined) {
  if (details === undefined) return {}
  const { applicationId, id, displayName } = details
  return { entitlement: { applicationId, entitlementId: id, displayName } }
}
