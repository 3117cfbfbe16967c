import { useState } from 'react'
import { preferences } from '../shell/preferences.ts'
import { useStore } from '../shell/store.ts'
import { useNarrowerThan } from '../shell/use-width.ts'
import { GridList, type GridListProps, heightOfRows } from './grid-list.tsx'

/** Narrower pages show a list as on a phone: fewer columns, higher rows. */
const narrowBelow = 700

/** Whether a list has room for only two or three columns. */
export function useNarrowList(): boolean {
  return useNarrowerThan(narrowBelow)
}

/** How high a row is, in pixels. */
export interface RowHeights {
  readonly comfortable: number
  readonly dense: number
  readonly narrow: number
}

/** One line of text at every width. */
const oneLine: RowHeights = { comfortable: 44, dense: 30, narrow: 44 }
/** One line; on a phone two, because there names wrap or have a note. */
export const twoLinesOnPhone: RowHeights = { comfortable: 44, dense: 30, narrow: 68 }

type Fitted = 'rowHeight' | 'height' | 'active' | 'onActive' | 'lettersOn'
interface Props<Item> extends Omit<GridListProps<Item>, Fitted> {
  readonly rows?: RowHeights
  /** Height of the content above and below the list on its screen, in rem. */
  readonly besideRem: number
  /** The active row, for screens that change it themselves; without `active` and `onActive`, the list stores it. */
  readonly active?: string | undefined
  readonly onActive?: (key: string) => void
}

/** A list as high as its rows or the rest of the window. Width and density set the row height; a preference switches letter keys on. */
export function FittedList<Item>({ rows = oneLine, besideRem, active, onActive, ...list }: Props<Item>) {
  const { density, letters } = useStore(preferences)
  const isNarrow = useNarrowList()
  const [own, setOwn] = useState<string>()
  const rowHeight = isNarrow ? rows.narrow : density === 'dense' ? rows.dense : rows.comfortable
  const count = list.totalCount ?? list.items.length
  return (
    <GridList
      {...list}
      rowHeight={rowHeight}
      height={`min(${heightOfRows(count, rowHeight)}, max(20rem, calc(100dvh - ${besideRem}rem)))`}
      active={active ?? own}
      onActive={onActive ?? setOwn}
      lettersOn={letters}
    />
  )
}
