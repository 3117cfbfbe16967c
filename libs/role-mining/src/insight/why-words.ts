import type { Entitlement } from '@assay/directory'
import {
  type CohortMiningSettings,
  type CohortRule,
  type CohortVerdict,
  type EntitlementVerdict,
  type ExplainedSuggestion,
  type HoldingVerdict,
  type PairVerdict,
  resolveSettings,
  type SettingValue,
} from '@assay/mining'
import type { CohortFilter } from '../cohort-filters.ts'
import { settingWords } from '../setting-words.ts'
import { conditionWords } from './holder-words.ts'

/** Entitlements by their ordinals. */
export type EntitlementNames = ReadonlyMap<number, Entitlement>

// One sentence for each rule and for each change. A change was tried before a sentence claims its result.

interface Words {
  readonly settings: Partial<CohortMiningSettings>
  readonly names: EntitlementNames
}

interface CohortWords extends Words {
  readonly filters: readonly CohortFilter[]
  readonly entitlement?: number | undefined
  /** The analysis suggests it, and a policy refuses it. */
  readonly isRefused?: boolean
}

/** The most entitlements of a cohort that get a sentence each. */
const mostPairs = 3

export function cohortSentences(verdict: CohortVerdict, words: CohortWords): string[] {
  const settings = resolveSettings(words.settings)
  const rule = cohortRules[verdict.rule](verdict, settings, words.filters)
  const sentences = [`${words.isRefused ? rule.replace('It is', 'Without policies it would be') : rule}.`]
  const asked = verdict.entitlements.find(({ entitlement }) => entitlement === words.entitlement)
  if (asked !== undefined) {
    sentences.push(pairSentence(asked, settings, words.names))
    if (verdict.rule === 'suggested' && !verdict.suggested.includes(asked.entitlement) && asked.rule === 'belongs')
      sentences.push(
        'It is not in this suggestion: better suggestions explain it for most of its holders, or adding it saves nothing.',
      )
  } else if (verdict.rule === 'nothing_shared') {
    const others = verdict.entitlements.filter(({ rule }) => rule !== 'common_access')
    const common = verdict.entitlements.length - others.length
    if (common > 0)
      sentences.push(`${common} of the entitlements that most of them hold are common access, which is left out.`)
    for (const one of others.slice(0, mostPairs)) sentences.push(pairSentence(one, settings, words.names))
  }
  sentences.push(...changeSentences(verdict, asked === undefined ? 'it is suggested' : 'it is in the suggestion'))
  return sentences
}

type RuleWords = (verdict: CohortVerdict, settings: CohortMiningSettings, filters: readonly CohortFilter[]) => string

const cohortRules: Readonly<Record<CohortRule, RuleWords>> = {
  nobody: (_, __, filters) => `No enabled person has ${conditionWords({ filters })}`,
  several_values: ({ attribute }) =>
    `An analysis forms groups with one value of each attribute, and "${attribute}" has several here`,
  attribute_left_out: ({ attribute, attributeVerdict }, settings) =>
    leftOut(attribute ?? '', attributeVerdict, settings),
  too_many_filters: (_, { maxFilters }, { length }) =>
    `A group has at most ${maxFilters} ${maxFilters === 1 ? 'condition' : 'conditions'}; this one has ${length}`,
  cohort_too_small: ({ members }, { minCohortSize }) =>
    `${people(members)}: an analysis forms groups of at least ${minCohortSize}`,
  attribute_beyond_limit: () => 'Its attributes were not combined: there are more than the analysis combines',
  same_members_as_simpler_cohort: ({ others }) =>
    `Simpler conditions describe the same people: ${others.map((filters) => conditionWords({ filters })).join('; ')}`,
  nothing_shared: ({ members }) => `No entitlement of these ${people(members)} passes all rules`,
  explained_by_better_cohort: ({ others }) =>
    others.length === 0
      ? 'Better suggestions explain what they share'
      : `Better suggestions explain what they share: ${others.map((filters) => conditionWords({ filters })).join('; ')}`,
  too_few_entitlements: ({ entitlementsLeft }, { minEntitlements }) =>
    `${entitlementsLeft} ${entitlementsLeft === 1 ? 'entitlement is' : 'entitlements are'} left that no better suggestion explains; a suggestion has at least ${minEntitlements}`,
  too_little_saved: () => 'Describing the rest takes as much as it saves',
  not_beyond_chance: () => 'Its people share access no more than by chance, or one of its conditions changes nothing',
  beyond_max_suggestions: ({ rank }, { maxSuggestions }) =>
    `It is number ${rank} of the suggestions, of which a run keeps ${maxSuggestions}`,
  suggested: ({ rank, members }) => `It is suggested, as number ${rank}, for ${people(members)}`,
}

function leftOut(
  attribute: string,
  verdict: CohortVerdict['attributeVerdict'],
  { minCohortSize }: CohortMiningSettings,
) {
  const name = `Attribute "${attribute}"`
  if (verdict === 'ignored') return `${name} is left out: the settings name it, or its values are days`
  if (verdict === 'empty') return `${name} is empty`
  if (verdict === 'nearly_constant') return `${name} is the same for nearly everybody`
  if (verdict === 'nearly_unique') return `${name} has no value that ${minCohortSize} people share`
  return `${name} was left out: there are more attributes than an analysis counts`
}

function pairSentence(verdict: PairVerdict, settings: CohortMiningSettings, names: EntitlementNames): string {
  const { holders, members, passes } = verdict
  const name = names.get(verdict.entitlement)?.displayName ?? 'An entitlement'
  const then = passes === undefined ? '' : `; with ${valueWords(passes)} it passes this rule`
  return `${name}: ${holders} of ${members}${shareWords(holders, members)} hold it; ${pairRule(verdict, settings)}${then}.`
}

