import {
  type CandidateState,
  Fate,
  type HealthGoal,
  HealthMeasure,
  type RoleHealth,
  type RunComparison,
} from '@assay/contracts/assay/change/v1/change_service_pb'
import type { ProfileDrift } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { counted, formatCount, formatPercent, formatShare } from '../../kit/figures.ts'
import { ruleParts } from '../../kit/rule-texts.ts'
import { texts as kitTexts } from '../../kit/texts.ts'
import { formatTime } from '../../kit/times.ts'
import { type Measure, measures, measureWords } from './measures.ts'
import { type FateName, fates } from './search.ts'

export const texts = {
  title: 'Changes',
  tabs: 'What is compared',
  loads: 'From load to load',
  runs: 'From run to run',
  looking: 'Looking at what has changed.',
  noLoads: 'Nothing to compare yet: a load is compared with the one before it, seconds after it is in force.',
  bring: 'Bring data',
  noRuns:
    'Nothing to compare yet: two analyses are needed. Each stores its candidates; the last twelve can be compared.',
  noLoadsForSome: 'Nothing to compare: no load before the present one is stored.',
  bounded: 'You see some people only. All figures on this page are about these people and their access.',
  laterRun: 'Later run',
  earlierRun: 'Earlier run',
  oneBefore: 'the one before',
  fates: 'What became of candidates',
  allChanges: 'all that changed',
  settings: (differences: readonly string[]) => `The settings differ: ${differences.join('; ')}.`,
  nothing: 'No candidate of this kind.',
  details: 'By attribute and by entitlement',
  people: 'People',
  grants: 'Grants',
  attribute: 'Attribute',
  value: 'Value',
  cameAndWent: 'Joined / left',
  movedInAndOut: 'Moved in / out',
  entitlement: 'Entitlement',
  added: 'Added',
  removed: 'Removed',
  ofJoined: 'of people who joined',
  ofLeft: 'of people who left',
  addedAccess: 'More access',
  removedAccess: 'Less access',
  why: 'Why',
  health: 'Health of the profiles',
  drift: 'Profiles and the data',
  lookingAtDrift: 'Comparing the profiles with the data.',
  noProfiles: 'There is no access profile yet.',
  profile: 'Profile',
  membersLacking: 'Members who lack access',
  outsideHolders: 'People outside with all of it',
  couldGive: 'Shared, but not given',
  neednotGive: 'Given, but not needed',
  profiles: (count: number) => counted(count, 'profile', 'profiles'),
  /**
   * @param listed such as `12 profiles.`
   * @param differ how many of the listed profiles differ
   * @param isMore whether there are profiles that are not listed yet
   */
  driftCount: (listed: string, differ: number, isMore: boolean) => {
    const of = isMore ? ' of those listed' : ''
    const [none, some] = [`None${of} differs`, `${formatCount(differ)}${of} ${differ === 1 ? 'differs' : 'differ'}`]
    return `${listed} ${differ === 0 ? none : some} from the data.`
  },
  noHealth: 'Nothing is measured yet: the accepted profiles are measured after each load, once an analysis has run.',
  measured: 'Measured',
  earlierPoints: 'Show earlier measures',
  measure: 'Measure',
  now: 'Now',
  oneLoadBefore: 'Before',
  trend: 'Trend',
  goal: 'Goal',
  atLeast: 'At least',
  atMost: 'At most',
  inPercent: 'in per cent',
  setGoal: 'Set the goal',
  noGoal: 'Remove the goal',
  beforeAfter: (before: string, after: string) => `${before}, then ${after}`,
  runOf: (time: string, candidates: number) => `${time}, ${counted(candidates, 'candidate', 'candidates')}`,
  wasCalled: 'It was called {name}.',
  goalOf: (measure: string) => `Goal, ${measure}:`,
} as const

/** Whether a profile and the data differ in anything. */
export function hasDrift(drift: ProfileDrift): boolean {
  return driftParts(drift).length > 0
}

/** The differences of a profile in a few words, for a phone. */
export function driftWords(drift: ProfileDrift): string {
  const parts = driftParts(drift)
  return parts.length === 0 ? 'agrees with the data' : parts.join(', ')
}

function driftParts(drift: ProfileDrift): readonly string[] {
  const { lackingMemberCount, peopleCount, outsideHolderCount, removalCount, goneEntitlementCount } = drift
  const additions = drift.additionsOfMost + drift.additionsOfHalf
  const removals = removalCount + goneEntitlementCount
  return [
    ...(lackingMemberCount > 0 ? [`${formatShare(lackingMemberCount, peopleCount)} lack some`] : []),
    ...(outsideHolderCount > 0 ? [`${formatCount(outsideHolderCount)} outside`] : []),
    ...(additions > 0 ? [`could give ${formatCount(additions)} more`] : []),
    ...(removals > 0 ? [`need not give ${formatCount(removals)}`] : []),
    ...ruleParts(drift),
  ]
}

