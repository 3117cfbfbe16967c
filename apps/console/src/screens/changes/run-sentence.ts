import { Fate, type RunComparison } from '@assay/contracts/assay/change/v1/change_service_pb'
import { counted, formatCount } from '../../kit/figures.ts'
import { formatTime } from '../../kit/times.ts'
import { fates } from './search.ts'

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
