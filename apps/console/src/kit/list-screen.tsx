import type { ReactNode } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { Failed } from './failed.tsx'
import { counted } from './figures.ts'
import { FittedList, type RowHeights, twoLinesOnPhone } from './fitted-list.tsx'
import type { Column } from './grid-list.tsx'
import type { Asked } from './list-part.tsx'
import { ListSentence } from './sentence.tsx'
import { texts } from './texts.ts'

interface Props<Item> {
  readonly title: string
  /** The nouns for the items: `['draft', 'drafts']`. */
  readonly nouns: readonly [one: string, many: string]
  readonly asked: Asked & { readonly hasNextPage: boolean }
  readonly items: readonly Item[]
  readonly onMore: () => void
  /** Says why the list is empty, and what would change that. */
  readonly empty: ReactNode
  /** Shown between the title and the sentence, such as filters. */
  readonly above?: ReactNode
  readonly keyOf: (item: Item) => string
  readonly columns: readonly Column<Item>[]
  readonly rows?: RowHeights
  readonly besideRem?: number
  readonly onOpen: (item: Item) => void
}

/** A screen with one list: the number of items, the reason when there are none, and the list. */
export function ListScreen<Item>(props: Props<Item>) {
  const { title, nouns, asked, items, empty, above, rows = twoLinesOnPhone, besideRem = 13 } = props
  const { error, isPending, hasNextPage, refetch } = asked
  const [one, many] = nouns
  return (
    <>
      <PageTitle>{title}</PageTitle>
      {above}
      <ListSentence asked={asked} isEmpty={items.length === 0} looking={texts.lookingFor(many)}>
        {texts.listed(counted(items.length, one, many), hasNextPage)}
      </ListSentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && items.length === 0 && (
        <section className="card" aria-label={title}>
          {empty}
        </section>
      )}
      {items.length > 0 && (
        <FittedList
          label={title}
          items={items}
          keyOf={props.keyOf}
          columns={props.columns}
          rows={rows}
          besideRem={besideRem}
          onOpen={props.onOpen}
          onEndReached={props.onMore}
          hasMore={hasNextPage}
        />
      )}
    </>
  )
}
