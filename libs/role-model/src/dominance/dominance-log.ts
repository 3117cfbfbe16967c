/** The dropped grants in order, each with the grant that implied it: `implied[i]` was dropped because of `implier[i]`. */
export interface DominanceLog {
  readonly implier: Uint32Array
  readonly implied: Uint32Array
}

/** A log to which entries are added. */
export interface GrowingLog {
  readonly implier: number[]
  readonly implied: number[]
}
