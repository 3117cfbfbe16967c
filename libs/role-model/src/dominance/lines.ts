/** The matrix by its rows or by its columns; both are called lines. */
export interface Lines {
  readonly offset: Uint32Array
  readonly crossing: Uint32Array
  readonly grant: Uint32Array
  readonly count: number
}
