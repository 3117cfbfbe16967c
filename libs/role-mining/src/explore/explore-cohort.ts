import {
  type EntitlementDetails,
  type EntitlementReference,
  entitlementKeys,
  entitlementsByKey,
  type ValueName,
  valueNames,
} from '@assay/directory'
import { invalidArgument, itemAt, listed } from '@assay/errors'
import { type CohortDescription, type CohortQuestions, ordinalsOf } from '@assay/mining'
import { celFromFilters } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { type CohortFilter, checkFilters } from '../cohort-filters.ts'
import { requireData } from '../insight/entitlement-insight.ts'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import { isRisky } from '../risky-level.ts'

/** The tools of a call, which reads in one transaction (`within`) and counts outside of it. */
export interface ExploreTools {
  readonly tenantId: number
  readonly questions: CohortQuestions
  readonly within: <T>(work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>) => Promise<T>
  readonly signal: AbortSignal
}

/** An entitlement of a cohort; without details when it is no longer in the directory. */
interface DescribedEntitlement {
  readonly details: EntitlementDetails
  readonly isRisky: boolean
  readonly holders: number
  readonly outsideHolders: number
}

interface DescribedStep {
  readonly holders: number
  readonly entitlementCount: number
  readonly gains: number
  readonly riskyGains: number
  readonly withAll: number
  readonly outsideWithAll: number
}

/** The access that the people of a cohort share, with names. */
export interface DescribedCohort
  extends Pick<CohortDescription, 'people' | 'members' | 'furtherCount' | 'narrowing' | 'unmet'> {
  readonly importId: string
  readonly entitlements: readonly DescribedEntitlement[]
  readonly steps: readonly DescribedStep[]
  readonly isRiskKnown: boolean
  /** The cohort as a membership rule; empty without filters. */
  readonly celExpression: string
  /** Names of people whose ids are values of the filters, of the narrowing conditions or of similar values. */
  readonly valueNames: readonly ValueName[]
}

/** @throws failed_precondition before the first import; invalid_argument as checkFilters */
export async function describeCohortOf(tools: ExploreTools, given: readonly CohortFilter[]): Promise<DescribedCohort> {
  const { loaded, filters } = await begin(tools, given)
  const counted = await ask(tools, loaded, { kind: 'describe-cohort', filters } as const)
  const { snapshot } = loaded
  const keys = counted.entitlements.map(({ entitlement }) => itemAt(snapshot.entitlementKey, entitlement))
  const shown = [
    ...filters.flatMap(({ attribute, values }) => values.map((value) => ({ attribute, value }))),
    ...counted.narrowing,
    ...counted.unmet.flatMap(({ attribute, similar }) => (similar ? [{ attribute, value: similar.value }] : [])),
  ]
  const [details, names] = await tools.within((sql) =>
    Promise.all([entitlementsByKey(sql, keys), valueNames(sql, shown)]),
  )
  const entitlements = counted.entitlements.map(({ holders, outsideHolders }, rank) => {
    const known = details.get(itemAt(keys, rank)) ?? unknownEntitlement(itemAt(keys, rank))
    return { details: known, isRisky: isRisky(known.riskLevel), holders, outsideHolders }
  })
  const lists = new Set(snapshot.attributes.filter((one) => one.lists !== undefined).map(({ key }) => key))
  return {
    importId: loaded.importId,
    people: counted.people,
    members: counted.members,
    furtherCount: counted.furtherCount,
    narrowing: counted.narrowing,
    unmet: counted.unmet,
    entitlements,
    steps: withGains(counted, entitlements),
    isRiskKnown: entitlements.some((one) => one.details.riskLevel !== ''),
    celExpression: celFromFilters(filters, undefined, lists),
    valueNames: names,
  }
}

function withGains(
  { members, steps }: CohortDescription,
  entitlements: readonly DescribedEntitlement[],
): DescribedStep[] {
  let gains = 0
  let riskyGains = 0
  let rank = 0
  return steps.map((step) => {
    for (; rank < step.entitlementCount; rank++) {
      const lacking = members - itemAt(entitlements, rank).holders
      gains += lacking
      if (itemAt(entitlements, rank).isRisky) riskyGains += lacking
    }
    return { ...step, gains, riskyGains }
  })
}

/** A snapshot and its directory come into force together, so this is only for an entitlement that was erased in between. */
function unknownEntitlement(key: number): EntitlementDetails {
  const nothing = { applicationId: '', applicationDisplayName: '', resourceType: '', resource: '', riskLevel: '' }
  return { key, id: '', displayName: '', ...nothing }
}

/** The changes when everybody of a cohort gets a selection. */
interface EvaluatedSelection {
  readonly importId: string
  readonly members: number
  readonly entitlementCount: number
  readonly gains: number
  readonly riskyGains: number
  readonly withAll: number
  readonly outsideWithAll: number
}

const mostSelected = 1000

/** @throws as describeCohortOf; invalid_argument for more than 1,000 entitlements, or with those that do not exist */
export async function evaluateCohortSelection(
  tools: ExploreTools,
  given: readonly CohortFilter[],
  references: readonly EntitlementReference[],
): Promise<EvaluatedSelection> {
  if (references.length > mostSelected)
    throw invalidArgument('entitlements', `at most ${mostSelected} entitlements, not ${references.length}`)
  const { loaded, filters } = await begin(tools, given)
  const { keys, details } = await tools.within(async (sql) => {
    const known = await entitlementKeys(sql, references)
    const unknown = references.filter((_, place) => known[place] === undefined)
    if (unknown.length > 0) {
      const names = unknown.map((one) => JSON.stringify([one.applicationId, one.entitlementId]))
      throw invalidArgument('entitlements', `there is no entitlement ${listed(names)}`)
    }
    const keys = [...new Set(known.filter((key) => key !== undefined))]
    return { keys, details: await entitlementsByKey(sql, keys) }
  })
  const { ordinals } = ordinalsOf(loaded.snapshot.entitlementKey, keys)
  const selection = Array.from(ordinals)
  const counted = await ask(tools, loaded, { kind: 'effect-of-selection', filters, selection } as const)
  const lacking = selection.map((ordinal, place) => ({
    count: counted.members - itemAt(counted.holders, place),
    isRisky: isRisky(details.get(itemAt(loaded.snapshot.entitlementKey, ordinal))?.riskLevel ?? ''),
  }))
  const sum = (of: typeof lacking) => of.reduce((total, { count }) => total + count, 0)
  return {
    importId: loaded.importId,
    members: counted.members,
    entitlementCount: selection.length,
    gains: sum(lacking),
    riskyGains: sum(lacking.filter((one) => one.isRisky)),
    withAll: counted.withAll,
    outsideWithAll: counted.outsideWithAll,
  }
}

export function begin({ within }: ExploreTools, given: readonly CohortFilter[]) {
  return within(async (_, current) => {
    const loaded = requireData(current)
    const known = loaded.snapshot.attributes.map(({ key }) => key)
    return { loaded, filters: checkFilters('conditions', given, known) }
  })
}

export function ask<Question extends Parameters<CohortQuestions['ask']>[2]>(
  { tenantId, questions, signal }: ExploreTools,
  loaded: LoadedSnapshot,
  question: Question,
) {
  return questions.ask(`${tenantId}/${loaded.version}`, loaded.buffer, question, signal)
}
