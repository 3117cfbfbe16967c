/**
 * What a bounded reader is bounded to. The rows that the transaction sees and the snapshot hold nothing else: whoever counts need
 * not ask, and a candidate that does not lie wholly inside is not found.
 */
export interface BoundScope {
  /** The id of the scope. The version of the snapshot tells what it bounds. */
  readonly key: string
}
