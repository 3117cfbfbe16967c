import type { CohortFilter } from '../cohort-result.ts'
import type { ResidualRole } from '../insight/residual.ts'

/** Of whom a matrix is, and by which roles it is ordered. */
export interface MatrixQuestion {
  /** Whoever of them is an enabled person is a row: those who match all filters, or ordinals, ascending. */
  readonly people: { readonly filters: readonly CohortFilter[] } | { readonly members: Uint32Array }
  /** The most important first. Without any, rows and columns are ordered by what people hold. */
  readonly roles: readonly ResidualRole[]
  /** As modelled, people keep what they hold and the roles come on top; otherwise they hold what the roles give and nothing else. */
  readonly keepsHeld: boolean
}

/** A stretch of consecutive places. */
export interface Stretch {
  readonly start: number
  readonly count: number
}

/** A role in the matrix. */
export interface MatrixBlock {
  /** Its place in the question's roles. */
  readonly role: number
  readonly people: number
  readonly entitlements: number
  /** Of its cells, those that are assigned, and those that groups alone give. */
  readonly assigned: number
  readonly byGroup: number
  /** Where most of its people stand beside each other, and most of its entitlements: its rectangle, or the largest part of it. */
  readonly rows: Stretch
  readonly columns: Stretch
}

/**
 * Counts of cells by tile: `kind[tileRow * columnTiles + tileColumn]`. A tile has `rowsPerTile` rows and `columnsPerTile` columns,
 * at the ends fewer.
 */
export interface MatrixTiles {
  readonly rowsPerTile: number
  readonly columnsPerTile: number
  readonly rowTiles: number
  readonly columnTiles: number
  readonly assigned: Uint32Array
  readonly byGroup: Uint32Array
  readonly modelled: Uint32Array
  /** What roles give and nobody gave; what is assigned and no role gives. */
  readonly gains: Uint32Array
  readonly losses: Uint32Array
}

/** The order of a matrix, and what it takes to make any window of it. */
export interface MatrixOrder {
  /** Ordinals of people by row, of entitlements by column. */
  readonly rows: Uint32Array
  readonly columns: Uint32Array
  /** The column of each entitlement; -1 for those that have none. */
  readonly columnOf: Int32Array
  /** Roles of row r: `role[roleOffset[r] .. roleOffset[r + 1])`, places in the question's roles, ascending. */
  readonly roleOffset: Uint32Array
  readonly role: Uint16Array
  /** Columns of role r: `roleColumn[roleColumnOffset[r] .. roleColumnOffset[r + 1])`, ascending. */
  readonly roleColumnOffset: Uint32Array
  readonly roleColumn: Uint32Array
  /** Roles that have people and entitlements here, those with the most cells first; at most `mostBlocks`. */
  readonly blocks: readonly MatrixBlock[]
  /** Roles that take part, and the last ones of the question that do not, since they would have too many cells. */
  readonly roleCount: number
  readonly furtherRoles: number
  readonly keepsHeld: boolean
  /** False where what groups give has too many cells to count: tiles count none then, and gains may be given by groups. */
  readonly isGroupCounted: boolean
  readonly tiles: MatrixTiles
  /** Of all arrays. */
  readonly bytes: number
}

/** The arrays of an order. */
export type Arranged = Pick<
  MatrixOrder,
  'rows' | 'columns' | 'columnOf' | 'roleOffset' | 'role' | 'roleColumnOffset' | 'roleColumn'
>

/** Blocks that are told. */
export const mostBlocks = 200
/** Tiles of an overview in each direction. */
export const mostTiles = 200
