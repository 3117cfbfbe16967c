import { InboxOrder, InboxState } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'

/** What the address of the list says. What it does not say is as it is at first. */
export interface CandidatesSearch {
  readonly state?: StateName | undefined
  readonly order?: OrderName | undefined
  readonly q?: string | undefined
}

export const states = {
  open: { title: 'Open', state: InboxState.OPEN },
  accepted: { title: 'Accepted', state: InboxState.ACCEPTED },
  dismissed: { title: 'Dismissed', state: InboxState.DISMISSED },
} as const
export type StateName = keyof typeof states

export const orders = {
  best: { title: 'best supported first', order: InboxOrder.CONFIDENCE },
  gains: { title: 'fewest gains first', order: InboxOrder.FEWEST_GAINS },
  people: { title: 'most people first', order: InboxOrder.MOST_PEOPLE },
  access: { title: 'most access first', order: InboxOrder.MOST_ENTITLEMENTS },
  name: { title: 'by name', order: InboxOrder.NAME },
} as const
export type OrderName = keyof typeof orders

/** An address that somebody typed may say anything; what means nothing is left out. */
export function readCandidatesSearch(search: Record<string, unknown>): CandidatesSearch {
  const { state, order, q } = search
  return {
    ...(typeof state === 'string' && state !== 'open' && Object.hasOwn(states, state) && { state: state as StateName }),
    ...(typeof order === 'string' && order !== 'best' && Object.hasOwn(orders, order) && { order: order as OrderName }),
    ...((typeof q === 'string' || typeof q === 'number') && q !== '' && { q: String(q).slice(0, 256) }),
  }
}
