import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { GridList, heightOfRows } from '../../kit/grid-list.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { entryColumns } from './columns.tsx'
import { ExportCard } from './export-card.tsx'
import { Filters } from './filters.tsx'
import { useEntries } from './queries.ts'
import type { LedgerSearch } from './search.ts'
import { texts, whoActed } from './texts.ts'

/** The entries, newest first: actor, kind, object, time and reason. */
export function EntriesTab({ search }: { readonly search: LedgerSearch }) {
  const navigate = useNavigate()
  const { density, letters } = useStore(preferences)
  const isNarrow = useNarrowerThan(900)
  const [active, setActive] = useState<string>()
  const { items, hasNextPage, more, error, isPending, isPlaceholderData, refetch } = useEntries(search)
  const rowHeight = isNarrow ? 76 : density === 'dense' ? 34 : 48
  const isNothing = !isPending && error === null && items.length === 0
  const isAsked = [search.what, search.who, search.about, search.from, search.until].some((one) => one !== undefined)
  const whoName =
    search.who === undefined || isPlaceholderData || items[0] === undefined ? undefined : whoActed(items[0].actor)
  return (
    <>
      <Filters search={search} whoName={whoName} />
      {(error === null || items.length > 0) && (
        <Sentence>
          {isPending
            ? texts.looking
            : isNothing
              ? isAsked
                ? texts.none
                : texts.nothing
              : kitTexts.listed(texts.newestFirst(items.length), hasNextPage)}
        </Sentence>
      )}
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {items.length > 0 && (
        <div aria-busy={isPlaceholderData} className={isPlaceholderData ? 'stale' : undefined}>
          <GridList
            label={texts.title}
            items={items}
            keyOf={({ id }) => id}
            columns={entryColumns(isNarrow)}
            rowHeight={rowHeight}
            height={`min(${heightOfRows(items.length, rowHeight)}, ${isNarrow ? '60dvh' : 'max(20rem, calc(100dvh - 20rem))'})`}
            active={active}
            onActive={setActive}
            onOpen={({ id }) => void navigate({ to: '/ledger/$id', params: { id } })}
            lettersOn={letters}
            onEndReached={more}
            hasMore={hasNextPage}
          />
        </div>
      )}
      <ExportCard search={search} />
    </>
  )
}
