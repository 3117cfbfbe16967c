import { InboxBand, InboxKind, InboxOrder, InboxState } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'

/** The search parameters in the address of the list. A missing parameter has its default. */
export interface CandidatesSearch {
  readonly state?: StateName | undefined
  readonly kind?: KindName | undefined
  readonly band?: BandName | undefined
  readonly order?: OrderName | undefined
  readonly q?: string | undefined
}

export const states = {
  open: InboxState.OPEN,
  accepted: InboxState.ACCEPTED,
  dismissed: InboxState.DISMISSED,
} as const
export type StateName = keyof typeof states

export const kinds = {
  suggestion: InboxKind.SUGGESTION,
  role: InboxKind.POTENTIAL_ROLE,
} as const
export type KindName = keyof typeof kinds

export const bands = {
  most: InboxBand.MOST,
  many: InboxBand.MANY,
  few: InboxBand.FEW,
} as const
export type BandName = keyof typeof bands

export const orders = {
  best: InboxOrder.CONFIDENCE,
  gains: InboxOrder.FEWEST_GAINS,
  people: InboxOrder.MOST_PEOPLE,
  access: InboxOrder.MOST_ENTITLEMENTS,
  name: InboxOrder.NAME,
} as const
export type OrderName = keyof typeof orders

/** A typed address may contain anything; invalid parameters are left out. */
export function readCandidatesSearch(search: Record<string, unknown>): CandidatesSearch {
  const { state, kind, band, order, q } = search
  return {
    ...(isKeyOf(states, state) && state !== 'open' && { state }),
    ...(isKeyOf(kinds, kind) && { kind }),
    ...(isKeyOf(bands, band) && { band }),
    ...(isKeyOf(orders, order) && order !== 'best' && { order }),
    ...((typeof q === 'string' || typeof q === 'number') && q !== '' && { q: String(q).slice(0, 256) }),
  }
}

function isKeyOf<Known extends object>(known: Known, value: unknown): value is keyof Known {
  return typeof value === 'string' && Object.hasOwn(known, value)
}
