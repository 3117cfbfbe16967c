/** What is shown of each cell. */
export const shows = ['as-is', 'modelled', 'difference'] as const
export type Show = (typeof shows)[number]

/** What the address says of a matrix, wherever it stands. */
export interface LookSearch {
  /** Undefined: as it is. */
  readonly show?: Exclude<Show, 'as-is'> | undefined
  /** A place in `sheetsOf`; undefined: the first that is worth a look, see `usualZoom`. */
  readonly zoom?: number | undefined
  /** The row and the column that one is at, from 0: `120,40`. */
  readonly at?: string | undefined
}

const mostZoom = 9

export function readLook({ show, zoom, at }: Record<string, unknown>): LookSearch {
  return {
    ...((show === 'modelled' || show === 'difference') && { show }),
    ...(typeof zoom === 'number' && Number.isInteger(zoom) && zoom >= 0 && zoom <= mostZoom && { zoom }),
    ...(typeof at === 'string' && /^\d{1,9},\d{1,9}$/.test(at) && { at }),
  }
}

/** A cell of the matrix, or a tile. */
export interface Place {
  readonly row: number
  readonly column: number
}

export function readAt(at: string | undefined): Place {
  const [row = 0, column = 0] = (at ?? '0,0').split(',').map(Number)
  return { row, column }
}

export function writeAt({ row, column }: Place): string {
  return `${row},${column}`
}
