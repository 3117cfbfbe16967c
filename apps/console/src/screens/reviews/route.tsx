import type { Review } from '@assay/contracts/assay/review/v1/review_pb'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { formatShare } from '../../kit/figures.ts'
import { type Column, GridList, heightOfRows } from '../../kit/grid-list.tsx'
import { ListSentence } from '../../kit/sentence.tsx'
import { ShareBar } from '../../kit/share-bar.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { formatDay } from '../../kit/times.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useMay } from '../../shell/rights.ts'
import { useStore } from '../../shell/store.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { useReviews } from './queries.ts'
import { type StateName, states } from './search.ts'
import { texts } from './texts.ts'

const route = getRouteApi('/inside/reviews')

/** The list of reviews, with the progress of each. */
export function Reviews() {
  const navigate = useNavigate()
  const { state = 'open' } = route.useSearch()
  const mayDecide = useMay('decide')
  const { density, letters } = useStore(preferences)
  const isNarrow = useNarrowerThan(700)
  const [active, setActive] = useState<string>()
  const { items, hasNextPage, more, error, isPending, refetch } = useReviews(state)
  const rowHeight = isNarrow ? 68 : density === 'dense' ? 34 : 48
  const isNothing = !isPending && error === null && items.length === 0
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <div className="filters">
        <nav className="tabs" aria-label={texts.states}>
          {(Object.keys(states) as StateName[]).map((name) => (
            <Link
              key={name}
              className="tab"
              to="/reviews"
              search={{ state: name === 'open' ? undefined : name }}
              activeOptions={{ exact: true }}
            >
              {texts[name]}
            </Link>
          ))}
        </nav>
        {mayDecide && (
          <Link className="button" to="/decide">
            {texts.mine}
          </Link>
        )}
      </div>
      <ListSentence asked={{ error, isPending }} isEmpty={items.length === 0} looking={texts.looking}>
        {kitTexts.listed(texts.count(items.length), hasNextPage)}
      </ListSentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {isNothing && <Nothing state={state} />}
      {items.length > 0 && (
        <GridList
          label={texts.title}
          items={items}
          keyOf={({ id }) => id}
          columns={isNarrow ? narrow : wide}
          rowHeight={rowHeight}
          height={`min(${heightOfRows(items.length, rowHeight)}, ${isNarrow ? '60dvh' : 'max(20rem, calc(100dvh - 15rem))'})`}
          active={active}
          onActive={setActive}
          onOpen={({ id }) => void navigate({ to: '/reviews/$id', params: { id } })}
          lettersOn={letters}
          onEndReached={more}
          hasMore={hasNextPage}
        />
      )}
    </>
  )
}

function Nothing({ state }: { readonly state: StateName }) {
  const words = { open: texts.noneOpen, closed: texts.noneClosed, all: texts.none }
  return (
    <section className="card" aria-label={texts.title}>
      <p>{words[state]}</p>
      {state !== 'closed' && (
        <p>
          <Link className="button" to="/candidates" search={{}}>
            {texts.toCandidates}
          </Link>
        </p>
      )}
    </section>
  )
}

function DecidedShare({ sums, isNarrow }: { readonly sums: Review['sums']; readonly isNarrow?: boolean }) {
  // A bounded reader gets no sums.
  if (sums === undefined) return null
  const decided = sums.items - sums.undecided
  return (
    <span className="share-with-bar">
      {formatShare(decided, sums.items)}
      {!isNarrow && sums.items > 0 && <ShareBar share={decided / sums.items} />}
    </span>
  )
}

function Due({ review: { dueTime, overdue } }: { readonly review: Review }) {
  return (
    <>
      {dueTime === undefined ? <span className="muted">{texts.noDue}</span> : formatDay(dueTime)}
      {overdue && <strong> {texts.late}</strong>}
    </>
  )
}

const name: Column<Review> = {
  key: 'name',
  title: texts.review,
  width: 'minmax(0, 3fr)',
  cell: ({ id, displayName }) => (
    <Link className="grid-name" to="/reviews/$id" params={{ id }} tabIndex={-1} title={displayName}>
      <bdi>{displayName}</bdi>
    </Link>
  ),
}
const narrow: readonly Column<Review>[] = [
  {
    ...name,
    width: 'minmax(0, 1fr)',
    cell: (review) => (
      <>
        {name.cell(review)}
        <span className="small muted">
          <Due review={review} />
        </span>
      </>
    ),
  },
  {
    key: 'decided',
    title: texts.decided,
    width: '4.5rem',
    isNumber: true,
    cell: ({ sums }) => <DecidedShare sums={sums} isNarrow />,
  },
]
const wide: readonly Column<Review>[] = [
  name,
  {
    key: 'owner',
    title: texts.owner,
    width: 'minmax(0, 2fr)',
    cell: ({ owner, ownerId }) => <bdi className="grid-name">{owner?.displayName || ownerId}</bdi>,
  },
  { key: 'due', title: texts.due, width: 'minmax(8rem, 1fr)', cell: (review) => <Due review={review} /> },
  {
    key: 'decided',
    title: texts.decided,
    width: 'minmax(9rem, 1fr)',
    cell: ({ sums }) => <DecidedShare sums={sums} />,
  },
]
