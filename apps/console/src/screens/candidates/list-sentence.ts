import type { InboxCandidate } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { counted } from '../../kit/figures.ts'
import type { StateName } from './search.ts'

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
