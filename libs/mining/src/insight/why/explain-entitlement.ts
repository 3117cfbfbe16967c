import { cohortMembers } from '../../cohort-members.ts'
import type { CohortFilter } from '../../cohort-result.ts'
import { type CohortMiningSettings, resolveSettings } from '../../cohort-settings.ts'
import { identityStatuses, identityTypes, type Snapshot, type SnapshotAttribute } from '../../snapshot.ts'
import { describeHolders } from '../describe-holders.ts'
import { type CohortVerdict, explainCohort } from './explain-cohort.ts'
import type { SettingValue } from './judge-pair.ts'
import { type TracedMining, traceMining } from './trace-mining.ts'

/** The rule that decides whether an entitlement is in a suggestion. */
type EntitlementRule =
  | 'held_by_nobody'
  | 'common_access'
  | 'too_few_holders'
  | 'no_condition'
  | 'no_suggestion'
  | 'suggested'

/** A suggestion that an answer mentions. */
export interface ExplainedSuggestion {
  readonly filters: readonly CohortFilter[]
  /** Ordinals. */
  readonly entitlements: readonly number[]
}

/** Why an entitlement is in suggestions, or in none. */
export interface EntitlementVerdict {
  readonly rule: EntitlementRule
  readonly people: number
  readonly holders: number
  /** The least number of holders that a cohort needs; for `too_few_holders`. */
  readonly fewestHolders: number
  /** The suggestions that have it, the best first. */
  readonly suggestions: readonly ExplainedSuggestion[]
  /** The condition that describes the holders best, with the decision about its cohort; present when no suggestion has the entitlement. */
  readonly nearest?: { readonly filters: readonly CohortFilter[]; readonly verdict: CohortVerdict }
  /** The share from which it would not be common access; undefined when people decided that it is. */
  readonly passes?: SettingValue
}

/** The rule that decides whether a suggestion gives an entitlement to a person. */
type HoldingRule = 'not_mined' | 'common_access' | 'by_suggestion' | 'outside_suggestions' | 'no_suggestion'

/** Why suggestions give an entitlement to a person, or do not. */
export interface HoldingVerdict {
  readonly rule: HoldingRule
  readonly holds: boolean
  /** For `not_mined`. */
  readonly isEnabled: boolean
  readonly isPerson: boolean
  /** The suggestions with the entitlement whose cohort the person is in. */
  readonly suggestions: readonly ExplainedSuggestion[]
  /** For `outside_suggestions`: the suggestion with the fewest filters that the person does not match, and these filters. */
  readonly closest?: ExplainedSuggestion & { readonly failed: readonly CohortFilter[] }
  /** A value of one attribute with which the person gets the entitlement, verified by another mining run. */
  readonly change?: { readonly attribute: string; readonly from: string; readonly to: string }
  /** Why no suggestion has it; for `no_suggestion`. */
  readonly entitlement?: EntitlementVerdict
}

type Trace = (settings: CohortMiningSettings) => TracedMining

/** Explains why suggestions have an entitlement, or which rule excludes it. */
export function explainEntitlement(
  snapshot: Snapshot,
  entitlement: number,
  given: Partial<CohortMiningSettings> = {},
  trace: Trace = (settings) => traceMining(snapshot, settings),
): EntitlementVerdict {
  const settings = resolveSettings({ ...given, populations: ['people'] })
  const traced = trace(settings)
  const described = describeHolders(snapshot, [entitlement])
  const holders = described.holders.length
  const fewestHolders = Math.max(1, Math.ceil(settings.minCoverage * settings.minCohortSize - 1e-9))
  const verdict = (rule: EntitlementRule, more: Partial<EntitlementVerdict> = {}): EntitlementVerdict => ({
    rule,
    people: described.people,
    holders,
    fewestHolders,
    suggestions: [],
    ...more,
  })
  const common = traced.graph.commonAccess.find((one) => one.entitlement === entitlement)
  if (common !== undefined) {
    const value = (Math.floor(common.coverage * 100 + 1e-9) + 1) / 100
    const isConfirmed = settings.commonEntitlements.includes(entitlement)
    return verdict('common_access', isConfirmed || value > 1 ? {} : { passes: { setting: 'commonAccessShare', value } })
  }
  if (holders === 0) return verdict('held_by_nobody')
  const suggestions = listedWith(traced, entitlement)
  if (suggestions.length > 0) return verdict('suggested', { suggestions })
  if (holders < fewestHolders) return verdict('too_few_holders')
  const [best] = described.conditions
  if (best === undefined) return verdict('no_condition')
  const nearest = explainCohort(snapshot, best.filters, { settings: given, entitlement }, trace)
  return verdict('no_suggestion', { nearest: { filters: best.filters, verdict: nearest } })
}

