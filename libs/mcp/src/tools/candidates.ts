import { InboxService, PolicyService } from '@assay/contracts'
import type { Candidate } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import {
  InboxBandSchema,
  type InboxCandidate,
  InboxKind,
  InboxKindSchema,
  InboxOrderSchema,
  InboxStateSchema,
} from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { type LeftOutEntitlement, PolicyStepSchema } from '@assay/contracts/assay/policy/v1/policy_pb'
import { z } from 'zod'
import { cursorFrom, first, pageOf } from '../lists.ts'
import { count, id, nextCursor, paging, share, shownConditions } from '../shapes.ts'
import { type Calls, defineTool } from '../tool.ts'
import { numberOf, oneOf, timeOf, wordOf } from '../words.ts'

const { listInboxCandidates, getInboxCandidate, listInboxPeople } = InboxService.method
const { getSuggestionPolicies } = PolicyService.method

export const shownCandidate = z.strictObject({
  id: z.string(),
  kind: z.string().describe('suggestion (of the analysis of everybody) or potential_role (of a role mining session)'),
  displayName: z.string(),
  state: z.string().describe('open, accepted or dismissed'),
  conditions: shownConditions.describe('The people of the candidate; for a potential role, the nearest conditions.'),
  people: count,
  peopleWithAll: count.optional(),
  entitlements: count,
  gains: count.describe('Pairs of a person and an entitlement that the person would get and does not hold.'),
  riskyGains: count,
  isRiskKnown: z.boolean(),
  averageCoverage: share,
  confidence: share,
  accessProfileId: z.string().optional(),
  updateTime: z.string().optional(),
})

export function toShownCandidate(candidate: InboxCandidate): z.input<typeof shownCandidate> {
  const { accessProfileId, peopleWithAllCount: withAll, updateTime } = candidate
  return {
    id: candidate.id,
    kind: wordOf(InboxKindSchema, candidate.kind),
    displayName: candidate.displayName,
    state: wordOf(InboxStateSchema, candidate.state),
    conditions: candidate.conditions.map(({ attribute, values }) => ({ attribute, values: [...first(values)] })),
    people: candidate.peopleCount,
    ...(withAll !== undefined && { peopleWithAll: withAll }),
    entitlements: candidate.entitlementCount,
    gains: candidate.gainCount,
    riskyGains: candidate.riskyGainCount,
    isRiskKnown: candidate.riskKnown,
    averageCoverage: candidate.averageCoverage,
    confidence: candidate.confidence,
    ...(accessProfileId !== '' && { accessProfileId }),
    ...(updateTime !== undefined && { updateTime: timeOf(updateTime) }),
  }
}

/** A candidate of the inbox as the source of another call. */
export function sourceOf({ id, kind }: Pick<InboxCandidate, 'id' | 'kind'>): Candidate['source'] {
  return kind === InboxKind.POTENTIAL_ROLE
    ? { case: 'potentialRoleId', value: id }
    : { case: 'suggestionId', value: id }
}

export async function candidateOf(calls: Calls, candidateId: string): Promise<InboxCandidate> {
  return await calls(getInboxCandidate, { candidateId })
}

export const leftOutEntitlement = z.strictObject({
  applicationId: z.string(),
  entitlementId: z.string(),
  displayName: z.string(),
  step: z.string().describe('protected, unused, separation, budget or size'),
  policyId: z.string(),
  policyName: z.string(),
})

export function toLeftOut(one: LeftOutEntitlement): z.input<typeof leftOutEntitlement> {
  return {
    applicationId: one.entitlement?.applicationId ?? '',
    entitlementId: one.entitlement?.entitlementId ?? '',
    displayName: one.entitlement?.displayName ?? '',
    step: wordOf(PolicyStepSchema, one.step),
    policyId: one.policyId,
    policyName: one.policyDisplayName,
  }
}

export const listCandidates = defineTool({
  name: 'ListCandidates',
  title: 'Candidates for roles',
  description:
    'Lists candidates: suggestions and potential roles with their figures. Only open ones unless `states` says otherwise.',
  needs: [listInboxCandidates],
  input: z.strictObject({
    states: z.array(oneOf(InboxStateSchema)).max(3).default(['open']),
    kinds: z.array(oneOf(InboxKindSchema)).max(2).default([]),
    coverage: z
      .array(oneOf(InboxBandSchema))
      .max(3)
      .default([])
      .describe('most: on average its people hold at least 80 % of it; many: at least 50 %; few: less'),
    contains: z.string().max(256).default('').describe('Words in its name or in the values of its conditions.'),
    order: oneOf(InboxOrderSchema).default('confidence'),
    ...paging,
  }),
  output: z.strictObject({ candidates: z.array(shownCandidate), total: count, nextCursor }),
  async run({ states, kinds, coverage, contains, order, limit, cursor }, { calls }) {
    const page = await calls(listInboxCandidates, {
      states: states.map((word) => numberOf(InboxStateSchema, word)),
      kinds: kinds.map((word) => numberOf(InboxKindSchema, word)),
      bands: coverage.map((word) => numberOf(InboxBandSchema, word)),
      text: contains,
      order: numberOf(InboxOrderSchema, order),
      pageSize: limit,
      pageToken: cursor,
    })
    return {
      candidates: page.candidates.map(toShownCandidate),
      total: page.totalCount,
      ...cursorFrom(page.nextPageToken),
    }
  },
})

export const explainCandidate = defineTool({
  name: 'ExplainCandidate',
  title: 'Explain a candidate',
  description:
    'Shows one candidate: its figures, its entitlements with the number of its people who hold each, what policies left out and why, and some of the people who would gain most.',
  needs: [getInboxCandidate, listInboxPeople, getSuggestionPolicies],
  input: z.strictObject({ candidateId: id, ...paging }),
  output: z.strictObject({
    candidate: shownCandidate,
    entitlements: z.array(
      z.strictObject({
        applicationId: z.string(),
        applicationName: z.string(),
        entitlementId: z.string(),
        displayName: z.string(),
        riskLevel: z.string(),
        isRisky: z.boolean(),
        holders: count,
      }),
    ),
    nextCursor,
    leftOutByPolicies: z.array(leftOutEntitlement),
    leftOutCount: count,
    people: z.array(z.strictObject({ identityId: z.string(), displayName: z.string(), gains: count })),
    canBeUndone: z.boolean().optional().describe('Whether the decision can still be undone.'),
  }),
  async run({ candidateId, ...paging }, { calls }) {
    const candidate = await candidateOf(calls, candidateId)
    const page = pageOf(candidate.entitlements, paging, candidate.etag)
    const isSuggestion = candidate.kind === InboxKind.SUGGESTION
    const policies = isSuggestion ? await calls(getSuggestionPolicies, { suggestionId: candidateId }) : undefined
    const { people } = await calls(listInboxPeople, { candidateId, pageSize: 10 })
    const leftOut = policies?.leftOut ?? []
    return {
      candidate: toShownCandidate(candidate),
      entitlements: page.rows.map((one) => ({
        applicationId: one.applicationId,
        applicationName: one.applicationDisplayName,
        entitlementId: one.entitlementId,
        displayName: one.displayName,
        riskLevel: one.riskLevel,
        isRisky: one.risky,
        holders: one.holderCount,
      })),
      ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
      leftOutByPolicies: first(leftOut).map(toLeftOut),
      leftOutCount: leftOut.length,
      people: people.map(({ identityId, displayName, gainCount }) => ({ identityId, displayName, gains: gainCount })),
      ...(wordOf(InboxStateSchema, candidate.state) !== 'open' && { canBeUndone: candidate.undoObstacle === '' }),
    }
  },
})
