import { type Load, Load_State as State } from '@assay/contracts/assay/source/v1/source_pb'
import { timestampDate } from '@bufbuild/protobuf/wkt'

const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export const loadStates: Readonly<Record<State, string>> = {
  [State.UNSPECIFIED]: '',
  [State.OPEN]: 'open',
  [State.READING]: 'being read',
  [State.STAGED]: 'coming into force',
  [State.AWAITING_CONFIRMATION]: 'waits for a yes',
  [State.COMMITTED]: 'was in force',
  [State.FAILED]: 'refused',
  [State.ABORTED]: 'given up',
}

/** `3 Nov 2026, 10:42` */
export function timeWords(time: Load['createTime']): string {
  return time === undefined ? 'no date' : day.format(timestampDate(time))
}
