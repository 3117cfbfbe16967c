import type { InboxCandidate } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { counted, formatCount } from '../../kit/figures.ts'
import type { BandName, KindName, OrderName, StateName } from './search.ts'

export const texts = {
  title: 'Candidates',
  search: 'Search names and values',
  order: 'Order',
  kind: 'Found',
  anyKind: 'in any way',
  band: 'Shared by',
  anyBand: 'any share',
  acceptMarked: 'Accept marked',
  dismissMarked: 'Dismiss marked',
  withoutReason: 'No reason is recorded for those dismissed here; the page of a candidate asks for one.',
  reopenMarked: 'Open marked again',
  compareMarked: 'Compare both',
  unmark: 'Take all marks away',
  mayNot: 'You can see candidates, but not accept or dismiss them: this needs the right to decide.',
  nothing: {
    open: 'No candidate is open.',
    accepted: 'Nothing was accepted yet.',
    dismissed: 'Nothing was dismissed.',
  },
  noAnalysis: 'No candidate is open: no analysis has run yet. The first one begins when access data are loaded.',
  nothingFound: 'No candidate has these words.',
  withoutWords: 'Show all of them',
  nothingFits: 'No candidate fits these filters.',
  withoutFilters: 'Take the filters away',
  looking: 'Looking for candidates.',
  states: 'States',
  candidate: 'Candidate',
  mark: 'Mark',
  markOne: (name: string) => `Mark ${name}`,
  byAccess: 'by access: ',
  foundBy: 'Found by',
  people: 'People',
  access: 'Access',
  gains: 'Gains',
  losses: 'Losses',
  lossesMean:
    'Losses: what people outside would lose if the candidate replaced single grants. Accepting it takes nothing away.',
  holdAll: 'Hold all of it',
  notCounted: 'not counted',
  notCountedYet: 'not counted yet',
  highRisk: 'High risk',
  ofHighRisk: 'of high risk',
  markedCandidates: (count: number) => counted(count, 'marked candidate', 'marked candidates'),
  marked: (count: number) => counted(count, 'marked', 'marked'),
  /** @param name the name, when it is one candidate */
  decided: (isAccepted: boolean, count: number, name: string | undefined) =>
    count === 0
      ? 'Nothing was decided.'
      : `${isAccepted ? 'Accepted' : 'Dismissed'} ${name ?? counted(count, 'candidate', 'candidates')}.`,
  notDecided: (count: number, why: string) => `${counted(count, 'was', 'were')} not decided: ${why}`,
  openAgain: (count: number, name: string | undefined) =>
    name === undefined ? `${counted(count, 'candidate is', 'candidates are')} open again.` : `${name} is open again.`,
  foundByAccess: 'access',
  foundByAttributes: 'attributes',
} as const

interface Shown {
  readonly state: StateName
  readonly text: string
  readonly totalCount: number
  /** The marked candidates. */
  readonly marked: readonly InboxCandidate[]
}

/** The sentence that describes the screen: the number of candidates, or the effect of accepting the marked ones. */
export function listSentence({ state, text, totalCount, marked }: Shown): string {
  if (marked.length === 0) {
    const found = text === '' ? '' : `, found by "${text}"`
    return `${counted(totalCount, 'candidate', 'candidates')} ${state}${found}.`
  }
  const sum = (figure: (candidate: InboxCandidate) => number) =>
    marked.reduce((total, candidate) => total + figure(candidate), 0)
  const gains = sum(({ gainCount }) => gainCount)
  return `${counted(marked.length, 'candidate', 'candidates')} marked. ${gainsSentence(
    'Accepting them',
    gains,
    sum(({ riskyGainCount }) => riskyGainCount),
    marked.every(({ riskKnown }) => riskKnown),
  )}`
}

/** `Accepting it: 26 gains, none of high risk.` */
export function gainsSentence(what: string, gains: number, risky: number, riskKnown: boolean): string {
  if (gains === 0) return `${what}: nobody gains anything, and nobody loses anything.`
  const counts = `${what}: ${counted(gains, 'gain', 'gains')}`
  if (risky > 0)
    return `${counts}, ${risky === gains ? 'all' : formatCount(risky)} of high risk; nobody loses anything.`
  if (!riskKnown) return `${counts}; which are of high risk is not in the data. Nobody loses anything.`
  return `${counts}, none of high risk; nobody loses anything.`
}

export const stateNames: Readonly<Record<StateName, string>> = {
  open: 'Open',
  accepted: 'Accepted',
  dismissed: 'Dismissed',
}

export const kindNames: Readonly<Record<KindName, string>> = {
  suggestion: 'found by attributes',
  role: 'found by access',
}

export const bandNames: Readonly<Record<BandName, string>> = {
  most: 'most of them',
  many: 'many of them',
  few: 'few of them',
}

export const orderNames: Readonly<Record<OrderName, string>> = {
  best: 'best first',
  gains: 'fewest gains first',
  people: 'most people first',
  access: 'most access first',
  name: 'by name',
}
