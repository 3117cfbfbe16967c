import type { CohortMiningSettings, Population } from './cohort-settings.ts'
import type { NearestSettings } from './nearest-settings.ts'
import type { RejectionReason } from './rejections.ts'

/** Identities whose attribute has one of the values. An identity must match all filters of a cohort. */
export interface CohortFilter {
  readonly attribute: string
  readonly values: readonly string[]
}

/** One entitlement of a suggestion with its figures. */
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
  /** Holders in the cohort whose grant no higher suggestion explains. */
  readonly explainedCount: number
}

/** A mined role: everyone who matches the filters should hold the entitlements. */
export interface CohortSuggestion {
  readonly population: Population
  readonly filters: readonly CohortFilter[]
  readonly cohortSize: number
  /** Identities of the population that are not in the cohort. */
  readonly outsideSize: number
  /** Highest coverage first. */
  readonly entitlements: readonly SuggestedEntitlement[]
  /** Members who hold every suggested entitlement. */
  readonly usersWithAll: number
  /** Identities of the population outside the cohort who hold every suggested entitlement. */
  readonly outsideWithAll: number
  /** Mean share of the suggested entitlements that a member holds. */
  readonly avgCoverage: number
  /** 0 to 1; formula and example in docs/mining.md. */
  readonly confidence: number
  /** Grants that this suggestion explains and no earlier one explains. */
  readonly explainedGrants: number
  /** The rank: the bits that the suggestion saves beyond the suggestions before it, minus its description, weighted by hints. */
  readonly score: number
}

/**
 * How the analysis uses an attribute. `beyond_limit`: it forms no cohorts of three and more filters, or, with very many attributes, none
 * at all. `ignored`: the settings leave it out, or all of its values are days.
 */
export type AttributeVerdict = 'used' | 'beyond_limit' | 'ignored' | 'empty' | 'nearly_constant' | 'nearly_unique'

/** The facts about one attribute of one population. */
export interface AttributeReport {
  readonly attribute: string
  readonly verdict: AttributeVerdict
  /** Identities with a value. Placeholders such as "N/A" do not count. */
  readonly identitiesWithValue: number
  readonly distinctValues: number
  /** The share of the population that has the most frequent value. */
  readonly largestShare: number
  /** Grants that cohorts of this attribute alone would explain, minus the cost of their description; 0 unless the attribute is used. */
  readonly explainedGrants: number
}

/** An entitlement that nearly all of a population hold. */
export interface CommonAccess {
  readonly entitlement: number
  readonly grantedCount: number
  readonly coverage: number
}

/** The facts about one population, without its suggestions. */
export interface PopulationReport {
  readonly population: Population
  readonly identityCount: number
  readonly grantCount: number
  readonly attributes: readonly AttributeReport[]
  readonly commonAccess: readonly CommonAccess[]
  readonly combinationsAnalyzed: number
  readonly cohortsAnalyzed: number
}

/** The result of one analysis. The same snapshot and settings give the same result on any number of threads. */
export interface CohortMiningResult {
  /** The settings with defaults filled in. */
  readonly settings: CohortMiningSettings
  readonly populations: readonly PopulationReport[]
  /** Best first. */
  readonly suggestions: readonly CohortSuggestion[]
  readonly rejected: Readonly<Record<RejectionReason, number>>
  /** For each reason that depends on a setting: the nearest value of the setting with which a rejected candidate passes. */
  readonly nearest: NearestSettings
}

/** The progress of an analysis. */
export interface CohortMiningProgress {
  readonly population: Population
  readonly combinationsDone: number
  readonly combinationsTotal: number
  /** Cohorts counted so far, in all populations. */
  readonly cohortsAnalyzed: number
}
