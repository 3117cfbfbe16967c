import { type EntitlementReference, entitlementKeys } from '@assay/directory'
import { failedPrecondition, invalidArgument, itemAt, listed } from '@assay/errors'
import {
  type CohortAnswer,
  type CohortQuestion,
  type CohortQuestions,
  type CohortScope,
  type EntitlementSelection,
  type SelectionOutcome,
  type Snapshot,
  selectionOf,
  type ValueCounts,
} from '@assay/mining'
import { storedValue } from '@assay/profiles'
import type { TenantOptions, TenantSql } from '@assay/store'
import { cohortScopeOf, maxFacetValues } from './cohort-scope.ts'
import { type CustomAnalysis, getCustomAnalysis } from './custom-analyses.ts'
import type { LoadedSnapshot } from './loaded-snapshot.ts'
import type { SnapshotCache } from './snapshot-cache.ts'

/** A selection as a caller passes it. */
export interface SelectionRequest {
  readonly analysisId: string
  /** 0 to 10000, inclusive. */
  readonly minimumCoverageBasisPoints: number
  readonly explicitlyIncluded: readonly EntitlementReference[]
  readonly explicitlyExcluded: readonly EntitlementReference[]
}

interface SelectionTools {
  readonly snapshots: SnapshotCache
  readonly questions: CohortQuestions
}

/** The deadline of the caller. */
type SelectionLimits = Pick<TenantOptions, 'signal' | 'timeoutMs'>

const mostValues = 1000

/**
 * The size of a selection of a completed analysis' entitlements, the people of the cohort who hold all of it, and their facets on request.
 * Exact, over the access data in force.
 * @param path where the selection is in the caller's request: '' or 'selection.'
 * @throws not_found; failed_precondition while the analysis has not completed; invalid_argument for entitlements outside the analysis
 */
export async function evaluateSelection(
  tools: SelectionTools,
  tenantId: number,
  request: SelectionRequest,
  includeFacets: boolean,
  limits: SelectionLimits = {},
): Promise<SelectionOutcome> {
  const questionOf = (about: CohortScope, selection: EntitlementSelection) =>
    ({ kind: 'evaluate', about, selection, ...(includeFacets && { maxFacetValues }) }) as const
  const outcome = await ask(tools, tenantId, request, '', limits, questionOf)
  return outcome ?? { outside: [], selectedCount: 0, usersWithAll: 0, facets: [] }
}

/**
 * The number of people of the cohort, and of those who hold a whole selection, with each value of an attribute.
 * @throws as evaluateSelection; invalid_argument for an unknown attribute or more than 1000 values
 */
export async function countSelectionValues(
  tools: SelectionTools,
  tenantId: number,
  request: SelectionRequest,
  attribute: string,
  values: readonly string[],
  limits: SelectionLimits = {},
): Promise<ValueCounts> {
  if (values.length > mostValues) throw invalidArgument('values', `at most ${mostValues} values, not ${values.length}`)
  const stored = values.map((value) => storedValue(attribute, value))
  const counts = await ask(
    tools,
    tenantId,
    request,
    'selection.',
    limits,
    (about, selection) => ({ kind: 'count-values', about, selection, attribute, values: stored }),
    ({ attributes }) => {
      if (attributes.some(({ key }) => key === attribute)) return
      const known = listed(attributes.map(({ key }) => key))
      throw invalidArgument('attribute', `unknown attribute "${attribute}"; known are ${known}`)
    },
  )
  return (
    counts ?? {
      outside: [],
      cohortCount: 0,
      coreCount: 0,
      values: values.map(() => ({ cohortCount: 0, coreCount: 0 })),
    }
  )
}

/** A selection on one snapshot: ordinals, ascending. */
interface SelectedEntitlements {
  readonly analysis: CustomAnalysis
  readonly members: Uint32Array
  readonly entitlements: readonly number[]
}

/**
 * The entitlements of a selection of a completed analysis, and the cohort, over the access data in force.
 * @param path where the selection is in the caller's request: '' or 'selection.'
 * @throws as evaluateSelection
 */
export async function selectEntitlements(
  sql: TenantSql,
  loaded: LoadedSnapshot,
  request: SelectionRequest,
  path: string,
): Promise<SelectedEntitlements> {
  checkCutoff(request, path)
  const analysis = await getCustomAnalysis(sql, request.analysisId)
  const prepared = await prepare(sql, loaded, request, path, () => {})
  if (prepared === undefined) return { analysis, members: new Uint32Array(0), entitlements: [] }
  const { about, selection } = prepared
  const { selected, outside } = selectionOf(loaded.snapshot, about, selection)
  const [first] = outside
  if (first !== undefined)
    throw outsideAnalysis(request, path, [...selection.included, ...selection.excluded].indexOf(first))
  return { analysis, members: about.members, entitlements: selected }
}

