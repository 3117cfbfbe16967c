/** What was dropped because of what, in order: `implied[i]` goes with `implier[i]`. */
export interface DominanceLog {
  readonly implier: Uint32Array
  readonly implied: Uint32Array
}

/** The same while it is written. */
export interface GrowingLog {
  readonly implier: number[]
  readonly implied: number[]
}
