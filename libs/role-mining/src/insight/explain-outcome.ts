import { type Entitlement, identityKeys, listedEntitlements } from '@assay/directory'
import { invalidArgument, itemAt, listed, notFound } from '@assay/errors'
import {
  type CohortMiningSettings,
  type CohortQuestions,
  type CohortVerdict,
  type EntitlementVerdict,
  type ExplainedSuggestion,
  type HoldingVerdict,
  ordinalOf,
  type PairVerdict,
  type SettingValue,
} from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { analysisSettings } from '../analysis-settings.ts'
import type { CohortFilter } from '../cohort-filters.ts'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import { type AskedEntitlement, entitlementSubject, requireData } from './entitlement-insight.ts'
import { type PolicyAnswer, SuggestionPolicies, untouched } from './why-policies.ts'
import type { EntitlementNames } from './why-words.ts'
import { cohortSentences, entitlementSentences, holdingSentences } from './why-words.ts'

/** The rule of the analysis or of policies that decided. */
export type OutcomeRule =
  | CohortVerdict['rule']
  | PairVerdict['rule']
  | EntitlementVerdict['rule']
  | HoldingVerdict['rule']
  | NonNullable<PolicyAnswer['rule']>

/** The reason for an outcome, by names of the directory. */
export interface Outcome {
  readonly rule: OutcomeRule
  readonly sentences: readonly string[]
  readonly importId: string
  readonly people: number
  readonly holds: boolean
  readonly cohorts: readonly (readonly CohortFilter[])[]
  readonly entitlements: readonly { readonly entitlement: Entitlement; readonly verdict: PairVerdict }[]
  readonly settingChanges: readonly SettingValue[]
  readonly attributeChange?: { readonly attribute: string; readonly from: string; readonly to: string } | undefined
}

/** The data and settings of a question. They are read in one transaction; the answer is computed outside of it. */
interface Asked {
  readonly loaded: LoadedSnapshot
  readonly settings: Partial<CohortMiningSettings>
}

type Within = <T>(work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>) => Promise<T>

interface Tools {
  readonly tenantId: number
  readonly questions: CohortQuestions
  readonly within: Within
  readonly signal?: AbortSignal | undefined
}

const mostConditions = 32

/** @throws invalid_argument, not_found, failed_precondition as `entitlementSubject` */
export async function explainCohortOutcome(
  tools: Tools,
  filters: readonly CohortFilter[],
  asked: AskedEntitlement | undefined,
): Promise<Outcome> {
  if (filters.length === 0) throw invalidArgument('conditions', 'must name at least one condition')
  if (filters.length > mostConditions)
    throw invalidArgument('conditions', `at most ${mostConditions} conditions, not ${filters.length}`)
  const { loaded, settings, entitlement } = await tools.within(async (sql, current) => {
    const entitlement = asked && (await entitlementSubject(sql, current, [asked])).ordinals[0]
    const loaded = requireData(current)
    checkAttributes(loaded, filters)
    return { loaded, settings: await analysisSettings(sql, loaded.snapshot), entitlement }
  })
  const question = {
    kind: 'explain-cohort',
    settings,
    filters,
    ...(entitlement !== undefined && { entitlement }),
  } as const
  const found = await ask(tools, { loaded, settings }, question)
  const names = await namesOf(tools, loaded, found)
  const { verdict, answer } = await cohortUnderPolicies(tools, { loaded, settings }, found, {
    names,
    filters,
    entitlement,
  })
  const isRefused = answer.rule === 'refused_by_policy'
  const sentences = cohortSentences(verdict, { settings, names, filters, entitlement, isRefused })
  return cohortOutcome(loaded, verdict, names, withPolicies(sentences, answer), answer.rule)
}

interface CohortNames {
  readonly names: EntitlementNames
  readonly filters: readonly CohortFilter[]
  readonly entitlement?: number | undefined
}

/**
 * The effect of policies on a suggested cohort, or on one that a reported change would suggest. A cohort that policies refuse is no
 * suggestion.
 */
