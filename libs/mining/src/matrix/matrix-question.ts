import type { CohortFilter } from '../cohort-result.ts'
import type { ResidualRole } from '../insight/residual.ts'

/** The people of a matrix, and the roles by which it is ordered. */
export interface MatrixQuestion {
  /** The enabled people among these are the rows: the people who match all filters, or ordinals, ascending. */
  readonly people: { readonly filters: readonly CohortFilter[] } | { readonly members: Uint32Array }
  /** The most important role first. Without roles, rows and columns are ordered by assigned access. */
  readonly roles: readonly ResidualRole[]
  /**
   * True: in the modelled access, people keep what they hold and get the access of the roles. False: they hold only the access of the
   * roles.
   */
  readonly keepsHeld: boolean
}

/** A range of consecutive positions. */
export interface Stretch {
  readonly start: number
  readonly count: number
}

/** A role in the matrix. */
export interface MatrixBlock {
  /** Its position in the question's roles. */
  readonly role: number
  readonly people: number
  readonly entitlements: number
  /** The number of its cells that are assigned, and that only groups give. */
  readonly assigned: number
  readonly byGroup: number
  /** The ranges with most of its adjacent people and entitlements: its rectangle, or the largest part of it. */
  readonly rows: Stretch
  readonly columns: Stretch
}

/**
 * Counts of cells by tile: `kind[tileRow * columnTiles + tileColumn]`. A tile has `rowsPerTile` rows and `columnsPerTile` columns; the
 * last ones may have fewer.
 */
export interface MatrixTiles {
  readonly rowsPerTile: number
  readonly columnsPerTile: number
  readonly rowTiles: number
  readonly columnTiles: number
  readonly assigned: Uint32Array
  readonly byGroup: Uint32Array
  readonly modelled: Uint32Array
  /** Access of roles that is not assigned, and assigned access that no role gives. */
  readonly gains: Uint32Array
  readonly losses: Uint32Array
}

/** The order of a matrix, and the data to compute any window of it. */
export interface MatrixOrder {
  /** The ordinals of the people by row, and of the entitlements by column. */
  readonly rows: Uint32Array
  readonly columns: Uint32Array
  /** The column of each entitlement; -1 for entitlements without one. */
  readonly columnOf: Int32Array
  /** The roles of row r: `role[roleOffset[r] .. roleOffset[r + 1])`, positions in the question's roles, ascending. */
  readonly roleOffset: Uint32Array
  readonly role: Uint16Array
  /** The columns of role r: `roleColumn[roleColumnOffset[r] .. roleColumnOffset[r + 1])`, ascending. */
  readonly roleColumnOffset: Uint32Array
  readonly roleColumn: Uint32Array
  /** Roles with people and entitlements in the matrix, those with the most cells first; at most `mostBlocks`. */
  readonly blocks: readonly MatrixBlock[]
  /** The number of roles that were used, and the number of the last roles that were not because they would have too many cells. */
  readonly roleCount: number
  readonly furtherRoles: number
  readonly keepsHeld: boolean
  /**
   * False when the access through groups has too many cells to count. Tiles then do not count it, and gains may include access that
   * groups give.
   */
  readonly isGroupCounted: boolean
  readonly tiles: MatrixTiles
  /** The size of all arrays. */
  readonly bytes: number
}

/** The arrays of an order. */
export type Arranged = Pick<
  MatrixOrder,
  'rows' | 'columns' | 'columnOf' | 'roleOffset' | 'role' | 'roleColumnOffset' | 'roleColumn'
>

/** The largest number of blocks in an answer. */
export const mostBlocks = 200
/** The largest number of tiles of an overview in each direction. */
export const mostTiles = 200
