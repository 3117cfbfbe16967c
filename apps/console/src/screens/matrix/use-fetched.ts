import type { MatrixWindow } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { useEffect, useMemo, useState } from 'react'
import type { Colours } from './colours.ts'
import type { Names } from './frame.ts'
import type { Place, Show } from './look.ts'
import { type Painted, paintCells } from './paint.ts'
import { useWindow, type View } from './queries.ts'
import { type Chunk, chunkAround, type Sheet } from './sheets.ts'

/** The fetched part around the middle, painted and with names. */
interface Fetched {
  readonly painted: Painted | undefined
  readonly names: Names
  readonly window: MatrixWindow | undefined
  /** The position of the fetched part, in units of the sheet. */
  readonly chunk: Chunk
}

const noNames: Names = { rows: [], columns: [] }

/** Fetches the part of a sheet around a place, and paints it once. The previous part is shown until then. */
export function useFetched(
  view: View,
  version: string,
  show: Show,
  sheet: Sheet,
  middle: Place,
  colours: Colours,
): Fetched {
  const wanted = chunkAround(sheet, middle)
  const { data } = useWindow(view, version, show, sheet, wanted)
  // A part from another zoom or display does not belong to this sheet.
  const window = sheet.kind !== 'tiles' && data?.rowStep === sheet.rowStep && hasPlanes(data, show) ? data : undefined
  const chunk = useMemo(() => chunkOf(window, sheet), [window, sheet])
  const [painted, setPainted] = useState<{ readonly of: MatrixWindow; readonly show: Show; readonly what: Painted }>()
  useEffect(() => {
    if (window === undefined) return
    let isWanted = true
    void paintCells(window, chunk, show, colours).then((what) => {
      if (isWanted) setPainted({ of: window, show, what })
    })
    return () => {
      isWanted = false
    }
  }, [window, chunk, show, colours])
  const names = useMemo(() => (window === undefined ? noNames : namesOf(window)), [window])
  const isCurrent = painted !== undefined && painted.show === show && painted.of.rowStep === sheet.rowStep
  return { painted: isCurrent && sheet.kind !== 'tiles' ? painted.what : undefined, names, window, chunk }
}

function chunkOf(window: MatrixWindow | undefined, { rowStep }: Sheet): Chunk {
  if (window === undefined) return { rowStart: 0, rowCount: 0, columnStart: 0, columnCount: 0 }
  const { rowStart, rowCount, columnStart, columnCount } = window
  return { rowStart: Math.floor(rowStart / rowStep), rowCount, columnStart, columnCount }
}

function hasPlanes({ assigned, modelled, rowBytes, rowCount }: MatrixWindow, show: Show): boolean {
  const size = rowBytes * rowCount
  return (show === 'modelled' || assigned.length === size) && (show === 'as-is' || modelled.length === size)
}

function namesOf({ people, entitlements }: MatrixWindow): Names {
  return {
    rows: people.map(({ displayName, identityId }) => displayName || identityId),
    columns: entitlements.map(({ displayName, entitlementId }) => displayName || entitlementId),
  }
}
