import type { Snapshot } from '@assay/mining'

/** A snapshot in this process's memory. It never changes; the next import has another snapshot. */
export interface LoadedSnapshot {
  readonly importId: string
  /** Differs from the version of every other snapshot, of this tenant and of others. */
  readonly version: string
  readonly snapshot: Snapshot
  /** The buffer under the snapshot's arrays, for other threads. */
  readonly buffer: SharedArrayBuffer
}