async function cohortUnderPolicies(
  { within }: Tools,
  { loaded, settings }: Asked,
  verdict: CohortVerdict,
  { names, filters, entitlement }: CohortNames,
): Promise<{ readonly verdict: CohortVerdict; readonly answer: PolicyAnswer }> {
  const entitlements = verdict.rule === 'suggested' ? verdict.suggested : verdict.flippedTo
  if (entitlements === undefined || entitlements.length === 0) return { verdict, answer: untouched }
  const answer = await within(async (sql) => {
    const nameOf = (ordinal: number) => names.get(ordinal)?.displayName ?? 'an entitlement'
    const policies = await SuggestionPolicies.inForce(sql, loaded.snapshot, settings, nameOf)
    return policies === undefined ? untouched : policies.ofSuggestion({ filters, entitlements }, entitlement)
  })
  if (verdict.rule === 'suggested') return { verdict, answer }
  if (!answer.bars) return { verdict, answer }
  // The deciding rule stays. A change whose result policies refuse is not reported.
  const { flip: _, ...unflipped } = verdict
  const sentences = answer.sentences.map((one) => `Settings that let it pass would not do. ${one}`)
  return { verdict: unflipped, answer: { sentences, bars: true } }
}

function withPolicies(sentences: readonly string[], { sentences: ofPolicies }: PolicyAnswer): readonly string[] {
  return [...sentences, ...ofPolicies]
}

function checkAttributes({ snapshot }: LoadedSnapshot, filters: readonly CohortFilter[]): void {
  const known = snapshot.attributes.map(({ key }) => key)
  for (const [place, { attribute, values }] of filters.entries()) {
    if (!known.includes(attribute))
      throw invalidArgument(
        `conditions[${place}].attribute`,
        `unknown attribute "${attribute}"; known are ${listed(known)}`,
      )
    if (values.length === 0) throw invalidArgument(`conditions[${place}].values`, 'needs at least one value')
    if (values.length > 1000)
      throw invalidArgument(`conditions[${place}].values`, `at most 1000 values, not ${values.length}`)
  }
}

export async function explainEntitlementOutcome(tools: Tools, asked: AskedEntitlement): Promise<Outcome> {
  const { loaded, settings, entitlement, name } = await tools.within((sql, current) => about(sql, current, asked))
  const question = { kind: 'explain-entitlement', settings, entitlement } as const
  const verdict = await ask(tools, { loaded, settings }, question)
  const names = await namesOf(tools, loaded, verdict.nearest?.verdict)
  const { answer, told } = await entitlementUnderPolicies(tools, { loaded, settings }, verdict, { names, entitlement })
  return {
    rule: answer.rule ?? told.rule,
    sentences: withPolicies(
      entitlementSentences(told, { settings, names, name, entitlement, barred: answer.barred }),
      answer,
    ),
    importId: loaded.importId,
    people: verdict.holders,
    holds: false,
    cohorts: verdict.nearest === undefined ? filtersOf(verdict.suggestions) : [verdict.nearest.filters],
    entitlements: [],
    settingChanges: told.nearest?.verdict.flip ?? [],
  }
}

/** The effect of policies on the suggestions with an entitlement, and on the nearest one that a change would bring. */
async function entitlementUnderPolicies(
  tools: Tools,
  asked: Asked,
  verdict: EntitlementVerdict,
  { names, entitlement }: { readonly names: EntitlementNames; readonly entitlement: number },
): Promise<{ readonly told: EntitlementVerdict; readonly answer: PolicyAnswer }> {
  if (verdict.suggestions.length > 0)
    return { told: verdict, answer: await suggestionsUnderPolicies(tools, asked, verdict.suggestions, entitlement) }
  if (verdict.nearest === undefined) return { told: verdict, answer: untouched }
  const { filters, verdict: nearest } = verdict.nearest
  const under = await cohortUnderPolicies(tools, asked, nearest, { names, filters, entitlement })
  const { sentences, bars } = under.answer
  return { told: { ...verdict, nearest: { filters, verdict: under.verdict } }, answer: { sentences, bars } }
}

function suggestionsUnderPolicies(
  { within }: Tools,
  { loaded, settings }: Asked,
  suggestions: readonly ExplainedSuggestion[],
  entitlement: number,
): Promise<PolicyAnswer> {
  return within(async (sql) => {
    const policies = await SuggestionPolicies.inForce(sql, loaded.snapshot, settings, () => '')
    return policies === undefined ? untouched : policies.ofAll(suggestions, entitlement)
  })
}

function filtersOf(suggestions: readonly ExplainedSuggestion[]): readonly (readonly CohortFilter[])[] {
  return suggestions.map(({ filters }) => filters)
}

