import type { Column } from './grid-list.tsx'

interface Options<Item> {
  readonly title: string
  /** What ticking does, for screen readers: `Give Mail`. */
  readonly labelOf: (item: Item) => string
  readonly isTicked: (item: Item) => boolean
  readonly onTick: (item: Item) => void
  readonly isNarrow?: boolean
}

/** A column of check boxes. They are no stops of the Tab key: the key x checks the active row. */
export function tickColumn<Item>({ title, labelOf, isTicked, onTick, isNarrow }: Options<Item>): Column<Item> {
  return {
    key: 'tick',
    title,
    width: isNarrow ? '1.75rem' : '2.5rem',
    cell: (item) => (
      <input
        type="checkbox"
        className="tick"
        tabIndex={-1}
        aria-label={labelOf(item)}
        checked={isTicked(item)}
        onChange={() => onTick(item)}
      />
    ),
  }
}
