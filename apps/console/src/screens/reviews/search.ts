import { Review_State as State } from '@assay/contracts/assay/review/v1/review_pb'
import { texts } from './texts.ts'

/** What the address of the list says; open ones are shown at first. */
interface ReviewsSearch {
  readonly state?: Exclude<StateName, 'open'> | undefined
}

export const states = {
  open: { title: texts.open, state: State.OPEN },
  closed: { title: texts.closed, state: State.CLOSED },
  all: { title: texts.all, state: undefined },
} as const
export type StateName = keyof typeof states

export function readReviewsSearch({ state }: Record<string, unknown>): ReviewsSearch {
  return state === 'closed' || state === 'all' ? { state } : {}
}
