import type { CohortMiningSettings, Population } from './cohort-settings.ts'
import type { NearestSettings } from './nearest-settings.ts'
import type { RejectionReason } from './rejections.ts'

/** Identities whose attribute has one of the values. Several filters of a cohort must all hold. */
export interface CohortFilter {
  readonly attribute: string
  readonly values: readonly string[]
}

/** One entitlement of a suggestion, with the numbers that speak for it. */
export interface SuggestedEntitlement {
  /** Ordinal in the snapshot. */
  readonly entitlement: number
  /** Members of the cohort that hold it. */
  readonly grantedCount: number
  /** `grantedCount / cohortSize`. */
  readonly coverage: number
  /** Lower end of the 95 % Wilson interval of the coverage. */
  readonly coverageLowerBound: number
  /** Identities of the same population outside the cohort that hold it, and their share. */
  readonly outsideCount: number
  readonly baseRate: number
  /** Holders in the cohort that no suggestion above this one already explains. */
  readonly explainedCount: number
}

/** A mined role: everyone who matches the filters should hold the entitlements. */
export interface CohortSuggestion {
  readonly population: Population
  readonly filters: readonly CohortFilter[]
  readonly cohortSize: number
  /** Identities of the population that are not in the cohort. */
  readonly outsideSize: number
  /** Widest coverage first. */
  readonly entitlements: readonly SuggestedEntitlement[]
  /** Members that hold every suggested entitlement. */
  readonly usersWithAll: number
  /** Identities of the population outside the cohort that hold every suggested entitlement. */
  readonly outsideWithAll: number
  /** Mean share of the suggested entitlements that a member holds. */
  readonly avgCoverage: number
  /** 0 to 1; formula and example in docs/mining.md. */
  readonly confidence: number
  /** Grants that this suggestion explains and none before it does. */
  readonly explainedGrants: number
  /** The rank: bits that the suggestion saves beyond those before it, less its description, weighted by hints. */
  readonly score: number
}

/** Why an attribute forms no cohorts; `beyond_limit` ones form none of three filters and more, or none where there are very many. */
export type AttributeVerdict = 'used' | 'beyond_limit' | 'ignored' | 'empty' | 'nearly_constant' | 'nearly_unique'

/** What was seen in one attribute of one population. */
export interface AttributeReport {
  readonly attribute: string
  readonly verdict: AttributeVerdict
  /** Identities with a value; placeholders such as "N/A" are none. */
  readonly identitiesWithValue: number
  readonly distinctValues: number
  /** Share of the population that has the most frequent value. */
  readonly largestShare: number
  /** Grants that cohorts of this attribute alone would explain, net of their description; 0 unless used. */
  readonly explainedGrants: number
}

/** An entitlement that nearly everyone of a population holds. */
export interface CommonAccess {
  readonly entitlement: number
  readonly grantedCount: number
  readonly coverage: number
}

/** Everything about one population besides its suggestions. */
export interface PopulationReport {
  readonly population: Population
  readonly identityCount: number
  readonly grantCount: number
  readonly attributes: readonly AttributeReport[]
  readonly commonAccess: readonly CommonAccess[]
  readonly combinationsAnalyzed: number
  readonly cohortsAnalyzed: number
}

/** The outcome of one analysis; the same snapshot and settings give the same result, on any number of threads. */
export interface CohortMiningResult {
  /** With defaults in place. */
  readonly settings: CohortMiningSettings
  readonly populations: readonly PopulationReport[]
  /** Best first. */
  readonly suggestions: readonly CohortSuggestion[]
  readonly rejected: Readonly<Record<RejectionReason, number>>
  /** For the reasons that a setting governs: which value lets pass what was turned down. */
  readonly nearest: NearestSettings
}

/** Where an analysis is. */
export interface CohortMiningProgress {
  readonly population: Population
  readonly combinationsDone: number
  readonly combinationsTotal: number
  /** Cohorts counted so far, over all populations. */
  readonly cohortsAnalyzed: number
}