/** @throws as `explainCohortOutcome`; not_found also for an identity without access data in force */
export async function explainHoldingOutcome(
  tools: Tools,
  identityId: string,
  asked: AskedEntitlement,
): Promise<Outcome> {
  const { loaded, settings, entitlement, name, identity } = await tools.within(async (sql, current) => {
    const key = (await identityKeys(sql, [identityId])).get(identityId)
    if (key === undefined) throw notFound('identity', identityId)
    const subject = await about(sql, current, asked)
    const identity = ordinalOf(subject.loaded.snapshot.identityKey, key)
    if (identity < 0) throw notFound('identity', identityId)
    return { ...subject, identity }
  })
  const question = { kind: 'explain-holding', settings, identity, entitlement } as const
  const verdict = await ask(tools, { loaded, settings }, question)
  const names = await namesOf(tools, loaded, verdict.entitlement?.nearest?.verdict)
  const words = { settings, names, name, entitlement, person: identityId }
  const { answer, told } = await holdingUnderPolicies(tools, { loaded, settings }, verdict, { names, entitlement })
  return {
    rule: answer.rule ?? told.rule,
    sentences: withPolicies(holdingSentences(told, { ...words, barred: answer.barred }), answer),
    importId: loaded.importId,
    people: verdict.entitlement?.holders ?? 0,
    holds: verdict.holds,
    cohorts: verdict.closest === undefined ? filtersOf(verdict.suggestions) : [verdict.closest.filters],
    entitlements: [],
    settingChanges: told.entitlement?.nearest?.verdict.flip ?? [],
    attributeChange: told.change,
  }
}

/** The effect of policies on the suggestions that give the entitlement to a person, on the closest one, and on the result of a change. */
async function holdingUnderPolicies(
  tools: Tools,
  asked: Asked,
  verdict: HoldingVerdict,
  question: { readonly names: EntitlementNames; readonly entitlement: number },
): Promise<{ readonly told: HoldingVerdict; readonly answer: PolicyAnswer }> {
  const { suggestions, closest, entitlement } = verdict
  if (entitlement !== undefined) {
    const { told, answer } = await entitlementUnderPolicies(tools, asked, entitlement, question)
    return { told: { ...verdict, entitlement: told }, answer }
  }
  const about = closest === undefined ? suggestions : [closest]
  if (about.length === 0) return { told: verdict, answer: untouched }
  const answer = await suggestionsUnderPolicies(tools, asked, about, question.entitlement)
  if (closest === undefined) return { told: verdict, answer }
  const { sentences, bars } = answer
  const { change: _, ...unchanged } = verdict
  return { told: bars ? unchanged : verdict, answer: { sentences, bars } }
}

async function about(sql: TenantSql, current: LoadedSnapshot | undefined, asked: AskedEntitlement) {
  const { loaded, entitlements, ordinals } = await entitlementSubject(sql, current, [asked])
  const settings = await analysisSettings(sql, loaded.snapshot)
  return { loaded, settings, entitlement: itemAt(ordinals, 0), name: itemAt(entitlements, 0).displayName }
}

function ask<Question extends Parameters<CohortQuestions['ask']>[2]>(
  { questions, tenantId, signal }: Tools,
  { loaded }: Asked,
  question: Question,
) {
  return questions.ask(`${tenantId}/${loaded.version}`, loaded.buffer, question, signal)
}

async function namesOf(
  { within }: Tools,
  { snapshot }: LoadedSnapshot,
  verdict: CohortVerdict | undefined,
): Promise<EntitlementNames> {
  const ordinals = verdict?.entitlements.map(({ entitlement }) => entitlement) ?? []
  const found = await within((sql) =>
    listedEntitlements(
      sql,
      ordinals.map((ordinal) => itemAt(snapshot.entitlementKey, ordinal)),
    ),
  )
  return new Map(
    ordinals.flatMap((ordinal) => {
      const one = found.get(itemAt(snapshot.entitlementKey, ordinal))
      return one === undefined ? [] : [[ordinal, one] as const]
    }),
  )
}

function cohortOutcome(
  { importId }: LoadedSnapshot,
  verdict: CohortVerdict,
  names: EntitlementNames,
  sentences: readonly string[],
  rule: OutcomeRule = verdict.rule,
): Outcome {
  return {
    rule,
    sentences,
    importId,
    people: verdict.members,
    holds: false,
    cohorts: verdict.others,
    entitlements: verdict.entitlements.flatMap((one) => {
      const entitlement = names.get(one.entitlement)
      return entitlement === undefined ? [] : [{ entitlement, verdict: one }]
    }),
    settingChanges: verdict.flip ?? [],
  }
}
