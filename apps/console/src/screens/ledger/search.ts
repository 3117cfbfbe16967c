import { startOfDay } from '../../kit/dates.ts'

export const tabs = ['entries', 'in-force', 'check'] as const
type TabName = (typeof tabs)[number]

/** The types of objects whose state in force the ledger can show. */
const thingTypes = [
  'access_data',
  'settings',
  'policy',
  'profile',
  'source',
  'client',
  'issuer',
  'access',
  'schedule',
] as const
export type ThingType = (typeof thingTypes)[number]

/** The search parameters in the address of the ledger. */
export interface LedgerSearch {
  readonly tab?: Exclude<TabName, 'entries'> | undefined
  /** A kind such as `suggestion.dismiss`, or the beginning of kinds, such as `suggestion.`. */
  readonly what?: string | undefined
  /** The id of the actor. */
  readonly who?: string | undefined
  /** The id of the object of the decision, or of a person concerned. */
  readonly about?: string | undefined
  /** Days such as `2026-11-03`, in the time zone of the browser, both included. */
  readonly from?: string | undefined
  readonly until?: string | undefined
  /** The day whose end state is shown. */
  readonly on?: string | undefined
  readonly type?: ThingType | undefined
  /** Shows only the object with this id, with all its members. */
  readonly id?: string | undefined
}

const longestId = 256

export function readLedgerSearch(search: Record<string, unknown>): LedgerSearch {
  const text = (name: string) => {
    const value = search[name]
    const words = typeof value === 'number' ? String(value) : value
    return typeof words === 'string' && words !== '' ? { [name]: words.slice(0, longestId) } : {}
  }
  const day = (name: string) => {
    const value = search[name]
    return typeof value === 'string' && startOfDay(value) !== undefined ? { [name]: value } : {}
  }
  const { tab, type } = search
  return {
    ...((tab === 'in-force' || tab === 'check') && { tab }),
    ...(typeof search.what === 'string' && /^[a-z][a-z_.-]{0,63}$/.test(search.what) && { what: search.what }),
    ...text('who'),
    ...text('about'),
    ...day('from'),
    ...day('until'),
    ...day('on'),
    ...(thingTypes.some((one) => one === type) && { type: type as ThingType }),
    ...text('id'),
  }
}
