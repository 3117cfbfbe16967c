import { ExploreService } from '@assay/contracts'
import { z } from 'zod'
import { first, pageOf } from '../lists.ts'
import { conditions, count, nextCursor, paging, wholeEntitlement } from '../shapes.ts'
import { defineTool } from '../tool.ts'

const { describeCohort: describe, evaluateSelection: evaluate } = ExploreService.method

export const describeCohort = defineTool({
  name: 'DescribeCohort',
  title: 'Describe a cohort',
  description:
    'Shows what the people who meet some conditions hold, most held first, what each cut-off would give to whom, and which further conditions would select people who share more. Without a condition it is everybody. If nobody meets the conditions, `unmet` says which of them is the cause.',
  needs: [describe],
  input: z.strictObject({ conditions: conditions.default([]), ...paging }),
  output: z.strictObject({
    importId: z.string(),
    people: count.describe('All enabled people.'),
    cohortSize: count,
    celExpression: z.string().describe('The same people as a membership rule.'),
    entitlements: z.array(
      z.strictObject({
        applicationId: z.string(),
        entitlementId: z.string(),
        displayName: z.string(),
        riskLevel: z.string(),
        isRisky: z.boolean(),
        holders: count,
        holdersOutside: count,
      }),
    ),
    nextCursor,
    furtherEntitlements: count.describe('The number of entitlements that the pages do not contain.'),
    cutoffs: z
      .array(
        z.strictObject({
          leastHolders: count,
          entitlements: count,
          gains: count.describe('Pairs of a person and an entitlement that the person does not hold.'),
          riskyGains: count,
          peopleWithAll: count,
          outsideWithAll: count,
        }),
      )
      .describe('At most 25, highest first.'),
    narrowing: z.array(
      z.strictObject({ attribute: z.string(), value: z.string(), people: count, moreShared: z.int() }),
    ),
    unmet: z.array(
      z.strictObject({
        attribute: z.string(),
        people: count,
        peopleWithout: count.describe('People who meet all other conditions.'),
        similarValue: z.string().optional(),
      }),
    ),
  }),
  async run({ conditions, ...paging }, { calls }) {
    const cohort = await calls(describe, { conditions })
    const page = pageOf(cohort.entitlements, paging, JSON.stringify([cohort.importId, conditions]))
    return {
      importId: cohort.importId,
      people: cohort.peopleCount,
      cohortSize: cohort.cohortSize,
      celExpression: cohort.celExpression,
      entitlements: page.rows.map((one) => ({
        applicationId: one.applicationId,
        entitlementId: one.entitlementId,
        displayName: one.displayName,
        riskLevel: one.riskLevel,
        isRisky: one.risky,
        holders: one.holderCount,
        holdersOutside: one.outsideHolderCount,
      })),
      ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
      furtherEntitlements: cohort.furtherEntitlementCount,
      cutoffs: first(cohort.steps).map((step) => ({
        leastHolders: step.holderCount,
        entitlements: step.entitlementCount,
        gains: Number(step.gainCount),
        riskyGains: Number(step.riskyGainCount),
        peopleWithAll: step.peopleWithAllCount,
        outsideWithAll: step.outsideWithAllCount,
      })),
      narrowing: first(cohort.narrowing).map(({ attribute, value, peopleCount, moreSharedCount }) => ({
        attribute,
        value,
        people: peopleCount,
        moreShared: moreSharedCount,
      })),
      unmet: first(cohort.unmet).map(({ attribute, peopleCount, peopleWithoutCount, similarValue }) => ({
        attribute,
        people: peopleCount,
        peopleWithout: peopleWithoutCount,
        ...(similarValue !== '' && { similarValue }),
      })),
    }
  },
})

export const evaluateSelection = defineTool({
  name: 'EvaluateSelection',
  title: 'Evaluate a selection',
  description:
    'Counts exactly what would change if all people who meet some conditions got some entitlements. Stores nothing.',
  needs: [evaluate],
  input: z.strictObject({
    conditions: conditions.default([]),
    entitlements: z.array(wholeEntitlement).max(1000),
  }),
  output: z.strictObject({
    importId: z.string(),
    cohortSize: count,
    entitlements: count,
    gains: count,
    riskyGains: count,
    peopleWithAll: count,
    outsideWithAll: count,
  }),
  async run(selection, { calls }) {
    const effect = await calls(evaluate, selection)
    return {
      importId: effect.importId,
      cohortSize: effect.cohortSize,
      entitlements: effect.entitlementCount,
      gains: Number(effect.gainCount),
      riskyGains: Number(effect.riskyGainCount),
      peopleWithAll: effect.peopleWithAllCount,
      outsideWithAll: effect.outsideWithAllCount,
    }
  },
})
