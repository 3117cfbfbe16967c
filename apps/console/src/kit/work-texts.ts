import { Work_Kind as Kind, Work_State as State, type Work } from '@assay/contracts/assay/work/v1/work_service_pb'
import { formatCount } from './figures.ts'

/** The names of work, by kind. */
export const workNames: Readonly<Record<Kind, string>> = {
  [Kind.UNSPECIFIED]: 'Work',
  [Kind.LOAD]: 'Reading a load',
  [Kind.COMPOSITION]: 'Putting the sources together',
  [Kind.IMPORT]: 'Bringing an import into force',
  [Kind.ANALYSIS]: 'Looking for candidates',
  [Kind.CUSTOM_ANALYSIS]: 'Looking at a group',
  [Kind.ROLE_MODEL]: 'Mining a role model',
  [Kind.SESSION]: 'A search by access',
  [Kind.DISCOVERY]: 'Searching by access after an import',
  [Kind.EXPORT]: 'An export',
  [Kind.PROVISION]: 'Making an access profile',
  [Kind.MEMBERSHIP]: 'Evaluating membership rules',
  [Kind.READINESS]: 'Measuring the data',
  [Kind.CHANGES]: 'Comparing with the data before',
  [Kind.PULL]: 'Reading a server',
}

/** `records read, 1,200 of 2,000, about 30 s more` */
export function progressWords({ state, phase, doneCount, totalCount, remainingSeconds, message }: Work): string {
  if (state === State.CANCELLING) return 'is being cancelled'
  if (state === State.WAITING) return 'waits for its turn'
  if (state === State.DELAYED) return `is tried again: ${message}`
  const count =
    totalCount > 0n
      ? `, ${formatCount(Number(doneCount))} of ${formatCount(Number(totalCount))}`
      : doneCount > 0n
        ? `: ${formatCount(Number(doneCount))}`
        : ''
  const rest = remainingSeconds === undefined ? '' : `, about ${durationWords(remainingSeconds)} more`
  return `${phase || 'goes on'}${count}${rest}`
}

function durationWords(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