/** Why the rule of a profile does not decide on its members now; empty when it does, or when there is no rule. */
export function ruleWords(drift: ProfileDrift): string {
  return ruleParts(drift).join(', ')
}

/** The size of a candidate in one or both runs: `12 people, then 14; 3 entitlements`. */
export function sizeSentence(before: CandidateSize | undefined, after: CandidateSize | undefined): string {
  const people = movedWords(before?.people, after?.people, 'person', 'people')
  const access = movedWords(before?.entitlementCount, after?.entitlementCount, 'entitlement', 'entitlements')
  return `${people}; ${access}`
}

type CandidateSize = Pick<CandidateState, 'people' | 'entitlementCount'>

type Count = number | bigint | undefined

function movedWords(before: Count, after: Count, one: string, many: string): string {
  if (before === undefined || after === undefined || before === after)
    return counted(Number(after ?? before ?? 0), one, many)
  return texts.beforeAfter(counted(Number(before), one, many), formatCount(Number(after)))
}

const fateEntries = Object.entries(fates) as [FateName, Fate][]

/** The fates of the candidates: `7 candidates are as they were; 2 new, 1 gone since Nov 3, 2026, 10:42.` */
export function runSentence({ counts, previousRun }: RunComparison): string {
  const countOf = (fate: Fate) => counts.find((one) => one.fate === fate)?.count ?? 0
  const same = `${counted(countOf(Fate.SAME), 'candidate is as it was', 'candidates are as they were')}`
  const changed = fateEntries
    .filter(([name, fate]) => name !== 'same' && countOf(fate) > 0)
    .map(([name, fate]) => `${formatCount(countOf(fate))} ${fateNames[name]}`)
  const since = `since ${formatTime(previousRun?.completeTime)}`
  return changed.length === 0 ? `${same} ${since}; nothing has changed.` : `${same}; ${changed.join(', ')} ${since}.`
}

export const fateNames: Readonly<Record<FateName, string>> = {
  new: 'new',
  gone: 'gone',
  grown: 'grown',
  shrunk: 'shrunk',
  changed: 'changed',
  renamed: 'renamed',
  same: 'the same',
}

/** The titles and meanings of the measures of the health of profiles. */
export const measureNames: Readonly<Record<HealthMeasure, { readonly title: string; readonly means: string }>> = {
  [HealthMeasure.UNSPECIFIED]: { title: '', means: '' },
  [HealthMeasure.THROUGH_ROLES]: { title: 'Given by profiles', means: 'of all grants beyond common access' },
  [HealthMeasure.ROLES]: { title: 'Profiles', means: 'that give something to somebody' },
  [HealthMeasure.OVER_GRANT]: { title: 'Not held by members', means: 'of what profiles give' },
  [HealthMeasure.UNDER_GRANT]: { title: 'Given by no profile', means: 'of all grants beyond common access' },
  [HealthMeasure.OVERLAP]: { title: 'Given twice', means: 'grants that a second profile gives again, for each grant' },
  [HealthMeasure.RESIDUAL]: { title: 'Not explained', means: 'neither by a profile nor by an open candidate' },
  [HealthMeasure.UNUSED]: { title: 'Not used', means: 'of all grants' },
  [HealthMeasure.DESCRIPTION_LENGTH]: { title: 'Length of the description', means: 'profiles with their exceptions' },
  [HealthMeasure.ORPHAN_ROWS]: { title: 'Orphan rows', means: 'whose holder is in no source' },
}

/** `at least 80 %: reached` */
export function goalWords(measure: Measure, goal: HealthGoal | undefined): string {
  if (goal === undefined) return 'none'
  const bound = `${measure.isUpwards ? 'at least' : 'at most'} ${measureWords(measure, goal.goal)}`
  return goal.isReached === undefined ? bound : `${bound}: ${goal.isReached ? 'reached' : 'missed'}`
}

/** The number of profiles, what they give, and the missed goals. */
export function healthSentence(point: RoleHealth, goals: readonly HealthGoal[]): string {
  const missed = measures.filter(({ key }) => goals.some((goal) => goal.measure === key && goal.isReached === false))
  const given = `${formatCount(Number(point.roles))} ${point.roles === 1n ? 'profile gives' : 'profiles give'}`
  const what = `${given} ${formatPercent(point.throughRoles)} of ${formatCount(Number(point.grants))} grants.`
  if (goals.length === 0) return what
  if (missed.length === 0) return `${what} All goals are reached.`
  return `${what} Missed: ${missed.map(({ key }) => measureNames[key].title.toLowerCase()).join(', ')}.`
}

export function fateWords(fate: Fate): string {
  const name = fateEntries.find(([, one]) => one === fate)?.[0]
  return name === undefined ? kitTexts.unknownValue(fate) : fateNames[name]
}
