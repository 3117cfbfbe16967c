/** The records that changes apply to. */
export interface ChangedRecords {
  /** The load that has them: the load of the changes, or the load in force, whose records stay until the changes are in force. */
  readonly recordsLoad: number
  /** The load of the changes. */
  readonly loadKey: number
}
