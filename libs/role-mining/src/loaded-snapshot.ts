import type { Snapshot } from '@assay/mining'

/** A snapshot in this process's memory. It never changes; the next import has one of its own. */
export interface LoadedSnapshot {
  readonly importId: string
  /** Tells it from every other snapshot, of this tenant and of others. */
  readonly version: string
  readonly snapshot: Snapshot
  /** What the snapshot's arrays are views of, for other threads. */
  readonly buffer: SharedArrayBuffer
}
