/** The displays of a matrix. */
export const shows = ['as-is', 'modelled', 'difference'] as const
export type Show = (typeof shows)[number]

/** The search parameters of a matrix, on its page or in a tab. */
export interface LookSearch {
  /** Undefined means the present access. */
  readonly show?: Exclude<Show, 'as-is'> | undefined
  /** An index in `sheetsOf`; undefined means the one that `usualZoom` selects. */
  readonly zoom?: number | undefined
  /** The row and the column of the active cell, from 0: `120,40`. */
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
