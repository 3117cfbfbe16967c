import { ImpactService, InboxService } from '@assay/contracts'
import type { Candidate } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import type { Impact, ImpactCount } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { ImpactModeSchema } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { z } from 'zod'
import { cursorFrom } from '../lists.ts'
import { invalidArgument } from '../refusal.ts'
import { condition, count, id, nextCursor, paging, wholeEntitlement } from '../shapes.ts'
import { type Calls, defineTool } from '../tool.ts'
import { numberOf, oneOf } from '../words.ts'
import { candidateOf, sourceOf } from './candidates.ts'

const { computeImpact: compute, listImpactIdentities, listImpactEntitlements } = ImpactService.method
const { getInboxCandidate } = InboxService.method

const pairs = z.strictObject({ count, privileged: count, risky: count, unused: count, breaching: count })

export const shownImpact = z.strictObject({
  importId: z.string(),
  people: count.describe('Enabled people of the candidate.'),
  entitlements: count,
  isStale: z.boolean().describe('Whether it was computed with other access data than those in force.'),
  gains: pairs.describe('Access that members would get and do not hold.'),
  alreadyHeld: pairs,
  losses: pairs,
  gainingPeople: count,
  losingPeople: count,
})

export function toShownImpact(impact: Impact): z.input<typeof shownImpact> {
  const { candidate } = impact
  return {
    importId: candidate?.importId ?? '',
    people: candidate?.peopleCount ?? 0,
    entitlements: candidate?.entitlementCount ?? 0,
    isStale: candidate?.stale ?? false,
    gains: pairsOf(impact.gains),
    alreadyHeld: pairsOf(impact.alreadyHeld),
    losses: pairsOf(impact.losses),
    gainingPeople: impact.gainingPeople,
    losingPeople: impact.losingPeople,
  }
}

function pairsOf(of: ImpactCount | undefined): z.input<typeof pairs> {
  return {
    count: Number(of?.count ?? 0),
    privileged: Number(of?.privilegedCount ?? 0),
    risky: Number(of?.riskyCount ?? 0),
    unused: Number(of?.unusedCount ?? 0),
    breaching: Number(of?.breachingCount ?? 0),
  }
}

const described = z.strictObject({
  conditions: z.array(condition).min(1).max(32),
  entitlements: z.array(wholeEntitlement).min(1).max(1000),
})

const input = z.strictObject({
  candidateId: id.optional().describe('From ListCandidates.'),
  accessProfileId: id.optional(),
  draftId: id.optional(),
  described: described.optional().describe('People and entitlements that are not stored anywhere.'),
  mode: oneOf(ImpactModeSchema)
    .default('add')
    .describe('add: nobody loses access; replace: it replaces the present assignments of its entitlements'),
  rows: z.enum(['people', 'entitlements']).default('people').describe('The rows of the pages.'),
  ...paging,
})

export const computeImpact = defineTool({
  name: 'ComputeImpact',
  title: 'Impact of a candidate',
  description:
    'Counts exactly who would gain and who would lose what by a candidate, an access profile, a draft, or people and entitlements that you describe. Lists the people or the entitlements, those with the most changes first. Give exactly one of the four.',
  needs: [compute, listImpactIdentities, listImpactEntitlements, getInboxCandidate],
  input,
  output: z.strictObject({
    impact: shownImpact.optional().describe('On the first page.'),
    people: z
      .array(
        z.strictObject({
          identityId: z.string(),
          displayName: z.string(),
          isMember: z.boolean(),
          gains: count,
          alreadyHeld: count,
          losses: count,
        }),
      )
      .optional(),
    entitlements: z
      .array(
        z.strictObject({
          applicationId: z.string(),
          entitlementId: z.string(),
          displayName: z.string(),
          isPrivileged: z.boolean(),
          riskLevel: z.string(),
          gains: count,
          alreadyHeld: count,
          losses: count,
        }),
      )
      .optional(),
    total: count,
    nextCursor,
  }),
  async run(given, { calls }) {
    const candidate = { source: await namedSource(given, calls) }
    const settings = { mode: numberOf(ImpactModeSchema, given.mode) }
    const request = { candidate, settings, pageSize: given.limit, pageToken: given.cursor }
    const impact = given.cursor === '' ? await calls(compute, { candidate, settings, pageSize: 1 }) : undefined
    const whole = impact === undefined ? {} : { impact: toShownImpact(impact) }
    if (given.rows === 'people') {
      const page = await calls(listImpactIdentities, request)
      return {
        ...whole,
        people: page.identities.map((one) => ({
          identityId: one.identityId,
          displayName: one.displayName,
          isMember: one.member,
          gains: one.gainCount,
          alreadyHeld: one.alreadyHeldCount,
          losses: one.lossCount,
        })),
        total: page.totalSize,
        ...cursorFrom(page.nextPageToken),
      }
    }
    const page = await calls(listImpactEntitlements, request)
    return {
      ...whole,
      entitlements: page.entitlements.map((one) => ({
        applicationId: one.applicationId,
        entitlementId: one.entitlementId,
        displayName: one.displayName,
        isPrivileged: one.privileged,
        riskLevel: one.riskLevel,
        gains: one.gainCount,
        alreadyHeld: one.alreadyHeldCount,
        losses: one.lossCount,
      })),
      total: page.totalSize,
      ...cursorFrom(page.nextPageToken),
    }
  },
})

async function namedSource(given: z.output<typeof input>, calls: Calls) {
  const { candidateId, accessProfileId, draftId, described } = given
  const named = [candidateId, accessProfileId, draftId, described].filter((one) => one !== undefined)
  if (named.length !== 1)
    throw invalidArgument('candidateId', 'give one of candidateId, accessProfileId, draftId and described')
  if (accessProfileId !== undefined) return { case: 'accessProfileId', value: accessProfileId } as const
  if (draftId !== undefined) return { case: 'draftId', value: draftId } as const
  if (described !== undefined) {
    const rule = { rule: { case: 'filters', value: { filters: described.conditions } } as const }
    return { case: 'adHoc', value: { entitlements: described.entitlements, rule } } as const
  }
  return sourceOf(await candidateOf(calls, candidateId ?? '')) as Extract<
    Candidate['source'],
    { case: 'suggestionId' | 'potentialRoleId' }
  >
}
