import type { DatabaseAddress } from '@assay/store'
import type { Claim } from './job-rows.ts'

/** The start data of the lease thread. */
export interface LeaseBirth {
  readonly address: DatabaseAddress
  readonly applicationName: string
  /** A counter that the main thread increments while it is alive. */
  readonly pulse: SharedArrayBuffer
}

/** To the thread. */
export type LeaseOrder =
  | { readonly kind: 'hold'; readonly claim: Claim }
  | { readonly kind: 'release'; readonly id: string }
  | { readonly kind: 'stop' }

/** From the thread. */
export type LeaseNotice =
  /** The job was withdrawn, or another worker has it. */
  | { readonly kind: 'lost'; readonly id: string }
  /** Somebody requested the end of the job. */
  | { readonly kind: 'cancelled'; readonly id: string }
  /** A job of the queue is due; without a name: of any queue. */
  | { readonly kind: 'wake'; readonly queue?: string }
  | { readonly kind: 'stopped' }

/** How often leases are renewed: five times before one expires. */
export const beatMs = 2000
/**
 * A main thread that is silent for this long counts as dead, and its leases expire. It is long: our calculations block the
 * thread only for seconds, but a machine that lacks processors or memory may block it longer.
 */
export const longestSilenceMs = 120_000
