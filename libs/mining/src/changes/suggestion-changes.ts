import { foldedValue } from '../attribute-values.ts'
import type { CohortFilter, CohortSuggestion } from '../cohort-result.ts'
import type { Population } from '../cohort-settings.ts'
import { KeyedState, type MinedState } from './cohort-in-time.ts'

/** Why a suggestion changed, told by the data; entitlements by their keys. */
export type ChangeReason =
  /** The data of one state do not have an attribute of the cohort. */
  | { readonly kind: 'attribute'; readonly attribute: string; readonly isThere: boolean }
  /** People came into the cohort or left it; they may be new, gone, or have other values. */
  | { readonly kind: 'people'; readonly joined: number; readonly left: number; readonly stayed: number }
  /** Of the people who stayed, grants of its entitlements that were given and taken. */
  | { readonly kind: 'grants'; readonly given: number; readonly taken: number }
  /** The share of the cohort that holds an entitlement which came to the suggestion or left it. */
  | { readonly kind: 'coverage'; readonly entitlement: number; readonly before: number; readonly after: number }
  /** Another suggestion tells most of its grants, in the state in which it is not there. */
  | { readonly kind: 'told_by'; readonly filters: readonly CohortFilter[] }
  /** Nothing changed in the cohort: others hold more or less of it, or the choice among other cohorts fell differently. */
  | { readonly kind: 'elsewhere' }

/** A suggestion that is there in one state only, or gives other entitlements. */
export interface SuggestionChange {
  readonly kind: 'new' | 'gone' | 'changed'
  readonly population: Population
  readonly filters: readonly CohortFilter[]
  readonly before: CohortSuggestion | undefined
  readonly after: CohortSuggestion | undefined
  /** Keys, ascending. */
  readonly addedEntitlements: readonly number[]
  readonly removedEntitlements: readonly number[]
  /** At least one; what happened in the cohort comes first. */
  readonly reasons: readonly ChangeReason[]
}

/** Entitlements whose coverage is told; of more, those that changed the most. */
const mostCoverages = 5

/** Another suggestion tells a story when it tells this share of its cells. */
const mostlyTold = 0.5

/**
 * How the suggestions of two states of the data differ, and why: gone ones first, each list in the order of its state. A
 * suggestion is the same one when its filters are; other counts alone are no change. People and entitlements are compared by
 * their stable keys.
 */
export function suggestionChanges(before: MinedState, after: MinedState): SuggestionChange[] {
  const [old, now] = [new KeyedState(before), new KeyedState(after)]
  const earlier = new Map(old.suggestions.map((one) => [nameOf(one), one]))
  const later = new Map(now.suggestions.map((one) => [nameOf(one), one]))
  const gone = old.suggestions.filter((one) => !later.has(nameOf(one))).map((one) => changeOf(old, now, one, undefined))
  const others = now.suggestions.flatMap((one) => {
    const known = earlier.get(nameOf(one))
    const change = changeOf(old, now, known, one)
    const isSame = change.addedEntitlements.length === 0 && change.removedEntitlements.length === 0
    return known !== undefined && isSame ? [] : [change]
  })
  return [...gone, ...others]
}

/** Spellings of a value may come and go. */
function nameOf({ population, filters }: CohortSuggestion): string {
  return JSON.stringify([population, filters.map(({ attribute, values }) => [attribute, foldedValue(values[0])])])
}

function changeOf(
  old: KeyedState,
  now: KeyedState,
  before: CohortSuggestion | undefined,
  after: CohortSuggestion | undefined,
): SuggestionChange {
  const { population, filters } = (after ?? before)!
  const had = before === undefined ? [] : old.entitlementKeys(before)
  const has = after === undefined ? [] : now.entitlementKeys(after)
  const added = has.filter((key) => !had.includes(key)).sort(ascending)
  const removed = had.filter((key) => !has.includes(key)).sort(ascending)
  const members = {
    before: old.membersOf(before?.filters ?? filters, population),
    after: now.membersOf(after?.filters ?? filters, population),
  }
  const reasons = [
    ...attributesOf(old, now, filters),
    ...peopleOf(members.before, members.after),
    ...grantsOf(old, now, members, [...new Set([...had, ...has])]),
    ...coveragesOf(old, now, members, [...added, ...removed]),
    ...(after === undefined ? toldBy(now, members.after, population, had) : []),
    ...(before === undefined ? toldBy(old, members.before, population, has) : []),
  ]
  return {
    kind: before === undefined ? 'new' : after === undefined ? 'gone' : 'changed',
    population,
    filters,
    before,
    after,
    addedEntitlements: added,
    removedEntitlements: removed,
    reasons: reasons.length === 0 ? [{ kind: 'elsewhere' }] : reasons,
  }
}

interface Members {
  readonly before: ReadonlySet<number>
  readonly after: ReadonlySet<number>
}

function attributesOf(old: KeyedState, now: KeyedState, filters: readonly CohortFilter[]): ChangeReason[] {
  return filters
    .filter(({ attribute }) => old.hasAttribute(attribute) !== now.hasAttribute(attribute))
    .map(({ attribute }) => ({ kind: 'attribute', attribute, isThere: now.hasAttribute(attribute) }))
}

function peopleOf(before: ReadonlySet<number>, after: ReadonlySet<number>): ChangeReason[] {
  let stayed = 0
  for (const key of after) if (before.has(key)) stayed++
  const [joined, left] = [after.size - stayed, before.size - stayed]
  return joined + left === 0 ? [] : [{ kind: 'people', joined, left, stayed }]
}

function grantsOf(
  old: KeyedState,
  now: KeyedState,
  { before, after }: Members,
  entitlements: readonly number[],
): ChangeReason[] {
  let given = 0
  let taken = 0
  for (const person of after) {
    if (!before.has(person)) continue
    for (const entitlement of entitlements) {
      const held = old.holds(person, entitlement)
      if (held === now.holds(person, entitlement)) continue
      if (held) taken++
      else given++
    }
  }
  return given + taken === 0 ? [] : [{ kind: 'grants', given, taken }]
}

function coveragesOf(
  old: KeyedState,
  now: KeyedState,
  members: Members,
  entitlements: readonly number[],
): ChangeReason[] {
  return entitlements
    .map((entitlement) => ({
      kind: 'coverage' as const,
      entitlement,
      before: old.coverage(members.before, entitlement),
      after: now.coverage(members.after, entitlement),
    }))
    .filter((one) => one.before !== one.after)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || a.entitlement - b.entitlement)
    .slice(0, mostCoverages)
}

/** The suggestion of a state that tells the most of some people's entitlements, if it tells most of them. */
function toldBy(
  state: KeyedState,
  members: ReadonlySet<number>,
  population: Population,
  entitlements: readonly number[],
): ChangeReason[] {
  const wanted = new Set(entitlements)
  let best: readonly CohortFilter[] | undefined
  let most = mostlyTold * members.size * wanted.size
  for (const suggestion of state.suggestions) {
    if (suggestion.population !== population) continue
    const shared = state.entitlementKeys(suggestion).filter((key) => wanted.has(key)).length
    if (shared * members.size <= most) continue
    let people = 0
    for (const key of state.membersOf(suggestion.filters, population)) if (members.has(key)) people++
    if (people * shared <= most) continue
    most = people * shared
    best = suggestion.filters
  }
  return best === undefined ? [] : [{ kind: 'told_by', filters: best }]
}

function ascending(a: number, b: number): number {
  return a - b
}
