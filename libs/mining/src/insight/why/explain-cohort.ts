import { foldedValue } from '../../attribute-values.ts'
import type { AttributeReport, CohortFilter } from '../../cohort-result.ts'
import { type CohortMiningSettings, resolveSettings } from '../../cohort-settings.ts'
import { combinationKey, combinationsOf } from '../../combinations.ts'
import type { CountedCombination } from '../../counted-combination.ts'
import { MiningError } from '../../mining-error.ts'
import type { Snapshot } from '../../snapshot.ts'
import { filtersOfTerms } from '../people-conditions.ts'
import { type JudgedCohort, judgePair, type PairVerdict, type SettingValue } from './judge-pair.ts'
import { type TracedMining, traceMining } from './trace-mining.ts'

/** The rules that can decide about a cohort, in the order in which they are checked. */
export type CohortRule =
  | 'nobody'
  | 'several_values'
  | 'attribute_left_out'
  | 'too_many_filters'
  | 'cohort_too_small'
  | 'attribute_beyond_limit'
  | 'same_members_as_simpler_cohort'
  | 'nothing_shared'
  | 'explained_by_better_cohort'
  | 'too_few_entitlements'
  | 'too_little_saved'
  | 'not_beyond_chance'
  | 'beyond_max_suggestions'
  | 'suggested'

/** The rule that decided about a cohort, with its numbers. */
export interface CohortVerdict {
  readonly rule: CohortRule
  readonly members: number
  /** The attribute that excludes the cohort; for `several_values` the attribute with several values. `attributeVerdict` says why. */
  readonly attribute?: string
  readonly attributeVerdict?: AttributeReport['verdict']
  /** The simpler cohort with the same people, or the cohorts that explain its shared entitlements. */
  readonly others: readonly (readonly CohortFilter[])[]
  /** The number of entitlements that it still had when the analysis decided about it. */
  readonly entitlementsLeft: number
  /** Its position in the list, from 1 on; 0 when it is not chosen. */
  readonly rank: number
  /** The entitlements that most of its people hold, the most common first: at most 20, and the requested one. */
  readonly entitlements: readonly PairVerdict[]
  /** The entitlements of its suggestion, as ordinals; empty when it is not chosen. */
  readonly suggested: readonly number[]
  /** The nearest change of settings with which the cohort is suggested, with the requested entitlement. It was tried by mining again. */
  readonly flip?: readonly SettingValue[]
  /** The entitlements of the suggestion with `flip`, as ordinals. */
  readonly flippedTo?: readonly number[]
  /** Changes that were tried without success. */
  readonly tried: readonly SettingValue[]
}

interface CohortQuestionOptions {
  readonly settings?: Partial<CohortMiningSettings>
  /** Ordinal of an entitlement that the suggestion should have. */
  readonly entitlement?: number
  /** The largest number of minings in the search for a change. Default 4. */
  readonly mostTried?: number
}

const mostListed = 20

/**
 * Says which rule decided about a cohort, and the nearest settings with which it is suggested. Each change is tried by mining before it is
 * reported. When the cohort passes a rule and the next rule stops it, the setting of that rule is changed too.
 */
export function explainCohort(
  snapshot: Snapshot,
  filters: readonly CohortFilter[],
  { settings: given, entitlement, mostTried = 4 }: CohortQuestionOptions = {},
  trace: (settings: CohortMiningSettings) => TracedMining = (settings) => traceMining(snapshot, settings),
): CohortVerdict {
  const settings = resolveSettings({ ...given, populations: ['people'] })
  const judge = (traced: TracedMining) => judgeCohort(snapshot, traced, filters, entitlement)
  const verdict = judge(trace(settings))
  const changes = new Map<SettingValue['setting'], number>()
  const tried: SettingValue[] = []
  let current = verdict
  for (let attempt = 0; attempt < mostTried && !isDone(current, entitlement); attempt++) {
    const next = nextChange(current, { ...settings, ...Object.fromEntries(changes) }, entitlement)
    if (next === undefined || changes.get(next.setting) === next.value) break
    changes.set(next.setting, next.value)
    tried.push(next)
    current = judge(traceMining(snapshot, { ...settings, ...Object.fromEntries(changes) }))
  }
  const isFlipped = changes.size > 0 && isDone(current, entitlement)
  const all = [...changes].map(([setting, value]) => ({ setting, value }))
  return { ...verdict, ...(isFlipped && { flip: all, flippedTo: current.suggested }), tried: isFlipped ? [] : tried }
}

function isDone({ rule, suggested }: CohortVerdict, entitlement: number | undefined): boolean {
  return rule === 'suggested' && (entitlement === undefined || suggested.includes(entitlement))
}

