import { MatrixMode, MatrixService, type MatrixViewSchema } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import type { Show } from './look.ts'
import type { Chunk, Sheet } from './sheets.ts'

/** The people and the roles of a matrix, in the form of the calls. */
export type View = MessageInitShape<typeof MatrixViewSchema>

const modes: Readonly<Record<Show, MatrixMode>> = {
  'as-is': MatrixMode.AS_IS,
  modelled: MatrixMode.AS_MODELLED,
  difference: MatrixMode.DIFFERENCE,
}

/** The data of one version never change. */
const ofVersion = { staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000 } as const

/** The size of the matrix, and its roles. */
export function useMatrix(view: View) {
  return useQuery(MatrixService.method.describeMatrix, { view }, { staleTime: 60_000 })
}

/** The tiles of the matrix. */
export function useOverview(view: View, version: string, show: Show) {
  return useQuery(
    MatrixService.method.getMatrixOverview,
    { view, version, mode: modes[show] },
    { ...ofVersion, placeholderData: keepPreviousData },
  )
}

/** The cells of a part of a sheet, with names; the previous part is shown until the new one arrives. */
export function useWindow(view: View, version: string, show: Show, { kind, rowStep }: Sheet, chunk: Chunk) {
  const { rowStart, rowCount, columnStart, columnCount } = chunk
  return useQuery(
    MatrixService.method.getMatrixWindow,
    { view, version, mode: modes[show], rowStart: rowStart * rowStep, rowCount, rowStep, columnStart, columnCount },
    { ...ofVersion, enabled: kind !== 'tiles', placeholderData: keepPreviousData },
  )
}

/** Rows and columns by a part of their names. */
export function useFound(view: View, version: string, text: string) {
  return useQuery(
    MatrixService.method.findInMatrix,
    { view, version, text },
    { ...ofVersion, enabled: text.trim() !== '', placeholderData: keepPreviousData },
  )
}