function checkCutoff({ minimumCoverageBasisPoints: cutoff }: SelectionRequest, path: string): void {
  if (cutoff < 0 || cutoff > 10_000)
    throw invalidArgument(`${path}minimum_coverage_basis_points`, `must be from 0 to 10000, not ${cutoff}`)
}

async function ask<Question extends CohortQuestion>(
  { snapshots, questions }: SelectionTools,
  tenantId: number,
  request: SelectionRequest,
  path: string,
  limits: SelectionLimits,
  questionOf: (about: CohortScope, selection: EntitlementSelection) => Question,
  check: (snapshot: Snapshot) => void = () => {},
): Promise<CohortAnswer<Question> | undefined> {
  checkCutoff(request, path)
  const prepared = await snapshots.use(
    tenantId,
    async (sql, loaded) => prepare(sql, loaded, request, path, check),
    limits,
  )
  if (prepared === undefined) return undefined
  const { loaded, about, selection } = prepared
  const question = questionOf(about, selection)
  const answer = await questions.ask(`${tenantId}/${loaded.version}`, loaded.buffer, question, limits.signal)
  const { outside } = answer as SelectionOutcome | ValueCounts
  const [first] = outside
  if (first !== undefined)
    throw outsideAnalysis(request, path, [...selection.included, ...selection.excluded].indexOf(first))
  return answer
}

async function prepare(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  request: SelectionRequest,
  path: string,
  check: (snapshot: Snapshot) => void,
) {
  const analysis = await getCustomAnalysis(sql, request.analysisId)
  if (analysis.status !== 'completed')
    throw failedPrecondition(
      `custom analysis "${analysis.id}" is ${analysis.status}; a selection needs a completed one`,
    )
  const { explicitlyIncluded, explicitlyExcluded } = request
  const names = [...explicitlyIncluded, ...explicitlyExcluded]
  const twice = explicitlyIncluded.find((one) => explicitlyExcluded.some((other) => isSame(one, other)))
  if (twice !== undefined)
    throw invalidArgument(`${path}explicitly_excluded`, `${nameOf(twice)} is included and excluded; choose one`)
  if (loaded === undefined) return undefined
  check(loaded.snapshot)
  const about = await cohortScopeOf(sql, loaded.snapshot, analysis)
  const ordinals = await ordinalsOf(sql, loaded.snapshot, names)
  const unknown = ordinals.indexOf(-1)
  if (unknown >= 0) throw outsideAnalysis(request, path, unknown)
  if (about.members.length === 0) return undefined
  const selection = {
    minimumCoverageBasisPoints: request.minimumCoverageBasisPoints,
    included: ordinals.slice(0, explicitlyIncluded.length),
    excluded: ordinals.slice(explicitlyIncluded.length),
  }
  return { loaded, about, selection }
}

/** @param place the index in the included entitlements followed by the excluded ones */
function outsideAnalysis({ explicitlyIncluded, explicitlyExcluded }: SelectionRequest, path: string, place: number) {
  const isIncluded = place < explicitlyIncluded.length
  const index = isIncluded ? place : place - explicitlyIncluded.length
  const field = isIncluded ? `explicitly_included[${index}]` : `explicitly_excluded[${index}]`
  const name = itemAt([...explicitlyIncluded, ...explicitlyExcluded], place)
  return invalidArgument(`${path}${field}`, `${nameOf(name)} is not among the entitlements of the analysis`)
}

function isSame(one: EntitlementReference, other: EntitlementReference): boolean {
  return one.applicationId === other.applicationId && one.entitlementId === other.entitlementId
}

function nameOf({ applicationId, entitlementId }: EntitlementReference): string {
  return `entitlement "${entitlementId}" of application "${applicationId}"`
}

/** Ordinals in the snapshot, in the order of the names; -1 for an entitlement that the snapshot does not have. */
async function ordinalsOf(
  sql: TenantSql,
  snapshot: Snapshot,
  names: readonly EntitlementReference[],
): Promise<number[]> {
  const keys = await entitlementKeys(sql, names, { includeDeleted: true })
  return keys.map((key) => (key === undefined ? -1 : snapshot.entitlementKey.indexOf(key)))
}
