import type { CohortFilter } from '../../cohort-result.ts'
import type { CountedCombination } from '../../counted-combination.ts'
import { largestStep, valueOfStep } from '../../nearest-settings.ts'
import { wilsonLower, wilsonUpper } from '../../wilson.ts'
import type { TracedMining } from './trace-mining.ts'

/** The rules that decide whether an entitlement belongs to a cohort, in the order of the tests. */
type PairRule =
  | 'common_access'
  | 'too_few_holders'
  | 'below_min_coverage'
  | 'explained_by_more_general_cohort'
  | 'coverage_interval_too_low'
  | 'no_lift_over_outside'
  | 'uneven_inside_cohort'
  | 'belongs'

/** A value of one setting. */
export interface SettingValue {
  readonly setting:
    | 'minCohortSize'
    | 'minEntitlements'
    | 'minCoverage'
    | 'expectedCoverage'
    | 'minLift'
    | 'maxSuggestions'
    | 'maxFilters'
    | 'maxAttributes'
    | 'commonAccessShare'
  readonly value: number
}

/** The rule that decided about an entitlement in a cohort, with its figures. */
export interface PairVerdict {
  readonly entitlement: number
  readonly rule: PairRule
  readonly members: number
  /** Members who hold it. */
  readonly holders: number
  /** People outside the cohort, and how many of them hold it. */
  readonly outside: number
  readonly outsideHolders: number
  /** The ends of the 95 % interval of the coverage. */
  readonly lower: number
  readonly upper: number
  /** The more general cohort that has it. */
  readonly general?: readonly CohortFilter[]
  /** The nearest value of the setting with which the rule no longer decides; undefined when the rule has no setting. */
  readonly passes?: SettingValue
}

/** A cohort of the people of a traced analysis. */
export interface JudgedCohort {
  /** Positions of the people in the graph. */
  readonly members: Uint32Array
  /** Its counts; undefined when its combination was not counted. */
  readonly counted?: CountedCombination | undefined
  readonly group: number
}

/** Finds a more general cohort, with some of the same filters, that has the entitlement. */
type GivenMoreGenerally = (member: number, entitlement: number) => readonly CohortFilter[] | undefined

/**
 * Judges one entitlement in one cohort by rules 1 to 5 of docs/mining.md, in the order of the analysis.
 * @param entitlement ordinal in the snapshot
 * @param population its holders among the people
 */
export function judgePair(
  { settings, graph }: TracedMining,
  cohort: JudgedCohort,
  {
    entitlement,
    holders,
    population,
  }: { readonly entitlement: number; readonly holders: number; readonly population: number },
  givenMoreGenerally: GivenMoreGenerally,
): PairVerdict {
  const { members } = cohort
  const size = members.length
  const outside = graph.persons.length - size
  const outsideHolders = population - holders
  const numbers = {
    entitlement,
    members: size,
    holders,
    outside,
    outsideHolders,
    lower: wilsonLower(holders, size),
    upper: wilsonUpper(holders, size),
  }
  const share = holders / size
  const outsideRate = outside === 0 ? 0 : outsideHolders / outside
  const verdict = (rule: PairRule, more: Pick<PairVerdict, 'general' | 'passes'> = {}): PairVerdict => ({
    ...numbers,
    rule,
    ...more,
  })
  if (graph.commonAccess.some((one) => one.entitlement === entitlement)) {
    const popularity = population / graph.persons.length
    const isConfirmed = settings.commonEntitlements.includes(entitlement)
    // The lowest hundredth above the share: with it the entitlement is not common access.
    const above = Math.floor(popularity * 100 + 1e-9) / 100 + 0.01
    const passes =
      isConfirmed || above > 1 ? {} : { passes: { setting: 'commonAccessShare', value: rounded(above) } as const }
    return verdict('common_access', passes)
  }
  const least = Math.max(1, Math.ceil(settings.minCoverage * size - 1e-9))
  const fewest = Math.ceil(settings.minCoverage * settings.minCohortSize - 1e-9)
  if (holders < least) {
    // The share, rounded down to a hundredth. A share of at most half is not a majority.
    const value = Math.floor(share * 100 + 1e-9) / 100
    return verdict('below_min_coverage', value > 0.5 ? { passes: { setting: 'minCoverage', value } } : {})
  }
  if (population < fewest) return verdict('too_few_holders')
  const general = givenMoreGenerally(members[0]!, entitlement)
  if (general !== undefined) return verdict('explained_by_more_general_cohort', { general })
  if (numbers.upper < settings.expectedCoverage && holders < size) {
    const step = largestStep(numbers.upper, (expected) => numbers.upper >= expected)
    return verdict('coverage_interval_too_low', { passes: { setting: 'expectedCoverage', value: valueOfStep(step) } })
  }
  if (numbers.lower <= outsideRate) return verdict('no_lift_over_outside')
  if (share < settings.minLift * outsideRate) {
    const step = largestStep(share / outsideRate, (lift) => share >= lift * outsideRate)
    const value = valueOfStep(step)
    return verdict('no_lift_over_outside', value >= 1 ? { passes: { setting: 'minLift', value } } : {})
  }
  return verdict(isCell(cohort, graph.kept, entitlement) ? 'belongs' : 'uneven_inside_cohort')
}

/** Whether it passed all rules. For a cohort that was not counted, evenness is unknown and counts as passed. */
function isCell({ counted, group }: JudgedCohort, kept: Uint32Array, entitlement: number): boolean {
  if (counted === undefined) return true
  for (let cell = counted.cellOffset[group]!; cell < counted.cellOffset[group + 1]!; cell++) {
    if (kept[counted.cellEntitlement[cell]!] === entitlement) return true
  }
  return false
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
