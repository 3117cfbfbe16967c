import { MiningError } from './mining-error.ts'

/** People are identities of type human; machines are services and agents. Each is mined by itself. */
export type Population = 'people' | 'machines'

/** A wish of the person who runs the analysis. It changes what comes first, never what is true. */
interface CohortHint {
  readonly attribute: string
  /** 0 to 100: a cohort that uses the attribute counts as worth (100 + priority) % of itself. */
  readonly priority: number
  /** Only cohorts with one of these values are favoured; empty means any value. */
  readonly values: readonly string[]
}

/** All optional on the way in; `resolveSettings` fills the defaults, which stand at each field. */
export interface CohortMiningSettings {
  /** Fewest enabled identities in a cohort, 2 to 100,000. Default 5: below that four holders are an anecdote. */
  readonly minCohortSize: number
  /** Fewest entitlements in a suggestion, at least 1. Default 2: one shared entitlement in a small team is often chance. */
  readonly minEntitlements: number
  /** Most attributes combined in one cohort, 1 to 4. Default 3. */
  readonly maxFilters: number
  /** Attributes that take part in combinations of three and more, 1 to 32: those that add the most. Default 10 (120 threes). */
  readonly maxAttributes: number
  /** Least share of the cohort that holds an entitlement, above 0.5, at most 1. Default 0.6; see `expectedCoverage`. */
  readonly minCoverage: number
  /**
   * The coverage that the 95 % Wilson interval must still reach, at most 1. Default 0.8: with hundreds of members 70 % is
   * proof that the cohort is not the reason; with ten members it may well be everyone but for forgotten grants. The
   * pair 0.6 and 0.8 finds planted roles of 5 members and more at up to 10 % missing grants (README, "How good").
   */
  readonly expectedCoverage: number
  /** Coverage in the cohort over coverage outside it, at least 1. Default 2. */
  readonly minLift: number
  /** An entitlement that this share of a population holds is common access and set apart. Default 0.8. */
  readonly commonAccessShare: number
  /** Entitlement ordinals that are common access by decision, whatever their share. Default none. */
  readonly commonEntitlements: readonly number[]
  /** Most suggestions returned, at least 1; applied last, the cut ones are counted. Default 100. */
  readonly maxSuggestions: number
  /** Default none. */
  readonly hints: readonly CohortHint[]
  /** Attribute keys that never form cohorts. Default none. */
  readonly ignoredAttributes: readonly string[]
  /** Default both. */
  readonly populations: readonly Population[]
}

/** What each setting is when it is not given. */
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

/** The settings with defaults in place; throws `bad_settings` naming the field, what was expected and what was got. */
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
