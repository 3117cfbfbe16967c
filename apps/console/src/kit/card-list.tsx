import type { ReactNode } from 'react'
import { ShowMore } from './show-more.tsx'

interface Props<Item> {
  readonly label: string
  readonly items: readonly Item[]
  readonly keyOf: (item: Item) => string
  /** The content of the card of an item. */
  readonly card: (item: Item) => ReactNode
  readonly hasMore?: boolean
  readonly onMore?: () => void
}

/** A short list of cards with a button that shows more; renders nothing while the list is empty. */
export function CardList<Item>({ label, items, keyOf, card, hasMore = false, onMore }: Props<Item>) {
  if (items.length === 0) return null
  return (
    <>
      <ul className="stack" aria-label={label}>
        {items.map((item) => (
          <li key={keyOf(item)} className="card">
            {card(item)}
          </li>
        ))}
      </ul>
      {onMore !== undefined && <ShowMore hasMore={hasMore} onMore={onMore} />}
    </>
  )
}
