import { PolicyService, ReadinessService } from '@assay/contracts'
import { type Policy, type PolicySchema, SeveritySchema } from '@assay/contracts/assay/policy/v1/policy_pb'
import type { PolicyPreview } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { z } from 'zod'
import { first } from '../lists.ts'
import { invalidArgument } from '../refusal.ts'
import { count, id, wholeEntitlement } from '../shapes.ts'
import { defineTool } from '../tool.ts'
import { numberOf, oneOf, wordOf } from '../words.ts'
import { isConfirmed, previewed, previewHash } from './previewed.ts'
import { policiesInForce, policyCalls } from './standing.ts'

const { getPolicy, createPolicy, updatePolicy, previewPolicy } = PolicyService.method
const { getReadiness } = ReadinessService.method

const entitlements = z.array(wholeEntitlement).max(1000)
const basisPoints = z.int().min(0).max(10_000)

const rules = {
  protectedAccess: z
    .strictObject({
      privileged: z.boolean().default(false),
      fromRiskLevel: z.string().max(256).default(''),
      entitlements: entitlements.default([]),
      fromCoverageBasisPoints: basisPoints.min(1).optional(),
    })
    .optional()
    .describe('Entitlements that are never in a mined role, or only above a minimum coverage.'),
  unusedAccess: z
    .strictObject({ days: z.int().min(1).max(3650), applicationIds: z.array(id).max(1000).default([]) })
    .optional()
    .describe('Access that was not used for this number of days does not count.'),
  separationOfDuties: z
    .strictObject({ first: entitlements.min(1), second: entitlements.min(1), severity: oneOf(SeveritySchema) })
    .optional()
    .describe('Nobody may get entitlements of both sets. This tool sets no exceptions: only people can.'),
  overGrantBudget: z
    .strictObject({
      mostBasisPoints: basisPoints.optional(),
      mostGrants: count.max(2_147_483_647).optional(),
      privilegedWeight: z.int().min(1).max(1000).optional(),
    })
    .optional()
    .describe('How much access a candidate may give to people who do not hold it.'),
  sizeAndNaming: z
    .strictObject({
      fewestMembers: count.max(2_147_483_647).default(0),
      fewestEntitlements: count.max(2_147_483_647).default(0),
      namePattern: z.string().max(1000).default(''),
    })
    .optional()
    .describe('The smallest size of a candidate, and the pattern for the name of its access profile.'),
}

const input = z.strictObject({
  policyId: id.optional().describe('The policy to change; leave it out for a new one.'),
  displayName: z.string().min(1).max(256),
  description: z.string().max(4096).default(''),
  isDisabled: z.boolean().default(false),
  ...rules,
  previewHash,
})

type Given = z.output<typeof input>

export const setPolicy = defineTool({
  name: 'SetPolicy',
  title: 'Make or change a policy',
  description:
    'Makes or replaces a policy for all later proposals. Give exactly one of the five rules. The first call shows the effect on the open suggestions, and the breaches in the present data; a second call with the `previewHash` does it. The ledger names this agent.',
  needs: [getReadiness, getPolicy, createPolicy, updatePolicy, previewPolicy, ...policyCalls],
  changes: true,
  input,
  output: z.strictObject({
    ...previewed,
    policyId: z.string().optional(),
    preview: z
      .strictObject({
        suggestions: count.describe('The number of open suggestions that were checked.'),
        cut: count,
        refused: count,
        leftOut: count,
        candidates: z.array(
          z.strictObject({
            candidateId: z.string(),
            displayName: z.string(),
            leftOut: count,
            entitlements: count,
            isRefused: z.boolean(),
          }),
        ),
        breaches: count,
        moreBreaches: z.boolean(),
        firstBreaches: z.array(
          z.strictObject({ identityId: z.string(), identityName: z.string(), severity: z.string() }),
        ),
      })
      .optional(),
  }),
  async run({ previewHash: hash, ...given }, asking) {
    const { calls } = asking
    const before = given.policyId === undefined ? undefined : await calls(getPolicy, { policyId: given.policyId })
    const policy = toPolicy(given, before)
    const preview = toShownPreview(await calls(previewPolicy, { policy }))
    const { importId } = await calls(getReadiness, {})
    const policies = await policiesInForce(calls)
    const about = { tool: 'SetPolicy', given, etag: before?.etag, importId, preview, policies }
    if (!isConfirmed(asking, hash, about)) return { done: false, previewHash: asking.previews.hashOf(about), preview }
    const made = before === undefined ? await calls(createPolicy, { policy }) : await calls(updatePolicy, { policy })
    return { done: true, policyId: made.id }
  },
})

function toPolicy(
  given: Omit<Given, 'previewHash'>,
  before: Policy | undefined,
): MessageInitShape<typeof PolicySchema> {
  const { displayName, description, isDisabled: disabled } = given
  return {
    ...(before !== undefined && { id: before.id, etag: before.etag }),
    displayName,
    description,
    disabled,
    rule: ruleOf(given, before),
  }
}

function ruleOf(given: Omit<Given, 'previewHash'>, before: Policy | undefined) {
  const named = Object.keys(rules).filter((name) => given[name as keyof typeof rules] !== undefined)
  if (named.length !== 1)
    throw invalidArgument(named[0] ?? 'protectedAccess', `give one of ${Object.keys(rules).join(', ')}`)
  const { protectedAccess, unusedAccess, separationOfDuties, overGrantBudget, sizeAndNaming } = given
  if (protectedAccess) return { case: 'protectedAccess', value: defined(protectedAccess) } as const
  if (unusedAccess) {
    // The user who loads the data decides which usage is complete, so this value is kept.
    const known = before?.rule.case === 'unusedAccess' ? before.rule.value.completeUsageApplicationIds : []
    return { case: 'unusedAccess', value: { ...unusedAccess, completeUsageApplicationIds: known } } as const
  }
  if (separationOfDuties) {
    const exceptions = before?.rule.case === 'separationOfDuties' ? before.rule.value.exceptions : []
    const severity = numberOf(SeveritySchema, separationOfDuties.severity)
    return { case: 'separationOfDuties', value: { ...separationOfDuties, severity, exceptions } } as const
  }
  if (overGrantBudget) return { case: 'overGrantBudget', value: defined(overGrantBudget) } as const
  return { case: 'sizeAndNaming', value: sizeAndNaming ?? {} } as const
}

/** Without undefined members, which the message type does not accept. */
function defined<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>
  }
}

function toShownPreview(preview: PolicyPreview) {
  return {
    suggestions: preview.suggestionCount,
    cut: preview.cutCount,
    refused: preview.refusedCount,
    leftOut: preview.leftOutCount,
    candidates: first(preview.candidates).map((one) => ({
      candidateId: one.suggestionId,
      displayName: one.displayName,
      leftOut: one.leftOutCount,
      entitlements: one.entitlementCount,
      isRefused: one.refused,
    })),
    breaches: preview.breachCount,
    moreBreaches: preview.moreBreaches,
    firstBreaches: first(preview.breaches).map(({ identityId, identityDisplayName, severity }) => ({
      identityId,
      identityName: identityDisplayName,
      severity: wordOf(SeveritySchema, severity),
    })),
  }
}
