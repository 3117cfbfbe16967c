import { Review_State as State } from '@assay/contracts/assay/review/v1/review_pb'

/** The search parameters in the address of the list; open ones are shown at first. */
interface ReviewsSearch {
  readonly state?: Exclude<StateName, 'open'> | undefined
}

export const states = {
  open: State.OPEN,
  closed: State.CLOSED,
  all: undefined,
} as const
export type StateName = keyof typeof states

export function readReviewsSearch({ state }: Record<string, unknown>): ReviewsSearch {
  return state === 'closed' || state === 'all' ? { state } : {}
}
