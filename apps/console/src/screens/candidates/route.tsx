import type { InboxCandidate } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { FittedList, type RowHeights, useNarrowList } from '../../kit/fitted-list.tsx'
import { ListSentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { SearchByAccess } from '../searches/search-by-access.tsx'
import { candidateColumns } from './columns.tsx'
import { decide, type Outcome, takeBack } from './decisions.ts'
import { EmptyList } from './empty-list.tsx'
import { Filters } from './filters.tsx'
import { MarkedBar } from './marked-bar.tsx'
import { useCandidates, useLosses } from './queries.ts'
import { listSentence, texts } from './texts.ts'

/** A phone has the size of the candidate below its name, each in up to two lines. */
const rows: RowHeights = { comfortable: 44, dense: 30, narrow: 84 }

const route = getRouteApi('/inside/candidates')

/** The list of candidates, in which the user reads, marks and decides. */
export function Candidates() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const mayDecide = useMay('decide')
  const isNarrow = useNarrowList()
  const isMedium = useNarrowerThan(1100)
  const { candidates, totalCount, first, more, error, isPending, isPlaceholderData, refetch } = useCandidates(search)
  const losses = useLosses(candidates)
  const [marks, setMarks] = useState<ReadonlySet<string>>(new Set())
  const [active, setActive] = useState<string>()

  const { state = 'open', q: text = '' } = search
  const marked = useMemo(() => candidates.filter(({ id }) => marks.has(id)), [candidates, marks])
  const mark = useCallback((id: string) => setMarks((before) => toggled(before, id)), [])
  const open = ({ id }: InboxCandidate) => void navigate({ to: '/candidates/$id', params: { id }, search })
  /** Decides on the marked candidates, or on that of the active row. */
  const decideAbout = (outcome: Outcome, chosen: readonly InboxCandidate[] = marked) => {
    const next = candidates[candidates.findIndex(({ id }) => id === chosen.at(-1)?.id) + 1]
    void decide(chosen, outcome).then(() => setMarks(new Set()))
    if (next !== undefined) setActive(next.id)
  }
  const columns = useMemo(
    () => candidateColumns({ search, isMarked: (id) => marks.has(id), onMark: mark, losses, isNarrow, isMedium }),
    [search, marks, mark, losses, isNarrow, isMedium],
  )
  const pressed = (key: string, item: InboxCandidate) => {
    if (key === 'a' && mayDecide && state === 'open') open(item)
    else if (key === 'd' && mayDecide && state === 'open') decideAbout({ case: 'dismiss', value: {} }, [item])
    else return false
    return true
  }

  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <Filters search={search} counts={first} />
      <ListSentence asked={{ error, isPending }} isEmpty={candidates.length === 0} looking={texts.looking}>
        {listSentence({ state, text, totalCount, marked })}
      </ListSentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && totalCount === 0 && <EmptyList search={search} />}
      {candidates.length > 0 && totalCount > 0 && (
        <div aria-busy={isPlaceholderData} className={isPlaceholderData ? 'stale' : undefined}>
          <FittedList
            label={texts.title}
            items={candidates}
            keyOf={({ id }) => id}
            columns={columns}
            rows={rows}
            besideRem={21}
            active={active}
            onActive={setActive}
            selected={marks}
            onSelect={mark}
            onOpen={open}
            onKey={pressed}
            onEndReached={more}
            totalCount={totalCount}
          />
        </div>
      )}
      {candidates.length > 0 && !isNarrow && <p className="small muted">{texts.lossesMean}</p>}
      {!mayDecide && <p className="small muted">{texts.mayNot}</p>}
      <SearchByAccess />
      {mayDecide && marked.length > 0 && (
        <MarkedBar
          state={state}
          marked={marked}
          onDecide={decideAbout}
          onReopen={() => void takeBack(marked).then(() => setMarks(new Set()))}
          onUnmark={() => setMarks(new Set())}
        />
      )}
    </>
  )
}

function toggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(before)
  if (!after.delete(id)) after.add(id)
  return after
}
