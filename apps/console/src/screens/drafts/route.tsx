import type { Draft } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { counted } from '../../kit/figures.ts'
import { type Column, GridList } from '../../kit/grid-list.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { formatTime } from '../../kit/times.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { useDrafts } from './queries.ts'
import { texts } from './texts.ts'

/** Candidates that people keep: edited, merged, split, or saved from a selection. */
export function Drafts() {
  const navigate = useNavigate()
  const { density, letters } = useStore(preferences)
  const isNarrow = useNarrowerThan(700)
  const [active, setActive] = useState<string>()
  const { items, hasNextPage, more, error, isPending, refetch } = useDrafts()
  const rowHeight = isNarrow ? 68 : density === 'dense' ? 30 : 44
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <Sentence>
        {isPending ? texts.looking : `${hasNextPage ? 'More than ' : ''}${counted(items.length, 'draft', 'drafts')}.`}
      </Sentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && items.length === 0 && (
        <section className="card" aria-label={texts.title}>
          <p>{texts.none}</p>
          <p>
            <Link className="button" to="/candidates" search={{}}>
              {texts.toCandidates}
            </Link>
          </p>
        </section>
      )}
      {items.length > 0 && (
        <GridList
          label={texts.title}
          items={items}
          keyOf={({ id }) => id}
          columns={isNarrow ? [name, changed] : [name, by, changed]}
          rowHeight={rowHeight}
          height={`min(${(items.length + 1) * rowHeight + 8}px, ${isNarrow ? '60dvh' : 'max(20rem, calc(100dvh - 13rem))'})`}
          active={active}
          onActive={setActive}
          onOpen={({ id }) => void navigate({ to: '/drafts/$id', params: { id }, search: {} })}
          lettersOn={letters}
          onEndReached={more}
          hasMore={hasNextPage}
        />
      )}
    </>
  )
}

const name: Column<Draft> = {
  key: 'name',
  title: 'Draft',
  width: 'minmax(0, 2fr)',
  cell: ({ id, displayName }) => (
    <Link className="grid-name" to="/drafts/$id" params={{ id }} search={{}} tabIndex={-1} title={displayName}>
      <bdi>{displayName}</bdi>
    </Link>
  ),
}
const by: Column<Draft> = {
  key: 'by',
  title: 'Changed by',
  width: 'minmax(0, 1fr)',
  cell: ({ updatedBy }) => <bdi className="grid-name">{updatedBy}</bdi>,
}
const changed: Column<Draft> = {
  key: 'changed',
  title: 'Changed',
  width: '9rem',
  isNumber: true,
  cell: ({ updateTime }) => formatTime(updateTime),
}
