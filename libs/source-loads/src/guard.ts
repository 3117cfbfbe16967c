import type { TenantSql } from '@assay/store'
import type { Removals } from './load.ts'

/** What there is to lose. */
export interface Contents {
  readonly people: number
  /** Grants of people. */
  readonly grants: number
  /** Accounts that belong to somebody. */
  readonly links: number
}

/**
 * Decides whether a load has to be confirmed. Asked twice: when its records are staged, for what they remove of their source,
 * and when it is put together with others, for what goes from the access in force.
 */
export interface Guard {
  /** Removals that have to be confirmed, of a load whose records stand beside those of the one before; undefined for none. */
  ofLoad(sql: TenantSql, records: { readonly before: number; readonly after: number }): Promise<Removals | undefined>
  /** The same of the access in force, whose contents change from `before` to `after`. */
  ofComposition(before: Contents, after: Contents): Removals | undefined
}

/** Lets everything through. */
export const noGuard: Guard = {
  ofLoad: async () => undefined,
  ofComposition: () => undefined,
}
