import { CandidateService, ImpactService, InboxService, PolicyService } from '@assay/contracts'
import {
  type BatchDecideRequestSchema,
  type InboxCandidate,
  InboxState,
} from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { DismissalReasonSchema } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import type { CheckCandidateResponse } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { CodeSchema } from '@assay/contracts/google/rpc/code_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { z } from 'zod'
import { first } from '../lists.ts'
import { callMessage, ToolRefusal } from '../refusal.ts'
import { count, id, wholeEntitlement } from '../shapes.ts'
import { type Calls, defineTool } from '../tool.ts'
import { numberOf, oneOf, wordOf } from '../words.ts'
import { candidateOf, leftOutEntitlement, shownCandidate, sourceOf, toLeftOut, toShownCandidate } from './candidates.ts'
import { shownImpact, toShownImpact } from './compute-impact.ts'
import { isConfirmed, previewed, previewHash } from './previewed.ts'
import { policiesInForce, policyCalls } from './standing.ts'

const { getInboxCandidate, batchDecide } = InboxService.method
const { resolveCandidate } = CandidateService.method
const { computeImpact } = ImpactService.method
const { checkCandidate } = PolicyService.method

export const dismissCandidate = defineTool({
  name: 'DismissCandidate',
  title: 'Dismiss a candidate',
  description:
    'Dismisses an open candidate, with a reason. The first call shows what would be dismissed; a second call with the `previewHash` does it. The ledger names this agent.',
  needs: [getInboxCandidate, resolveCandidate, batchDecide, ...policyCalls],
  changes: true,
  input: z.strictObject({
    candidateId: id,
    reason: oneOf(DismissalReasonSchema),
    comment: z.string().max(4096).default('').describe('The reason, as text for people.'),
    previewHash,
  }),
  output: z.strictObject({ ...previewed, candidate: shownCandidate }),
  async run({ previewHash: hash, ...given }, asking) {
    const { calls } = asking
    const candidate = await openCandidate(calls, given.candidateId)
    const resolved = await calls(resolveCandidate, { candidate: { source: sourceOf(candidate) } })
    const about = {
      tool: 'DismissCandidate',
      given,
      etag: candidate.etag,
      importId: resolved.importId,
      version: resolved.version,
      policies: await policiesInForce(calls),
    }
    if (!isConfirmed(asking, hash, about))
      return { done: false, previewHash: asking.previews.hashOf(about), candidate: toShownCandidate(candidate) }
    const dismissal = { reason: numberOf(DismissalReasonSchema, given.reason), comment: given.comment }
    const decided = await decide(calls, candidate, { case: 'dismiss', value: dismissal })
    return { done: true, candidate: toShownCandidate(decided) }
  },
})

const verdict = z.strictObject({
  isAllowed: z.boolean().describe('Whether no policy refuses it.'),
  leftOut: z.array(leftOutEntitlement),
  leftOutCount: count,
  tooSmallPolicyId: z.string().optional(),
  misnamedPolicyId: z.string().optional(),
  freshBreaches: z.array(z.strictObject({ policyId: z.string(), policyName: z.string(), people: count })),
})

export const acceptCandidate = defineTool({
  name: 'AcceptCandidate',
  title: 'Accept a candidate',
  description:
    'Makes an access profile from an open candidate. The members of a suggestion are all people who meet its conditions, now and after every import; the members of a potential role are its people. The first call shows who would gain what, and the result of the policies; a second call with the `previewHash` does it. The ledger names this agent.',
  needs: [getInboxCandidate, computeImpact, checkCandidate, batchDecide, ...policyCalls],
  changes: true,
  input: z.strictObject({
    candidateId: id,
    displayName: z.string().max(256).default('').describe("The profile's name; empty: the name of the candidate."),
    leaveOut: z.array(wholeEntitlement).max(1000).default([]).describe('Entitlements that the profile does not give.'),
    previewHash,
  }),
  output: z.strictObject({
    ...previewed,
    candidate: shownCandidate,
    impact: shownImpact.optional(),
    policies: verdict.optional(),
  }),
  async run({ previewHash: hash, ...given }, asking) {
    const { calls } = asking
    const candidate = await openCandidate(calls, given.candidateId)
    const edited = { source: sourceOf(candidate), edits: { removedEntitlements: given.leaveOut } }
    const impact = await calls(computeImpact, { candidate: edited, pageSize: 1 })
    const displayName = given.displayName || candidate.displayName
    const policies = toVerdict(await calls(checkCandidate, { candidate: edited, displayName }))
    const shown = { impact: toShownImpact(impact), policies }
    const about = {
      tool: 'AcceptCandidate',
      given,
      etag: candidate.etag,
      version: impact.candidate?.version,
      shown,
      policies: await policiesInForce(calls),
    }
    if (!isConfirmed(asking, hash, about))
      return {
        done: false,
        previewHash: asking.previews.hashOf(about),
        candidate: toShownCandidate(candidate),
        ...shown,
      }
    const acceptance = { displayName: given.displayName, leftOut: given.leaveOut }
    const decided = await decide(calls, candidate, { case: 'accept', value: acceptance })
    return { done: true, candidate: toShownCandidate(decided) }
  },
})

/** The candidate, if it is open. Agents cannot change a decision. */
async function openCandidate(calls: Calls, candidateId: string): Promise<InboxCandidate> {
  const candidate = await candidateOf(calls, candidateId)
  if (candidate.state === InboxState.OPEN) return candidate
  throw new ToolRefusal({
    code: 'failed_precondition',
    reason: 'DECIDED_ALREADY',
    message: 'candidateId: somebody has decided about it already; ExplainCandidate shows the decision',
  })
}

type Outcome = NonNullable<
  NonNullable<MessageInitShape<typeof BatchDecideRequestSchema>['decisions']>[number]['outcome']
>

/** Decides about the candidate as it was read. */
async function decide(calls: Calls, { id, etag }: InboxCandidate, outcome: Outcome): Promise<InboxCandidate> {
  const { results } = await calls(batchDecide, { decisions: [{ candidateId: id, etag, outcome }] })
  const result = results[0]?.outcome
  if (result?.case === 'candidate') return result.value
  if (result?.case !== 'error') throw new Error('a decision has no outcome')
  const { code, reason, message } = result.value
  throw new ToolRefusal({ code: wordOf(CodeSchema, code), ...(reason !== '' && { reason }), ...callMessage(message) })
}

function toVerdict(check: CheckCandidateResponse): z.input<typeof verdict> {
  const { tooSmallPolicyId, misnamedPolicyId } = check
  return {
    isAllowed: check.isAllowed,
    leftOut: first(check.leftOut).map(toLeftOut),
    leftOutCount: check.leftOutCount,
    ...(tooSmallPolicyId !== '' && { tooSmallPolicyId }),
    ...(misnamedPolicyId !== '' && { misnamedPolicyId }),
    freshBreaches: first(check.freshBreaches).map(({ policyId, policyDisplayName, identityCount }) => ({
      policyId,
      policyName: policyDisplayName,
      people: identityCount,
    })),
  }
}