function listedWith({ ranked, settings }: TracedMining, entitlement: number): ExplainedSuggestion[] {
  return ranked.slice(0, settings.maxSuggestions).flatMap(({ filters, entitlements }) => {
    const ordinals = entitlements.map((one) => one.entitlement)
    return ordinals.includes(entitlement) ? { filters, entitlements: ordinals } : []
  })
}

/** Explains why a suggestion gives an entitlement to a person, or why none does. */
export function explainHolding(
  snapshot: Snapshot,
  identity: number,
  entitlement: number,
  given: Partial<CohortMiningSettings> = {},
  trace: Trace = (settings) => traceMining(snapshot, settings),
): HoldingVerdict {
  const settings = resolveSettings({ ...given, populations: ['people'] })
  const row = snapshot.rowEntitlement.subarray(snapshot.rowOffset[identity], snapshot.rowOffset[identity + 1])
  const isEnabled = snapshot.identityStatus[identity] === identityStatuses.enabled
  const isPerson = snapshot.identityType[identity] === identityTypes.human
  const verdict = (rule: HoldingRule, more: Partial<HoldingVerdict> = {}): HoldingVerdict => ({
    rule,
    holds: row.includes(entitlement),
    isEnabled,
    isPerson,
    suggestions: [],
    ...more,
  })
  if (!isEnabled || !isPerson) return verdict('not_mined')
  const traced = trace(settings)
  if (traced.graph.commonAccess.some((one) => one.entitlement === entitlement)) return verdict('common_access')
  const listed = listedWith(traced, entitlement)
  if (listed.length === 0) {
    return verdict('no_suggestion', { entitlement: explainEntitlement(snapshot, entitlement, given, trace) })
  }
  const own = listed.filter(({ filters }) => failedBy(snapshot, identity, filters).length === 0)
  if (own.length > 0) return verdict('by_suggestion', { suggestions: own })
  const [closest] = listed
    .map((one) => ({ ...one, failed: failedBy(snapshot, identity, one.filters) }))
    .sort((a, b) => a.failed.length - b.failed.length)
  const change = attributeChange(snapshot, identity, entitlement, closest!.failed, settings)
  return verdict('outside_suggestions', { closest: closest!, ...(change && { change }) })
}

/** The filters that an identity does not match. */
function failedBy(snapshot: Snapshot, identity: number, filters: readonly CohortFilter[]): readonly CohortFilter[] {
  return filters.filter((filter) => !cohortMembers(snapshot, [filter]).includes(identity))
}

/**
 * Another value for the only attribute that does not match; undefined when several do not match, or when the change would not be enough.
 */
function attributeChange(
  snapshot: Snapshot,
  identity: number,
  entitlement: number,
  failed: readonly CohortFilter[],
  settings: CohortMiningSettings,
): HoldingVerdict['change'] {
  const [filter, ...others] = failed
  const index = snapshot.attributes.findIndex(({ key }) => key === filter?.attribute)
  const attribute = snapshot.attributes[index]
  // A person may have several values of a list, so it is not clear which one to change.
  if (filter === undefined || others.length > 0 || attribute?.column === undefined) return undefined
  const changed = withValue(snapshot, index, attribute, identity, filter.values[0]!)
  if (changed === undefined) return undefined
  const isReached = listedWith(traceMining(changed, settings), entitlement).some(
    (one) => failedBy(changed, identity, one.filters).length === 0,
  )
  if (!isReached) return undefined
  const before = attribute.column[identity]!
  const from = before < 0 ? '' : attribute.values[before]!.trim()
  return { attribute: filter.attribute, from, to: filter.values[0]! }
}

function withValue(
  snapshot: Snapshot,
  index: number,
  { key, values, column }: SnapshotAttribute,
  identity: number,
  value: string,
): Snapshot | undefined {
  const ordinal = values.findIndex((one) => one.trim() === value)
  if (ordinal < 0 || column === undefined) return undefined
  const changed = column.slice()
  changed[identity] = ordinal
  return { ...snapshot, attributes: snapshot.attributes.with(index, { key, values, column: changed }) }
}
