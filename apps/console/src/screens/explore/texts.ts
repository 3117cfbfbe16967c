import type { CohortDescription } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { AttributeVerdict, MiningRule } from '@assay/contracts/assay/insight/v1/insight_pb'
import { peopleWords } from '../../kit/count-texts.ts'
import { counted, formatCount, formatShare } from '../../kit/figures.ts'
import type { Effect } from './effect.ts'
import type { TabName } from './search.ts'

export const texts = {
  title: 'Explore',
  start: 'Start with one of them. Each row says how much it explains alone, and how much it adds to those above it.',
  looking: 'Looking at the data.',
  ranking: 'Attributes',
  attribute: 'Attribute',
  alone: 'Explains alone',
  added: 'Adds',
  values: 'Values',
  noRanking: 'The data have no attribute that groups people.',
  valuesOf: 'Values of',
  otherAttribute: 'Other attributes',
  conditions: 'Conditions',
  addCondition: 'Add a condition',
  conditionHint: 'A value, such as a department',
  noCondition: 'No value has these letters.',
  nearly: 'No value has these letters. These values are similar.',
  remove: 'Remove',
  clear: 'Remove all',
  narrowing: 'They would share more',
  parts: 'What is shown of them',
  access: 'Access',
  people: 'People',
  cutoff: 'Cut-off',
  cutoffMeans: 'Held by at least this share, in per cent',
  cutoffNumber: 'Per cent',
  changes: 'What it changes',
  chosen: 'Chosen',
  gains: 'Gains',
  risky: 'Of high risk',
  withAll: 'Hold all of it',
  outside: 'Outside, with all of it',
  leaveExceptions: 'Use the cut-off alone',
  makeProfile: 'Make a profile…',
  saveDraft: 'Save as a draft',
  copyLink: 'Link to this',
  copied: 'The link is copied.',
  notCopied: 'The browser does not let the page copy; take the address from its bar.',
  mayNot: 'You cannot save a draft or make a profile: this needs the right to decide.',
  small: 'An analysis looks at groups of 5 and more.',
  nobody: 'Nobody matches.',
  useIt: 'Use it',
  without: (people: number) => `Without this condition: ${peopleWords(people)}`,
  histogram: 'Number of entitlements by the share of people who hold them',
  why: 'Why an analysis proposes this group, or does not',
  whyAsking: 'Assay runs the analysis again to find out. This takes as long as an analysis.',
  whyRules: 'The rule that decided about each entitlement that most of them hold',
  lacking: 'What others of them probably lack',
  lackingMeans:
    'Each with the chance that a person of the group who does not hold it needs it. Assay learns it from the access of everybody.',
  heldByShare: (share: string) => `held by ${share}`,
  profileTitle: 'Make an access profile?',
  profileMeans: 'Everybody who matches becomes a member, now and after every load.',
  profileName: 'Name',
  confirmProfile: 'Make it',
  created: 'The access profile is made.',
  removed: 'The access profile is deleted.',
  isIn: 'In',
  give: (entitlement: string) => `Give ${entitlement}`,
  further: (count: string) => `${count} more, each held by fewer.`,
  outsideColumn: 'Outside',
  lowerTo: (percent: string) => `Lower to ${percent}`,
  cel: 'CEL',
  barOf: (from: number, count: string) => `${from} to ${from + 10} %: ${count}`,
  ruleHeldBy: (rule: string, share: string) => `${rule}, held by ${share}`,
  showValues: (attribute: string) => `Show all values of ${attribute}`,
  /** @param what such as `department Sales or Finance` */
  peopleHave: (count: number, what: string) =>
    count === 0 ? `Nobody has ${what}.` : `${counted(count, 'person has', 'people have')} ${what}.`,
  explained: (attributes: number, share: string) =>
    `${counted(attributes, 'attribute explains', 'attributes explain')} ${share} grants beyond common access.`,
  sharesMore: (people: number, count: number) => `${peopleWords(people)}, ${formatCount(count)} more`,
} as const

/** The sentence that describes the screen: the people, the share of the selected entitlements that they hold, and the effect of giving these to all. */
export function exploreSentence(cohort: CohortDescription, chosenCount: number, effect: Effect | undefined): string {
  const { cohortSize, entitlements, riskKnown } = cohort
  const who = `${counted(cohortSize, 'person', 'people')}.`
  const [most] = entitlements
  if (most === undefined) return `${who} They hold nothing.`
  if (chosenCount === 0)
    return `${who} Nothing is chosen. The most shared is ${most.displayName}, ${formatShare(most.holderCount, cohortSize)}.`
  if (effect === undefined)
    return `${who} Counting what giving ${counted(chosenCount, 'entitlement', 'entitlements')} to all would change.`
  const what = chosenCount === 1 ? 'the chosen entitlement' : `all ${formatCount(chosenCount)} chosen entitlements`
  const holding = `${formatShare(effect.withAll, cohortSize)} ${effect.withAll === 1 ? 'holds' : 'hold'} ${what}.`
  const outside =
    effect.outsideWithAll === 0
      ? 'nobody outside holds it'
      : `${counted(effect.outsideWithAll, 'person outside holds', 'people outside hold')} it too`
  return `${who} ${holding} Giving it to everybody: ${gains(effect, riskKnown)}; ${outside}.`
}

function gains({ gains, riskyGains }: Effect, isRiskKnown: boolean): string {
  if (gains === 0) return 'nobody gains anything'
  const counts = counted(gains, 'gain', 'gains')
  if (!isRiskKnown) return `${counts}, which are of high risk is not in the data`
  if (riskyGains === 0) return `${counts}, none of high risk`
  return `${counts}, ${riskyGains === gains ? 'all' : formatCount(riskyGains)} of high risk`
}

export const tabNames: Readonly<Record<TabName, string>> = {
  access: 'Access',
  people: 'People',
  matrix: 'Matrix',
  why: 'Why',
  lacking: 'Lacking',
}

/** The reasons why an attribute forms no groups; empty for an attribute that forms groups. */
export const verdicts: Readonly<Record<AttributeVerdict, string>> = {
  [AttributeVerdict.UNSPECIFIED]: '',
  [AttributeVerdict.USED]: '',
  [AttributeVerdict.NEARLY_CONSTANT]: 'nearly the same for all',
  [AttributeVerdict.NEARLY_UNIQUE]: 'nearly different for each',
  [AttributeVerdict.EMPTY]: 'empty',
  [AttributeVerdict.IGNORED]: 'ignored by the settings, or only days',
  [AttributeVerdict.BEYOND_LIMIT]: 'one attribute too many',
}

/** The words for the rule that decided about an entitlement of a group. */
export const ruleNames: Readonly<Partial<Record<MiningRule, string>>> = {
  [MiningRule.COMMON_ACCESS]: 'common access',
  [MiningRule.TOO_FEW_HOLDERS]: 'too few people hold it anywhere',
  [MiningRule.BELOW_MIN_COVERAGE]: 'too small a share of them holds it',
  [MiningRule.EXPLAINED_BY_MORE_GENERAL_COHORT]: 'a larger group explains it already',
  [MiningRule.COVERAGE_INTERVAL_TOO_LOW]: 'clearly fewer of them hold it than is expected',
  [MiningRule.NO_LIFT_OVER_OUTSIDE]: 'not held much more often than outside',
  [MiningRule.UNEVEN_INSIDE_COHORT]: 'a part of the group hardly holds it',
  [MiningRule.BELONGS]: 'belongs to the group',
}
