import type { InboxCandidate } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { counted } from '../../kit/figures.ts'
import type { StateName } from './search.ts'

export const texts = {
  title: 'Candidates',
  search: 'Search names and values',
  order: 'Order',
  kind: 'Found',
  anyKind: 'in any way',
  band: 'Shared by',
  anyBand: 'any share of them',
  acceptMarked: 'Accept marked',
  dismissMarked: 'Dismiss marked',
  withoutReason: 'Of those dismissed here no reason is kept; a candidate’s own page asks for one.',
  reopenMarked: 'Open marked again',
  compareMarked: 'Compare both',
  unmark: 'Take all marks away',
  mayNot: 'Your role reads; it decides nothing.',
  nothing: {
    open: 'No candidate is open.',
    accepted: 'Nothing was accepted yet.',
    dismissed: 'Nothing was dismissed.',
  },
  nothingFound: 'No candidate has these words.',
  withoutWords: 'Show all of them',
  nothingFits: 'No candidate fits these filters.',
  withoutFilters: 'Take the filters away',
} as const

interface Shown {
  readonly state: StateName
  readonly text: string
  readonly totalCount: number
  /** Those that are marked. */
  readonly marked: readonly InboxCandidate[]
}

/** What one is looking at: how many there are, or what accepting the marked ones would do. */
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
  if (risky > 0) return `${counts}, ${risky === gains ? 'all' : risky} of high risk; nobody loses anything.`
  if (!riskKnown) return `${counts}; which are of high risk is not in the data. Nobody loses anything.`
  return `${counts}, none of high risk; nobody loses anything.`
}
