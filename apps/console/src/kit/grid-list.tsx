import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { InRow } from './row-links.ts'

export interface Column<Item> {
  readonly key: string
  readonly title: string
  /** The width in the list's `grid-template-columns`; 0 leaves the column out. */
  readonly width: string
  readonly isNumber?: boolean
  readonly cell: (item: Item) => ReactNode
}

export interface GridListProps<Item> {
  readonly label: string
  readonly items: readonly Item[]
  readonly keyOf: (item: Item) => string
  readonly columns: readonly Column<Item>[]
  readonly rowHeight: number
  /** Height of the whole list, as CSS. */
  readonly height: string
  readonly active: string | undefined
  readonly onActive: (key: string) => void
  readonly selected?: ReadonlySet<string>
  readonly onSelect?: (key: string) => void
  /** Rows that are not selected have pale text; otherwise selected rows have another background. */
  readonly palesOthers?: boolean
  readonly onOpen?: (item: Item) => void
  /** Handles single letters and other keys that the list does not handle. @returns whether it handled the key */
  readonly onKey?: (key: string, item: Item) => boolean
  readonly lettersOn: boolean
  readonly onEndReached?: () => void
  /** The number of items on all pages, when not all pages are loaded. */
  readonly totalCount?: number
  /** There are more items, and their number is unknown. */
  readonly hasMore?: boolean
}

/** Rows that are less high, in pixels, have room for one line. */
const twoLines = 40

/** The height of a list with this number of rows, as CSS. The head has one or two lines of titles. */
export function heightOfRows(count: number, rowHeight: number): string {
  return `calc(${count * rowHeight}px + max(var(--row), 2.25rem) + 2px)`
}

/**
 * A list of any length; the page contains only its visible rows. It is one stop of the Tab key; the active row follows the
 * arrow keys, and the letters j, k and x where letters are on.
 */
export function GridList<Item>(props: GridListProps<Item>) {
  const {
    label,
    items,
    keyOf,
    columns,
    rowHeight,
    height,
    active,
    selected,
    totalCount = items.length,
    hasMore = items.length < totalCount,
  } = props
  const scrolled = useRef<HTMLDivElement>(null)
  const id = useId()
  const activeIndex = Math.max(
    0,
    items.findIndex((item) => keyOf(item) === active),
  )
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scrolled.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: rowHeight,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row height makes all measured sizes invalid
  useEffect(() => rows.measure(), [rows, rowHeight])

  const shown = rows.getVirtualItems()
  const lastShown = shown.at(-1)?.index ?? 0
  const { onEndReached } = props
  useEffect(() => {
    if (hasMore && lastShown >= items.length - 10) onEndReached?.()
  }, [lastShown, items.length, hasMore, onEndReached])

  const goTo = (index: number) => {
    const target = Math.max(0, Math.min(items.length - 1, index))
    const item = items[target]
    if (item === undefined) return
    rows.scrollToIndex(target)
    props.onActive(keyOf(item))
  }
  const press = (event: KeyboardEvent) => {
    const item = items[activeIndex]
    if (item === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    const page = Math.max(1, Math.floor((scrolled.current?.clientHeight ?? 0) / rowHeight) - 2)
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: items.length - 1,
      ...(props.lettersOn && { j: activeIndex + 1, k: activeIndex - 1 }),
    }
    const target = moves[event.key]
    const isHandled = () => {
      if (target !== undefined) goTo(target)
      else if (event.key === 'Enter' && props.onOpen) props.onOpen(item)
      else if (event.key === 'Enter') return followLink(document.getElementById(`${id}-${activeIndex}`))
      else if ((event.key === ' ' || (props.lettersOn && event.key === 'x')) && props.onSelect)
        props.onSelect(keyOf(item))
      else if (event.key.length > 1 || props.lettersOn) return props.onKey?.(event.key, item) ?? false
      else return false
      return true
    }
    if (isHandled()) event.preventDefault()
  }

  const template = columns.map(({ width }) => width).join(' ')
  return (
    <div
      ref={scrolled}
      className="grid"
      data-pales-others={props.palesOthers ? '' : undefined}
      data-one-line={rowHeight < twoLines ? '' : undefined}
      role="grid"
      aria-label={label}
      aria-rowcount={hasMore && totalCount === items.length ? -1 : totalCount + 1}
      aria-colcount={columns.length}
      aria-multiselectable={selected !== undefined}
      aria-activedescendant={items.length > 0 ? `${id}-${activeIndex}` : undefined}
      tabIndex={0}
      style={{ height }}
      onKeyDown={press}
    >
      <div className="grid-head" role="row" tabIndex={-1} aria-rowindex={1} style={{ gridTemplateColumns: template }}>
        {columns.map(({ key, title, isNumber }) => (
          <span key={key} role="columnheader" tabIndex={-1} className={isNumber ? 'number' : undefined}>
            {title}
          </span>
        ))}
      </div>
      <div className="grid-body" role="presentation" style={{ height: rows.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const item = items[index]
          if (item === undefined) return null
          const key = keyOf(item)
          return (
            // onKeyDown of the grid handles the keys.
            // biome-ignore lint/a11y/useKeyWithClickEvents: see above
            <div
              key={key}
              id={`${id}-${index}`}
              className="grid-row"
              role="row"
              tabIndex={-1}
              aria-rowindex={index + 2}
              aria-selected={selected?.has(key)}
              data-active={index === activeIndex ? '' : undefined}
              style={{ gridTemplateColumns: template, height: rowHeight, transform: `translateY(${start}px)` }}
              onClick={() => props.onActive(key)}
              onDoubleClick={() => props.onOpen?.(item)}
            >
              {columns.map(({ key: column, isNumber, cell }) => (
                <span key={column} role="gridcell" tabIndex={-1} className={isNumber ? 'number' : undefined}>
                  <InRow value>{cell(item)}</InRow>
                </span>
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Follows the first link of a row. @returns whether there is one */
function followLink(row: HTMLElement | null): boolean {
  const link = row?.querySelector('a')
  link?.click()
  return link !== null && link !== undefined
}