/** The setting of the rule that decided, with the nearest value that may let the cohort pass. */
function nextChange(
  verdict: CohortVerdict,
  settings: CohortMiningSettings,
  entitlement: number | undefined,
): SettingValue | undefined {
  const { rule, members, entitlements, entitlementsLeft } = verdict
  const asked = entitlements.find((one) => one.entitlement === entitlement)
  if (rule === 'too_many_filters') return { setting: 'maxFilters', value: settings.maxFilters + 1 }
  if (rule === 'cohort_too_small' && members >= 2) return { setting: 'minCohortSize', value: members }
  if (rule === 'attribute_left_out' && verdict.attributeVerdict === 'nearly_unique' && members >= 2)
    return members < settings.minCohortSize ? { setting: 'minCohortSize', value: members } : undefined
  if (rule === 'attribute_beyond_limit' && settings.maxAttributes < 16) return { setting: 'maxAttributes', value: 16 }
  if (rule === 'too_few_entitlements') return { setting: 'minEntitlements', value: Math.max(1, entitlementsLeft) }
  if (rule === 'beyond_max_suggestions') return { setting: 'maxSuggestions', value: verdict.rank }
  if (rule === 'suggested' || asked?.passes !== undefined) return asked?.passes
  if (rule !== 'nothing_shared' || entitlement !== undefined) return undefined
  return commonChange(entitlements, settings)
}

/** Where nothing passes, common access apart, which is about everybody: the setting of which the smallest change lets as many entitlements pass as a suggestion needs. */
function commonChange(pairs: readonly PairVerdict[], settings: CohortMiningSettings): SettingValue | undefined {
  let best: { readonly change: SettingValue; readonly distance: number } | undefined
  for (const [setting, all] of Map.groupBy(
    pairs.flatMap(({ rule, passes }) => (rule === 'common_access' ? [] : (passes ?? []))),
    (one) => one.setting,
  )) {
    const values = all.map(({ value }) => value).sort((a, b) => b - a)
    const value = values[Math.min(values.length, settings.minEntitlements) - 1]!
    const distance = Math.abs(settings[setting] - value) / settings[setting]
    if (best === undefined || distance < best.distance) best = { change: { setting, value }, distance }
  }
  return best?.change
}

/** One value of one attribute of the graph, or why there is none. */
type FoundTerm =
  | { readonly position: number; readonly value: number }
  | { readonly problem: Partial<CohortVerdict> & Pick<CohortVerdict, 'rule'> }

/** The rule that decides about a cohort with the settings of one analysis. */
function judgeCohort(
  snapshot: Snapshot,
  traced: TracedMining,
  filters: readonly CohortFilter[],
  entitlement?: number,
): CohortVerdict {
  const { graph, settings } = traced
  const members = membersOf(snapshot, graph.persons, filters)
  const verdict = (rule: CohortRule, more: Partial<CohortVerdict> = {}): CohortVerdict => ({
    rule,
    members: members.length,
    others: [],
    entitlementsLeft: 0,
    rank: 0,
    entitlements: [],
    suggested: [],
    tried: [],
    ...more,
  })
  if (members.length === 0) return verdict('nobody')
  const found = filters.map((filter) => termOf(snapshot, traced, filter, members))
  const pairs = (cohort: Omit<JudgedCohort, 'members'>) =>
    heldByMost(snapshot, traced, { members, ...cohort }, entitlement)
  const uncounted = pairs({ group: -1 })
  const listed = (rank: number, more: Partial<CohortVerdict>) => {
    const suggested = traced.ranked[rank - 1]?.entitlements.map((one) => one.entitlement) ?? []
    return verdict(rank > settings.maxSuggestions ? 'beyond_max_suggestions' : 'suggested', {
      rank,
      suggested,
      ...more,
    })
  }
  const joined = 1 + traced.ranked.findIndex((one) => saysTheSame(one.filters, filters))
  if (joined > 0 && filters.some(hasSeveralValues)) {
    const left = traced.ranked[joined - 1]!.entitlements.length
    return listed(joined, { entitlements: uncounted, entitlementsLeft: left })
  }
  for (const one of found)
    if ('problem' in one) return verdict(one.problem.rule, { ...one.problem, entitlements: uncounted })
  const terms = found.flatMap((one) => ('problem' in one ? [] : [one])).sort((a, b) => a.position - b.position)
  if (terms.length > settings.maxFilters) return verdict('too_many_filters', { entitlements: uncounted })
  if (members.length < settings.minCohortSize) return verdict('cohort_too_small', { entitlements: uncounted })
  const counted = traced.counted.get(combinationKey(terms.map(({ position }) => position)))
  const group = counted?.groups.of[members[0]!] ?? -1
  if (counted === undefined || group < 0) return verdict('attribute_beyond_limit', { entitlements: uncounted })
  const same = simplerTwin(traced, counted, members)
  const entitlements = pairs({ counted, group })
  if (same !== undefined) {
    return verdict('same_members_as_simpler_cohort', {
      others: [filtersOf(snapshot, traced, same, members[0]!)],
      entitlements,
    })
  }
  const decisions = traced.decisionsOf(counted, group)
  // The last one, since entitlements may have come back after the choice.
  const chosen = decisions.findLast(({ rule }) => rule === 'chosen')
  if (chosen !== undefined) {
    const own = filtersOf(snapshot, traced, counted, members[0]!)
    // Entitlements that it shares with other values are in a separate suggestion; when an entitlement is requested, the suggestion with it
    // counts.
    const said = [...traced.ranked.keys()].filter((at) => isSaidIn(traced.ranked[at]!.filters, own))
    const has = (at: number) => traced.ranked[at]!.entitlements.some((one) => one.entitlement === entitlement)
    const at = said.find(has) ?? said[0]
    if (at !== undefined) return listed(1 + at, { entitlements, entitlementsLeft: chosen.entitlements })
    // Lists of values of other attributes took all its entitlements.
    const others = explaining(snapshot, traced, counted, group, members)
    return verdict('explained_by_better_cohort', { others, entitlements })
  }
  const [first] = decisions
  if (first === undefined) {
    const hasCells = counted.cellOffset[group + 1]! > counted.cellOffset[group]!
    return verdict(hasCells ? 'too_little_saved' : 'nothing_shared', { entitlements })
  }
  const last = decisions.at(-1) ?? first
  // A cohort with too few entitlements keeps its turn. When it then fails the person test, that test is the rule that excludes it.
  const rule = last.rule as CohortRule
  const others = rule === 'explained_by_better_cohort' ? explaining(snapshot, traced, counted, group, members) : []
  return verdict(rule, { others, entitlements, entitlementsLeft: last.entitlements })
}

