import { readWho, writeWho } from '../explore/search.ts'
import { type LookSearch, readLook } from './look.ts'
import type { OrderName } from './texts.ts'

const orders = ['best', 'model', 'suggestions', 'none'] as const satisfies readonly OrderName[]

/** The search parameters in the address of the page. */
export interface MatrixSearch extends LookSearch {
  /** Conditions, see `readWho`; undefined means all people. */
  readonly who?: string | undefined
  readonly by?: Exclude<OrderName, 'best'> | undefined
  /** The id of a role model that orders the matrix. */
  readonly model?: string | undefined
}

export function readMatrixSearch(search: Record<string, unknown>): MatrixSearch {
  const { who, by, model } = search
  const conditions = typeof who === 'string' ? writeWho(readWho(who)) : ''
  return {
    ...readLook(search),
    ...(conditions !== '' && { who: conditions }),
    ...(by !== 'best' && orders.some((one) => one === by) && { by: by as MatrixSearch['by'] }),
    ...(typeof model === 'string' && model !== '' && { model }),
  }
}
