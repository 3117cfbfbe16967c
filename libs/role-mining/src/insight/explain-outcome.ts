import { type Entitlement, identityKeys, listedEntitlements } from '@assay/directory'
import { invalidArgument, listed, notFound } from '@assay/errors'
import {
  type CohortMiningSettings,
  type CohortQuestions,
  type CohortVerdict,
  ordinalOf,
  type PairVerdict,
  type SettingValue,
} from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { analysisSettings } from '../analysis-settings.ts'
import type { CohortFilter } from '../cohort-filters.ts'
import type { LoadedSnapshot } from '../snapshot-cache.ts'
import { type AskedEntitlement, entitlementSubject, requireData } from './entitlement-insight.ts'
import { cohortSentences, entitlementSentences, holdingSentences } from './why-words.ts'

/** What decided, in the words of the directory. */
export interface Outcome {
  readonly rule: string
  readonly sentences: readonly string[]
  readonly importId: string
  readonly people: number
  readonly holds: boolean
  readonly cohorts: readonly (readonly CohortFilter[])[]
  readonly entitlements: readonly { readonly entitlement: Entitlement; readonly verdict: PairVerdict }[]
  readonly settingChanges: readonly SettingValue[]
  readonly attributeChange?: { readonly attribute: string; readonly from: string; readonly to: string } | undefined
}

/** What is asked, and with which settings; made in one transaction, answered without. */
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
  const verdict = await ask(tools, { loaded, settings }, question)
  const names = await namesOf(tools, loaded, verdict)
  return cohortOutcome(loaded, verdict, names, cohortSentences(verdict, { settings, names, filters, entitlement }))
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
  return {
    rule: verdict.rule,
    sentences: entitlementSentences(verdict, { settings, names, name, entitlement }),
    importId: loaded.importId,
    people: verdict.holders,
    holds: false,
    cohorts: verdict.nearest === undefined ? verdict.suggestions : [verdict.nearest.filters],
    entitlements: [],
    settingChanges: verdict.nearest?.verdict.flip ?? [],
  }
}

/** @throws not_found also for an identity without access data in force */
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
  return {
    rule: verdict.rule,
    sentences: holdingSentences(verdict, { settings, names, name, entitlement, person: identityId }),
    importId: loaded.importId,
    people: verdict.entitlement?.holders ?? 0,
    holds: verdict.holds,
    cohorts: verdict.closest === undefined ? verdict.suggestions : [verdict.closest.filters],
    entitlements: [],
    settingChanges: verdict.entitlement?.nearest?.verdict.flip ?? [],
    attributeChange: verdict.change,
  }
}

async function about(sql: TenantSql, current: LoadedSnapshot | undefined, asked: AskedEntitlement) {
  const { loaded, entitlements, ordinals } = await entitlementSubject(sql, current, [asked])
  const settings = await analysisSettings(sql, loaded.snapshot)
  return { loaded, settings, entitlement: ordinals[0], name: entitlements[0].displayName }
}

function ask<Question extends Parameters<CohortQuestions['ask']>[2]>(
  { questions, tenantId, signal }: Tools,
  { loaded }: Asked,
  question: Question,
) {
  return questions.ask(`${tenantId}/${loaded.version}`, loaded.buffer, question, signal)
}

/** Entitlements by their ordinals. */
export type EntitlementNames = ReadonlyMap<number, Entitlement>

async function namesOf(
  { within }: Tools,
  { snapshot }: LoadedSnapshot,
  verdict: CohortVerdict | undefined,
): Promise<EntitlementNames> {
  const ordinals = verdict?.entitlements.map(({ entitlement }) => entitlement) ?? []
  const found = await within((sql) =>
    listedEntitlements(
      sql,
      ordinals.map((ordinal) => snapshot.entitlementKey[ordinal]),
    ),
  )
  return new Map(
    ordinals.flatMap((ordinal) => {
      const one = found.get(snapshot.entitlementKey[ordinal])
      return one === undefined ? [] : [[ordinal, one] as const]
    }),
  )
}

function cohortOutcome(
  { importId }: LoadedSnapshot,
  verdict: CohortVerdict,
  names: EntitlementNames,
  sentences: readonly string[],
): Outcome {
  return {
    rule: verdict.rule,
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
