import { Fate, type RunComparison } from '@assay/contracts/assay/change/v1/change_service_pb'
import { counted, formatCount } from '../../kit/figures.ts'
import { formatTime } from '../../kit/times.ts'
import { fates } from './search.ts'

export const texts = {
  title: 'Changes',
  tabs: 'What is compared',
  loads: 'From load to load',
  runs: 'From run to run',
  looking: 'Looking at what has changed.',
  noLoads: 'Nothing to compare yet: a load is compared with the one before it, seconds after it is in force.',
  noRuns:
    'Nothing to compare yet: two analyses are needed. Each keeps its candidates; the last twelve can be compared.',
  laterRun: 'Later run',
  earlierRun: 'Earlier run',
  oneBefore: 'the one before',
  fates: 'What became of candidates',
  allChanges: 'all that changed',
  settings: 'The settings differ',
  nothing: 'No candidate of this kind.',
  more: 'Show more',
  details: 'By attribute and by entitlement',
  people: 'People',
  grants: 'Grants',
  attribute: 'Attribute',
  value: 'Value',
  cameAndWent: 'Came / went',
  movedInAndOut: 'Moved in / out',
  entitlement: 'Entitlement',
  added: 'Came',
  removed: 'Went',
  ofJoined: 'of people who joined',
  ofLeft: 'of people who left',
  addedAccess: 'More access',
  removedAccess: 'Less access',
  why: 'Why',
  health: 'Health of the profiles',
  noHealth: 'Nothing is measured yet: the accepted profiles are measured after each load, once an analysis has run.',
  measured: 'Measured',
  earlierPoints: 'Look further back',
  measure: 'Measure',
  now: 'Now',
  oneLoadBefore: 'Before',
  trend: 'Trend',
  goal: 'Goal',
  atLeast: 'At least',
  atMost: 'At most',
  inPercent: 'in per cent',
  setGoal: 'Set the goal',
  noGoal: 'Take the goal away',
} as const

/** What became of the candidates: `7 candidates are as they were; 2 new, 1 gone since Nov 3, 2026, 10:42.` */
export function runSentence({ counts, previousRun }: RunComparison): string {
  const countOf = (fate: Fate) => counts.find((one) => one.fate === fate)?.count ?? 0
  const same = `${counted(countOf(Fate.SAME), 'candidate is as it was', 'candidates are as they were')}`
  const changed = Object.values(fates)
    .filter(({ fate }) => fate !== Fate.SAME && countOf(fate) > 0)
    .map(({ fate, title }) => `${formatCount(countOf(fate))} ${title}`)
  const since = `since ${formatTime(previousRun?.completeTime)}`
  return changed.length === 0 ? `${same} ${since}; nothing has changed.` : `${same}; ${changed.join(', ')} ${since}.`
}