function hasSeveralValues({ values }: CohortFilter): boolean {
  return new Set(values.map(foldedValue)).size > 1
}

/** Whether a suggestion is about a cohort, by itself or with other values of one attribute. */
function isSaidIn(suggested: readonly CohortFilter[], own: readonly CohortFilter[]): boolean {
  if (suggested.length !== own.length) return false
  return own.every(({ attribute, values }) => {
    const said = new Set(suggested.find((one) => one.attribute === attribute)?.values.map(foldedValue))
    return values.every((value) => said.has(foldedValue(value)))
  })
}

function saysTheSame(some: readonly CohortFilter[], others: readonly CohortFilter[]): boolean {
  return isSaidIn(some, others) && isSaidIn(others, some)
}

/** Positions in the graph, ascending, of the people who match. */
function membersOf(snapshot: Snapshot, persons: Uint32Array, filters: readonly CohortFilter[]): Uint32Array {
  const tests = filters.map(({ attribute: key, values }, i) => {
    const attribute = snapshot.attributes.find((one) => one.key === key)
    if (attribute === undefined) {
      const known = snapshot.attributes.map((one) => one.key).join(', ')
      throw new MiningError('bad_query', `filters[${i}].attribute`, `one of ${known}`, JSON.stringify(key))
    }
    const wanted = new Set(values.map(foldedValue))
    const matches = Uint8Array.from(attribute.values, (value) => (wanted.has(foldedValue(value)) ? 1 : 0))
    const { column, lists } = attribute
    if (lists === undefined) return (identity: number) => column[identity]! >= 0 && matches[column[identity]!] === 1
    return (identity: number) =>
      lists.value.subarray(lists.offset[identity], lists.offset[identity + 1]).some((value) => matches[value] === 1)
  })
  const found: number[] = []
  for (let p = 0; p < persons.length; p++) if (tests.every((test) => test(persons[p]!))) found.push(p)
  return Uint32Array.from(found)
}

function termOf(snapshot: Snapshot, { graph }: TracedMining, filter: CohortFilter, members: Uint32Array): FoundTerm {
  const { attribute } = filter
  if (hasSeveralValues(filter)) return { problem: { rule: 'several_values', attribute } }
  const report = graph.attributeReports.find((one) => one.attribute === attribute)
  const positions = [...graph.attributes.keys()].filter((at) => graph.attributes[at]!.key === attribute)
  if (positions.length === 0) {
    return { problem: { rule: 'attribute_left_out', attribute, ...(report && { attributeVerdict: report.verdict }) } }
  }
  const wanted = new Set(filter.values.map(foldedValue))
  for (const position of positions) {
    const { column, index, spelling, spellingOffset } = graph.attributes[position]!
    const value = column[members[0]!]!
    if (value < 0) continue
    const raw = spelling[spellingOffset[value]!]!
    if (wanted.has(foldedValue(snapshot.attributes[index]!.values[raw]!))) return { position, value }
  }
  // A value that no column of a list has found a place for, or a placeholder.
  return { problem: { rule: 'attribute_left_out', attribute, attributeVerdict: 'nearly_unique' } }
}

