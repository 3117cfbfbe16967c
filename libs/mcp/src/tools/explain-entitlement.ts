import { EntitlementInsightService } from '@assay/contracts'
import {
  Containing_StateSchema,
  type ListEntitlementHoldersRequest_Selection,
  ListEntitlementHoldersRequest_SelectionSchema,
  Containing_State as State,
} from '@assay/contracts/assay/insight/v1/entitlement_insight_service_pb'
import { CandidateName_KindSchema } from '@assay/contracts/assay/insight/v1/insight_pb'
import { z } from 'zod'
import { cursorFrom, first } from '../lists.ts'
import { count, entitlement, namedEntitlement, nextCursor, paging, share, shownConditions } from '../shapes.ts'
import { defineTool } from '../tool.ts'
import { numberOf, oneOf, wordOf } from '../words.ts'

const { describeEntitlements, listEntitlementHolders } = EntitlementInsightService.method

export const explainEntitlement = defineTool({
  name: 'ExplainEntitlement',
  title: 'Explain an entitlement',
  description:
    'Explains one entitlement, or several that are held together: who holds them, which conditions over attributes describe the holders best, who holds or lacks them against this pattern, and which suggestions, potential roles and access profiles contain them. Returns pages of the people that `people` selects.',
  needs: [describeEntitlements, listEntitlementHolders],
  input: z.strictObject({
    entitlements: z.array(entitlement).min(1).max(20),
    people: oneOf(ListEntitlementHoldersRequest_SelectionSchema)
      .default('holders')
      .describe(
        'holders; against_pattern: holders whom no condition of the pattern describes; lacking: people whom a condition describes and who do not hold it',
      ),
    ...paging,
  }),
  output: z.strictObject({
    importId: z.string(),
    enabledPeople: count,
    holders: count,
    otherHolders: count.describe('Disabled people, services, agents and systems.'),
    againstPattern: count,
    lacking: count,
    entitlements: z.array(
      z.strictObject({ ...namedEntitlement.shape, holders: count, isPrivileged: z.boolean(), riskLevel: z.string() }),
    ),
    conditions: z.array(
      z.strictObject({
        conditions: shownConditions,
        people: count,
        holders: count,
        precision: share,
        recall: share,
        isInPattern: z.boolean(),
      }),
    ),
    containedIn: z.array(
      z.strictObject({
        kind: z.string(),
        id: z.string(),
        displayName: z.string(),
        members: count,
        entitlements: count,
        state: z.string(),
      }),
    ),
    people: z.array(
      z.strictObject({ identityId: z.string(), displayName: z.string(), department: z.string(), jobTitle: z.string() }),
    ),
    totalPeople: count,
    nextCursor,
  }),
  async run({ entitlements, people: selection, limit, cursor }, { calls }) {
    const insight = await calls(describeEntitlements, { entitlements })
    const page = await calls(listEntitlementHolders, {
      entitlements,
      selection: selectionOf(selection),
      pageSize: limit,
      pageToken: cursor,
    })
    return {
      importId: insight.importId,
      enabledPeople: Number(insight.people),
      holders: Number(insight.holders),
      otherHolders: Number(insight.otherHolders),
      againstPattern: Number(insight.againstPattern),
      lacking: Number(insight.lacking),
      entitlements: insight.entitlements.map(({ entitlement, holders, privileged, riskLevel }) => ({
        applicationId: entitlement?.applicationId ?? '',
        entitlementId: entitlement?.entitlementId ?? '',
        displayName: entitlement?.displayName ?? '',
        holders: Number(holders),
        isPrivileged: privileged,
        riskLevel,
      })),
      conditions: first(insight.conditions).map(({ conditions, people, holders, precision, recall, inPattern }) => ({
        conditions: conditions.map(({ attribute, values }) => ({ attribute, values: [...first(values)] })),
        people: Number(people),
        holders: Number(holders),
        precision,
        recall,
        isInPattern: inPattern,
      })),
      containedIn: first(insight.containedIn).map(({ candidate, members, entitlements, state }) => ({
        kind: wordOf(CandidateName_KindSchema, candidate?.kind ?? 0),
        id: candidate?.id ?? '',
        displayName: candidate?.displayName ?? '',
        members: Number(members),
        entitlements: Number(entitlements),
        state: state === State.UNSPECIFIED ? '' : wordOf(Containing_StateSchema, state),
      })),
      people: page.people.map(({ person, department, jobTitle }) => ({
        identityId: person?.identityId ?? '',
        displayName: person?.displayName ?? '',
        department,
        jobTitle,
      })),
      totalPeople: Number(page.total),
      ...cursorFrom(page.nextPageToken),
    }
  },
})

function selectionOf(word: string): ListEntitlementHoldersRequest_Selection {
  return numberOf(ListEntitlementHoldersRequest_SelectionSchema, word)
}
