import type { Readiness } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import { counted, formatCount, formatShare } from '../../kit/figures.ts'

export const texts = {
  title: 'Start',
  waiting: 'Waiting for a decision',
  forMe: 'Waiting for you',
  allForMe: 'Show all of them',
  boundedSees: 'You see some people only. All figures on this page are about these people and their access.',
  nothingWaits: 'No candidate is open.',
  data: 'Access data',
  work: 'Running now',
  measuring: 'The data are being measured. This takes seconds.',
  analysis: 'Newest analysis',
  noAnalysis: 'There is no analysis yet.',
  analyse: 'Analyse now',
  toSettings: 'Settings of the analysis',
  attention: 'Problems in the data',
  nothingToLookAt: 'The data have no known problem.',
  people: 'People',
  enabled: 'Enabled people',
  entitlements: 'Entitlements',
  usage: 'Usage is known until',
  explained: 'Explained by attributes, at most',
  onlyPeople: 'Deleted people, services and machines are not counted here. The figures of a source include them.',
  peopleOf: (count: number) => counted(count, 'person', 'people'),
  showAll: (count: number) => (count === 1 ? 'Show it in the list' : `Show all ${formatCount(count)}`),
  questions: (count: number, day: string | undefined) =>
    `${counted(count, 'question', 'questions')}${day === undefined ? '' : `, due ${day}`}`,
} as const

/** A sentence about the loaded data and the share that groups of people can explain. */
export function startSentence(readiness: Readiness | undefined): string {
  if (readiness === undefined) return 'Looking at the data.'
  const { people, entitlements, reach } = readiness
  if (reach === undefined) return 'The data are being measured.'
  const loaded = `${counted(Number(people), 'person', 'people')}, ${counted(Number(entitlements), 'entitlement', 'entitlements')}.`
  const share = formatShare(Number(reach.commonGrants + reach.coveredGrants), Number(reach.grants))
  return `${loaded} Attributes such as department can explain at most ${share} grants.`
}