function filtersOf(
  snapshot: Snapshot,
  { graph }: TracedMining,
  { combination }: CountedCombination,
  member: number,
): CohortFilter[] {
  const terms = combination.map((attribute) => ({ attribute, value: graph.attributes[attribute]!.column[member]! }))
  return filtersOfTerms(snapshot, graph, terms)
}

/** The cohorts of some of the same attributes, simplest first. */
function simplerOnes({ counted }: TracedMining, { combination }: CountedCombination): CountedCombination[] {
  const found: CountedCombination[] = []
  for (let size = 1; size < combination.length; size++) {
    for (const subset of combinationsOf(combination, size)) {
      const one = counted.get(combinationKey(subset))
      if (one !== undefined) found.push(one)
    }
  }
  return found
}

function simplerTwin(
  traced: TracedMining,
  counted: CountedCombination,
  members: Uint32Array,
): CountedCombination | undefined {
  return simplerOnes(traced, counted).find(({ groups }) => {
    const group = groups.of[members[0]!]!
    return group >= 0 && groups.offset[group + 1]! - groups.offset[group]! === members.length
  })
}

/** The entitlements that more than half of the members hold, each judged separately, and the requested one, however many hold it. */
function heldByMost(
  snapshot: Snapshot,
  traced: TracedMining,
  cohort: JudgedCohort,
  asked: number | undefined,
): readonly PairVerdict[] {
  const { graph } = traced
  const held = countHeld(snapshot, graph.persons, cohort.members)
  const listed = [...held]
    .filter(([, holders]) => 2 * holders > cohort.members.length)
    .sort(([a, holdersOfA], [b, holdersOfB]) => holdersOfB - holdersOfA || a - b)
    .slice(0, mostListed)
    .map(([entitlement]) => entitlement)
  if (asked !== undefined && !listed.includes(asked)) listed.push(asked)
  const population = countHolders(snapshot, graph.persons, listed)
  const simpler = cohort.counted === undefined ? [] : simplerOnes(traced, cohort.counted)
  return listed.map((entitlement) =>
    judgePair(
      traced,
      cohort,
      { entitlement, holders: held.get(entitlement) ?? 0, population: population.get(entitlement) ?? 0 },
      (member, wanted) => {
        const general = simpler.find((one) => gives(graph.kept, one, one.groups.of[member]!, wanted))
        return general && filtersOf(snapshot, traced, general, member)
      },
    ),
  )
}

function gives(kept: Uint32Array, counted: CountedCombination, group: number, entitlement: number): boolean {
  if (group < 0) return false
  for (let cell = counted.cellOffset[group]!; cell < counted.cellOffset[group + 1]!; cell++) {
    if (kept[counted.cellEntitlement[cell]!] === entitlement) return true
  }
  return false
}

function countHeld({ rowOffset, rowEntitlement }: Snapshot, persons: Uint32Array, members: Uint32Array) {
  const held = new Map<number, number>()
  for (const member of members) {
    const identity = persons[member]!
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
      held.set(rowEntitlement[at]!, (held.get(rowEntitlement[at]!) ?? 0) + 1)
    }
  }
  return held
}

function countHolders(
  { rowOffset, rowEntitlement, entitlementCount }: Snapshot,
  persons: Uint32Array,
  wanted: readonly number[],
) {
  const isWanted = new Uint8Array(entitlementCount)
  for (const entitlement of wanted) isWanted[entitlement] = 1
  const found = new Map<number, number>()
  for (const identity of persons) {
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
      const entitlement = rowEntitlement[at]!
      if (isWanted[entitlement] === 1) found.set(entitlement, (found.get(entitlement) ?? 0) + 1)
    }
  }
  return found
}

/** The suggestions that have what the cohort shares and people of it, the best first; three at most. */
function explaining(
  snapshot: Snapshot,
  { graph, ranked }: TracedMining,
  counted: CountedCombination,
  group: number,
  members: Uint32Array,
): CohortFilter[][] {
  const shared = new Set<number>()
  for (let cell = counted.cellOffset[group]!; cell < counted.cellOffset[group + 1]!; cell++) {
    shared.add(graph.kept[counted.cellEntitlement[cell]!]!)
  }
  const found: CohortFilter[][] = []
  for (const { filters, entitlements } of ranked) {
    if (found.length === 3) break
    if (!entitlements.some(({ entitlement }) => shared.has(entitlement))) continue
    const others = new Set(membersOf(snapshot, graph.persons, filters))
    if (members.some((member) => others.has(member))) found.push([...filters])
  }
  return found
}
