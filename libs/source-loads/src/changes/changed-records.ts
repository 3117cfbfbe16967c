/** Records that changes are made to. */
export interface ChangedRecords {
  /** The load that holds them: the changing one, or the one in force, whose records stay until the changing one is. */
  readonly recordsLoad: number
  /** The load of the changes. */
  readonly loadKey: number
}
