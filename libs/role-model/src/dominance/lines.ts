/** The matrix seen from its rows or from its columns, both called lines. */
export interface Lines {
  readonly offset: Uint32Array
  readonly crossing: Uint32Array
  readonly grant: Uint32Array
  readonly count: number
}