function pairRule(verdict: PairVerdict, settings: CohortMiningSettings): string {
  const { outside, outsideHolders, lower, upper } = verdict
  switch (verdict.rule) {
    case 'belongs':
      return 'it passes all rules'
    case 'common_access':
      return 'it is common access, which is left out'
    case 'too_few_holders':
      return 'too few people hold it anywhere'
    case 'below_min_coverage':
      return `at least ${percent(settings.minCoverage)} must`
    case 'explained_by_more_general_cohort':
      return `a more general group gives it already: ${conditionWords({ filters: verdict.general ?? [] })}`
    case 'coverage_interval_too_low':
      return `this count allows that at most ${percent(upper)} should hold it, and ${percent(settings.expectedCoverage)} are expected`
    case 'no_lift_over_outside':
      return `outside ${outsideHolders} of ${outside}${shareWords(outsideHolders, outside)} hold it, ${
        verdict.passes === undefined && lower <= outsideHolders / Math.max(1, outside)
          ? 'and the share inside is not clearly higher'
          : `and ${settings.minLift} times as many are required`
      }`
    case 'uneven_inside_cohort':
      return 'one part of the group hardly holds it, so the group does not explain it'
  }
}

function changeSentences({ flip, tried }: CohortVerdict, outcome: string): string[] {
  if (flip !== undefined) {
    return [`With ${flip.map(valueWords).join(' and ')}${flip.length > 1 ? ' together' : ''} ${outcome}.`]
  }
  if (tried.length === 0) return []
  const values = Map.groupBy(tried, ({ setting }) => setting)
  const words = [...values].map(([setting, all]) => settingWords(setting, ...all.map(({ value }) => value)))
  return [`No change of the settings behind these rules does that; tried: ${words.join(' together with ')}.`]
}

interface EntitlementWords extends Words {
  readonly name: string
  readonly entitlement: number
  /** Suggestions of the analysis from which policies remove the entitlement. */
  readonly barred?: ReadonlySet<ExplainedSuggestion> | undefined
}

export function entitlementSentences(verdict: EntitlementVerdict, words: EntitlementWords): string[] {
  const settings = resolveSettings(words.settings)
  const { holders, people: everybody, suggestions, passes, nearest, fewestHolders } = verdict
  const held = `${holders.toLocaleString('en')} of ${everybody.toLocaleString('en')} people hold ${words.name}`
  switch (verdict.rule) {
    case 'held_by_nobody':
      return [`No enabled person holds ${words.name}.`]
    case 'common_access':
      return [
        `${held}: it is common access, which is never part of a suggestion.`,
        ...(passes === undefined ? [] : [`With ${valueWords(passes)} it would not be common access.`]),
      ]
    case 'too_few_holders':
      return [
        `${held}: no group of at least ${settings.minCohortSize} people can have it, since at least ${fewestHolders} of its people must hold it.`,
      ]
    case 'no_condition':
      return [`${held}, and no condition over one attribute or two describes them.`]
    case 'suggested':
      return [
        `${held}.`,
        ...suggestions
          .slice(0, mostPairs)
          .map((one) =>
            words.barred?.has(one)
              ? `Without policies, ${conditionWords(one)} would be suggested with it.`
              : `${conditionWords(one)} is suggested with it.`,
          ),
      ]
    case 'no_suggestion':
      return [
        `${held}, and no suggestion has it.`,
        ...(nearest === undefined
          ? []
          : [
              `The condition that describes them best is ${conditionWords(nearest)}.`,
              ...cohortSentences(nearest.verdict, { ...words, filters: nearest.filters }),
            ]),
      ]
  }
}

export function holdingSentences(
  verdict: HoldingVerdict,
  words: EntitlementWords & { readonly person: string },
): string[] {
  const { holds, suggestions, closest, change, entitlement } = verdict
  const first = `${words.person} ${holds ? 'holds' : 'does not hold'} ${words.name}.`
  switch (verdict.rule) {
    case 'not_mined':
      return [
        first,
        verdict.isPerson
          ? 'The identity is not enabled, and only enabled people are in suggestions.'
          : 'The identity is not a person, and suggestions are about people.',
      ]
    case 'common_access':
      return [first, 'It is common access, which is never part of a suggestion.']
    case 'by_suggestion':
      return [
        first,
        ...suggestions.slice(0, mostPairs).map((one) => {
          const gives = words.barred?.has(one) ? 'Without policies, a suggestion would give' : 'A suggestion gives'
          return `${gives} it to ${conditionWords(one)}, which ${words.person} has.`
        }),
      ]
    case 'outside_suggestions':
      return [
        first,
        `No suggestion gives it to ${words.person}; the closest is for ${conditionWords(closest ?? { filters: [] })}, and ${words.person} does not have ${conditionWords({ filters: closest?.failed ?? [] })}.`,
        ...(change === undefined
          ? []
          : [
              `With ${change.attribute} "${change.to}" in place of ${change.from === '' ? 'none' : `"${change.from}"`} a suggestion would give it.`,
            ]),
      ]
    case 'no_suggestion':
      return [first, ...(entitlement === undefined ? [] : entitlementSentences(entitlement, words))]
  }
}

function valueWords({ setting, value }: SettingValue): string {
  return settingWords(setting, value)
}

function people(count: number): string {
  return count === 1 ? '1 person' : `${count.toLocaleString('en')} people`
}

/** ` (86 %)`; empty below ten, where a share would suggest too much. */
function shareWords(part: number, whole: number): string {
  return whole < 10 ? '' : ` (${percent(part / whole)})`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
