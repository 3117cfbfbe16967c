import type { EntitlementReference } from '@assay/contracts/assay/directory/v1/entitlement_reference_pb'
import { type EntitlementName, type Policy, Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import { type Timestamp, timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { KindName } from '../policies/texts.ts'
import { nameFinder } from './entitlement-names.ts'
import type { SetEntitlement } from './entitlement-set.tsx'
import type { PolicyInit } from './queries.ts'

/** A person to whom a policy does not apply until a day, `2026-12-31`. */
export interface DraftException {
  readonly identityId: string
  /** The name; the id when the data have no name. */
  readonly name: string
  readonly reason: string
  readonly day: string
}

/** A policy as it is being edited: numbers as they are typed, empty for none. */
export interface PolicyDraft {
  readonly kind: KindName
  readonly name: string
  readonly description: string
  readonly privileged: boolean
  readonly riskLevel: string
  /** In per cent. */
  readonly coverage: string
  readonly first: readonly SetEntitlement[]
  readonly second: readonly SetEntitlement[]
  readonly days: string
  readonly applications: readonly string[]
  readonly complete: readonly string[]
  readonly severity: Severity
  readonly exceptions: readonly DraftException[]
  /** In per cent. */
  readonly share: string
  readonly grants: string
  readonly weight: string
  readonly fewestMembers: string
  readonly fewestEntitlements: string
  readonly pattern: string
}

const empty: Omit<PolicyDraft, 'kind'> = {
  name: '',
  description: '',
  privileged: false,
  riskLevel: '',
  coverage: '',
  first: [],
  second: [],
  days: '90',
  applications: [],
  complete: [],
  severity: Severity.HIGH,
  exceptions: [],
  share: '',
  grants: '',
  weight: '',
  fewestMembers: '',
  fewestEntitlements: '',
  pattern: '',
}

export function newDraft(kind: KindName): PolicyDraft {
  return { ...empty, kind, privileged: kind === 'protectedAccess', share: kind === 'overGrantBudget' ? '10' : '' }
}

/** The form of a policy; undefined for a kind of policy that this page cannot edit. */
export function draftOf({ displayName: name, description, rule, entitlementNames }: Policy): PolicyDraft | undefined {
  if (rule.case === undefined) return undefined
  const known = { ...empty, kind: rule.case, name, description }
  const nameOf = nameFinder(entitlementNames)
  const named = (set: readonly EntitlementReference[]) => set.map((one) => withNames(one, nameOf(one)))
  switch (rule.case) {
    case 'protectedAccess': {
      const { privileged, fromRiskLevel, fromCoverageBasisPoints, entitlements } = rule.value
      return {
        ...known,
        privileged,
        riskLevel: fromRiskLevel,
        coverage: percentText(fromCoverageBasisPoints),
        first: named(entitlements),
      }
    }
    case 'unusedAccess': {
      const { days, applicationIds, completeUsageApplicationIds } = rule.value
      return { ...known, days: String(days), applications: applicationIds, complete: completeUsageApplicationIds }
    }
    case 'separationOfDuties': {
      const { first, second, severity } = rule.value
      const exceptions = rule.value.exceptions.map(({ identityId, identityDisplayName, reason, expireTime }) => ({
        identityId,
        name: identityDisplayName || identityId,
        reason,
        day: dayOf(expireTime),
      }))
      return { ...known, first: named(first), second: named(second), severity, exceptions }
    }
    case 'overGrantBudget': {
      const { mostBasisPoints, mostGrants, privilegedWeight } = rule.value
      return { ...known, share: percentText(mostBasisPoints), grants: text(mostGrants), weight: text(privilegedWeight) }
    }
    case 'sizeAndNaming': {
      const { fewestMembers, fewestEntitlements, namePattern } = rule.value
      return {
        ...known,
        fewestMembers: text(fewestMembers || undefined),
        fewestEntitlements: text(fewestEntitlements || undefined),
        pattern: namePattern,
      }
    }
  }
}

function withNames(reference: EntitlementReference, known: EntitlementName | undefined): SetEntitlement {
  const { applicationId, entitlementId } = reference
  return {
    applicationId,
    entitlementId,
    ...(known && {
      name: known.displayName || entitlementId,
      applicationName: known.applicationDisplayName || applicationId,
    }),
  }
}

/** The policy in the form of the calls. */
export function policyOf(draft: PolicyDraft, before: Policy | undefined): PolicyInit {
  const { name, description } = draft
  const rule = ruleOf(draft)
  return { id: before?.id ?? '', etag: before?.etag ?? '', displayName: name.trim(), description, rule }
}

function ruleOf(draft: PolicyDraft): NonNullable<PolicyInit['rule']> {
  const { kind } = draft
  switch (kind) {
    case 'protectedAccess':
      return {
        case: kind,
        value: {
          privileged: draft.privileged,
          fromRiskLevel: draft.riskLevel,
          entitlements: draft.first.map(reference),
          ...optional('fromCoverageBasisPoints', basisPoints(draft.coverage)),
        },
      }
    case 'unusedAccess':
      return {
        case: kind,
        value: {
          days: Number(draft.days),
          applicationIds: [...draft.applications],
          completeUsageApplicationIds: [...draft.complete],
        },
      }
    case 'separationOfDuties':
      return {
        case: kind,
        value: {
          first: draft.first.map(reference),
          second: draft.second.map(reference),
          severity: draft.severity,
          exceptions: draft.exceptions.map(({ identityId, reason, day }) => ({
            identityId,
            reason,
            expireTime: timestampFromDate(new Date(`${day}T23:59:59Z`)),
          })),
        },
      }
    case 'overGrantBudget':
      return {
        case: kind,
        value: {
          ...optional('mostBasisPoints', basisPoints(draft.share)),
          ...optional('mostGrants', number(draft.grants)),
          ...optional('privilegedWeight', number(draft.weight)),
        },
      }
    case 'sizeAndNaming':
      return {
        case: kind,
        value: {
          fewestMembers: number(draft.fewestMembers) ?? 0,
          fewestEntitlements: number(draft.fewestEntitlements) ?? 0,
          namePattern: draft.pattern,
        },
      }
  }
}

function reference({ applicationId, entitlementId }: SetEntitlement) {
  return { applicationId, entitlementId }
}

function number(typed: string): number | undefined {
  return typed.trim() === '' ? undefined : Number(typed)
}

function basisPoints(percent: string): number | undefined {
  const value = number(percent)
  return value === undefined ? undefined : Math.round(value * 100)
}

function text(value: number | undefined): string {
  return value === undefined ? '' : String(value)
}

function percentText(value: number | undefined): string {
  return value === undefined ? '' : String(value / 100)
}

function optional<Name extends string>(name: Name, value: number | undefined): { readonly [Key in Name]?: number } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: number }
}

function dayOf(at: Timestamp | undefined): string {
  return at === undefined ? '' : timestampDate(at).toISOString().slice(0, 10)
}
