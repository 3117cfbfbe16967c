import { RunInsightService, WhyService } from '@assay/contracts'
import {
  AttributeVerdictSchema,
  type MiningRule,
  MiningRuleSchema,
  type MiningSetting,
} from '@assay/contracts/assay/insight/v1/insight_pb'
import type { Explanation } from '@assay/contracts/assay/insight/v1/why_service_pb'
import { z } from 'zod'
import { first } from '../lists.ts'
import { invalidArgument } from '../refusal.ts'
import { ruleMeanings } from '../rules.ts'
import { settingName } from '../setting-name.ts'
import { conditions, count, entitlement, id, namedEntitlement, shownConditions } from '../shapes.ts'
import { type Asking, defineTool } from '../tool.ts'
import { wordOf } from '../words.ts'

const { explainCohort, explainEntitlement, explainHolding } = WhyService.method
const { getRunInsight } = RunInsightService.method

const setting = z.strictObject({ setting: z.string(), value: z.number() })

export const explainWhyNothing = defineTool({
  name: 'ExplainWhyNothing',
  title: 'Why nothing was suggested',
  description:
    'Shows which rule decides whether a cohort, an entitlement, or an entitlement of one person is suggested by an analysis now. It shows the numbers of the rule, and the smallest change of settings, or of one attribute of the person, that would change the result. Every such change was tested by mining. Give `conditions`, `entitlement`, both, or `entitlement` and `identityId`.',
  needs: [explainCohort, explainEntitlement, explainHolding],
  input: z.strictObject({
    conditions: conditions.default([]).describe('The cohort of the question.'),
    entitlement: entitlement.optional(),
    identityId: id.optional().describe('A person; the question is then about this person and the entitlement.'),
  }),
  output: z.strictObject({
    rule: z.string(),
    meaning: z.string().optional(),
    importId: z.string(),
    people: count.describe('The members of the cohort, or the holders of the entitlement.'),
    holds: z.boolean().optional().describe('Whether the person holds the entitlement.'),
    cohorts: z.array(z.strictObject({ conditions: shownConditions })).describe('Cohorts that the rule refers to.'),
    entitlements: z.array(
      z.strictObject({
        ...namedEntitlement.shape,
        rule: z.string(),
        meaning: z.string().optional(),
        holders: count,
        outside: count,
        holdersOutside: count,
        lower: z.number().describe('Lower end of the 95 % interval of its share.'),
        upper: z.number(),
        passes: setting.optional().describe('The nearest value of a setting with which this rule does not decide.'),
      }),
    ),
    settingChanges: z.array(setting).describe('All these changes together reverse the result; empty: no change does.'),
    attributeChange: z.strictObject({ attribute: z.string(), from: z.string(), to: z.string() }).optional(),
  }),
  async run(question, asking) {
    const explanation = await ask(question, asking)
    const { attributeChange } = explanation
    return {
      ...ruleOf(explanation.rule),
      importId: explanation.importId,
      people: Number(explanation.people),
      ...(question.identityId !== undefined && { holds: explanation.holds }),
      cohorts: first(explanation.cohorts).map(({ conditions }) => ({
        conditions: conditions.map(({ attribute, values }) => ({ attribute, values: [...first(values)] })),
      })),
      entitlements: first(explanation.entitlements).map((one) => ({
        applicationId: one.entitlement?.applicationId ?? '',
        entitlementId: one.entitlement?.entitlementId ?? '',
        displayName: one.entitlement?.displayName ?? '',
        ...ruleOf(one.rule),
        holders: Number(one.holders),
        outside: Number(one.outside),
        holdersOutside: Number(one.outsideHolders),
        lower: one.lower,
        upper: one.upper,
        ...(one.passes !== undefined && { passes: settingValue(one.passes) }),
      })),
      settingChanges: explanation.settingChanges.map(settingValue),
      ...(attributeChange !== undefined && {
        attributeChange: { attribute: attributeChange.attribute, from: attributeChange.from, to: attributeChange.to },
      }),
    }
  },
})

interface Question {
  readonly conditions: readonly { readonly attribute: string; readonly values: string[] }[]
  readonly entitlement?: { readonly applicationId: string; readonly entitlementId: string } | undefined
  readonly identityId?: string | undefined
}

async function ask({ conditions, entitlement, identityId }: Question, { calls }: Asking): Promise<Explanation> {
  if (identityId !== undefined) {
    if (entitlement === undefined)
      throw invalidArgument('entitlement', 'is missing; give the entitlement of the question')
    if (conditions.length > 0) throw invalidArgument('conditions', 'are not allowed with identityId; leave them out')
    return await calls(explainHolding, { identityId, entitlement })
  }
  if (conditions.length > 0)
    return await calls(explainCohort, { conditions: [...conditions], ...(entitlement && { entitlement }) })
  if (entitlement === undefined)
    throw invalidArgument('conditions', 'are missing, and entitlement too; give one of them')
  return await calls(explainEntitlement, { entitlement })
}

/** A setting by its name in the API. */
function settingValue({ setting, value }: { readonly setting: MiningSetting; readonly value: number }) {
  return { setting: settingName(setting), value }
}

function ruleOf(rule: MiningRule): { rule: string; meaning?: string } {
  const meaning = ruleMeanings[rule]
  return { rule: wordOf(MiningRuleSchema, rule), ...(meaning !== undefined && { meaning }) }
}

export const explainRun = defineTool({
  name: 'ExplainRun',
  title: 'Why a run has its results',
  description:
    'Shows for a run of the analysis of everybody how many candidates each rule rejected, whether each attribute was used, and, for a run without suggestions, the nearest setting that would have given one.',
  needs: [getRunInsight],
  input: z.strictObject({ runId: id.default('latest') }),
  output: z.strictObject({
    runId: z.string(),
    suggestions: count,
    rejected: z.array(
      z.strictObject({
        rule: z.string(),
        meaning: z.string().optional(),
        count,
        passes: z.strictObject({ ...setting.shape, candidates: count }).optional(),
      }),
    ),
    attributes: z.array(z.strictObject({ attribute: z.string(), verdict: z.string(), people: count, values: count })),
    nearestSetting: z.strictObject({ ...setting.shape, suggestions: count }).optional(),
    minCohortSize: z.int().optional(),
  }),
  async run({ runId }, { calls }) {
    const insight = await calls(getRunInsight, { runId })
    const { nearestSetting: nearest, settings } = insight
    return {
      runId: insight.runId,
      suggestions: insight.suggestionCount,
      rejected: first(insight.rejected).map(({ rule, count, nearestSetting }) => ({
        ...ruleOf(rule),
        count: Number(count),
        ...(nearestSetting !== undefined && {
          passes: {
            ...settingValue(nearestSetting),
            candidates: Number(nearestSetting.candidateCount),
          },
        }),
      })),
      attributes: first(insight.attributes).map(({ attribute, verdict, peopleWithValue, distinctValues }) => ({
        attribute,
        verdict: wordOf(AttributeVerdictSchema, verdict),
        people: peopleWithValue,
        values: distinctValues,
      })),
      ...(nearest !== undefined && {
        nearestSetting: { ...settingValue(nearest), suggestions: nearest.suggestionCount },
      }),
      ...(settings !== undefined && { minCohortSize: settings.minCohortSize }),
    }
  },
})
