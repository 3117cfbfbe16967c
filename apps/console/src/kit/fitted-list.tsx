import { useState } from 'react'
import { preferences } from '../shell/preferences.ts'
import { useStore } from '../shell/store.ts'
import { useNarrowerThan } from '../shell/use-width.ts'
import { GridList, type GridListProps, heightOfRows } from './grid-list.tsx'

/** Pages that are narrower show a list as a phone does: fewer columns, higher rows. */
const narrowBelow = 700

/** Whether lists have room for two or three columns only. */
export function useNarrowList(): boolean {
  return useNarrowerThan(narrowBelow)
}

/** How high a row is, in pixels. */
export interface RowHeights {
  readonly comfortable: number
  readonly dense: number
  readonly narrow: number
}

/** One line of text, wherever the list stands. */
const oneLine: RowHeights = { comfortable: 44, dense: 30, narrow: 44 }
/** One line; on a phone two, as names wrap there or carry a note. */
export const twoLinesOnPhone: RowHeights = { comfortable: 44, dense: 30, narrow: 68 }

type Fitted = 'rowHeight' | 'height' | 'active' | 'onActive' | 'lettersOn'
interface Props<Item> extends Omit<GridListProps<Item>, Fitted> {
  readonly rows?: RowHeights
  /** What stands above and below the list on its screen, in rem. */
  readonly besideRem: number
  /** For screens that move to another row by themselves; without both, the list keeps it. */
  readonly active?: string | undefined
  readonly onActive?: (key: string) => void
}

/** A list as high as its rows, or as what is left of the window; rows follow the width and the density, letters the choice. */
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
