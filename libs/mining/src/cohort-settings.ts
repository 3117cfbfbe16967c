import { MiningError } from './mining-error.ts'

/** People are identities of type human. Machines are services and agents. The two populations are mined separately. */
export type Population = 'people' | 'machines'

/** A preference of the person who runs the analysis. It changes the order of suggestions, not their figures. */
interface CohortHint {
  readonly attribute: string
  /** 0 to 100: the score of a cohort that uses the attribute is multiplied by (100 + priority) %. */
  readonly priority: number
  /** Only cohorts with one of these values are preferred; empty means any value. */
  readonly values: readonly string[]
}

/** The settings of an analysis. All are optional in the input; `resolveSettings` fills in the default that each field states. */
export interface CohortMiningSettings {
  /** The least number of enabled identities in a cohort, 2 to 100,000. Default 5: with fewer, four holders prove little. */
  readonly minCohortSize: number
  /** The least number of entitlements in a suggestion, at least 1. Default 2: one shared entitlement in a small team is often chance. */
  readonly minEntitlements: number
  /** The largest number of attributes in one cohort, 1 to 4. Default 3. */
  readonly maxFilters: number
  /**
   * The number of attributes in combinations of three and more, 1 to 32: those that add the most. Default 10 (120 combinations of three).
   */
  readonly maxAttributes: number
  /** The least share of the cohort that holds an entitlement, above 0.5, at most 1. Default 0.6; see `expectedCoverage`. */
  readonly minCoverage: number
  /**
   * The coverage that the 95 % Wilson interval must still reach, at most 1. Default 0.8. With hundreds of members, a coverage of 70 %
   * proves that the cohort is not the reason for the access. With ten members, forgotten grants may explain it. The pair 0.6 and 0.8
   * finds planted roles of 5 and more members with up to 10 % missing grants (README, "How good").
   */
  readonly expectedCoverage: number
  /** The least ratio of the coverage in the cohort to the coverage outside it, at least 1. Default 2. */
  readonly minLift: number
  /** An entitlement that at least this share of a population holds is common access and takes no part in cohorts. Default 0.8. */
  readonly commonAccessShare: number
  /** Ordinals of entitlements that are common access by decision, whatever their share. Default none. */
  readonly commonEntitlements: readonly number[]
  /**
   * The largest number of suggestions returned, at least 1. It is applied last; the result counts the suggestions that were cut. Default
   * 100.
   */
  readonly maxSuggestions: number
  /** Default none. */
  readonly hints: readonly CohortHint[]
  /** Attribute keys that never form cohorts. Default none. */
  readonly ignoredAttributes: readonly string[]
  /** Default both. */
  readonly populations: readonly Population[]
}

/** The default of each setting. */
const defaultSettings: CohortMiningSettings = {
  minCohortSize: 5,
  minEntitlements: 2,
  maxFilters: 3,
  maxAttributes: 10,
  minCoverage: 0.6,
  expectedCoverage: 0.8,
  minLift: 2,
  commonAccessShare: 0.8,
  commonEntitlements: [],
  maxSuggestions: 100,
  hints: [],
  ignoredAttributes: [],
  populations: ['people', 'machines'],
}

/** The settings with defaults filled in. Throws `bad_settings` with the field, the expected and the actual value. */
export function resolveSettings(given: Partial<CohortMiningSettings> = {}): CohortMiningSettings {
  const settings: CohortMiningSettings = { ...defaultSettings, ...withoutUndefined(given) }
  for (const key of Object.keys(given)) {
    if (!(key in defaultSettings))
      throw bad(key, `one of ${Object.keys(defaultSettings).join(', ')}`, 'an unknown name')
  }
  whole('minCohortSize', settings.minCohortSize, 2, 100_000)
  whole('minEntitlements', settings.minEntitlements, 1, 1_000_000)
  whole('maxFilters', settings.maxFilters, 1, 4)
  whole('maxAttributes', settings.maxAttributes, 1, 32)
  whole('maxSuggestions', settings.maxSuggestions, 1, 1_000_000)
  share('minCoverage', settings.minCoverage, 0.5)
  share('expectedCoverage', settings.expectedCoverage, 0)
  share('commonAccessShare', settings.commonAccessShare, 0)
  if (!(settings.minLift >= 1 && settings.minLift < Infinity)) throw bad('minLift', 'at least 1', settings.minLift)
  for (const [i, entitlement] of settings.commonEntitlements.entries()) {
    whole(`commonEntitlements[${i}]`, entitlement, 0, 2 ** 32 - 1)
  }
  for (const [i, hint] of settings.hints.entries()) {
    if (hint.attribute.trim() === '') throw bad(`hints[${i}].attribute`, 'a name', JSON.stringify(hint.attribute))
    if (!(hint.priority >= 0 && hint.priority <= 100)) throw bad(`hints[${i}].priority`, '0 to 100', hint.priority)
  }
  for (const [i, population] of settings.populations.entries()) {
    if (population !== 'people' && population !== 'machines') {
      throw bad(`populations[${i}]`, '"people" or "machines"', JSON.stringify(population))
    }
  }
  return settings
}

function withoutUndefined(given: Partial<CohortMiningSettings>): Partial<CohortMiningSettings> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function whole(field: string, value: number, least: number, most: number): void {
  if (!(Number.isInteger(value) && value >= least && value <= most)) {
    throw bad(field, `a whole number from ${least} to ${most}`, value)
  }
}

function share(field: string, value: number, above: number): void {
  if (!(value > above && value <= 1)) throw bad(field, `more than ${above} and at most 1`, value)
}

function bad(field: string, expected: string, got: string | number): MiningError {
  return new MiningError('bad_settings', field, expected, got)
}
