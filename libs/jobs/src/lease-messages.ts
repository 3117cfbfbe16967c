import type { DatabaseAddress } from '@assay/store'
import type { Claim } from './job-rows.ts'

/** What the lease thread is born with. */
export interface LeaseBirth {
  readonly address: DatabaseAddress
  readonly applicationName: string
  /** A counter that the main thread raises while it is alive. */
  readonly pulse: SharedArrayBuffer
}

/** To the thread. */
export type LeaseOrder =
  | { readonly kind: 'hold'; readonly claim: Claim }
  | { readonly kind: 'release'; readonly id: string }
  | { readonly kind: 'stop' }

/** From the thread. */
export type LeaseNotice =
  /** The job was withdrawn, or is another worker's. */
  | { readonly kind: 'lost'; readonly id: string }
  /** Somebody asks for the end of the job. */
  | { readonly kind: 'cancelled'; readonly id: string }
  /** A job of the queue is due; without a name, of any. */
  | { readonly kind: 'wake'; readonly queue?: string }
  | { readonly kind: 'stopped' }

/** Leases are renewed so often: five times before one lapses. */
export const beatMs = 2000
/**
 * A main thread that is silent for this long is taken for dead, and its jobs lapse. Long, since no calculation of ours
 * blocks it for more than seconds, but a machine that is short of processors or memory may.
 */
export const longestSilenceMs = 120_000
