import { type MiningSession, MiningSession_State as State } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { getRouteApi, Link } from '@tanstack/react-router'
import { CardList } from '../../kit/card-list.tsx'
import { Failed } from '../../kit/failed.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { formatTime } from '../../kit/times.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { goesOn, useSearches } from './queries.ts'
import { StartSearch } from './start-search.tsx'
import { populationText, texts } from './texts.ts'

const route = getRouteApi('/inside/candidates/search')

/** A form that starts a search for roles by access, and the list of searches. */
export function Searches() {
  const search = route.useSearch()
  const mayMine = useMay('mine')
  const { items, more, hasNextPage, error, isPending, refetch } = useSearches()
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <p className="sentence muted">{texts.means}</p>
      {mayMine ? <StartSearch search={search} /> : <p className="small muted">{texts.mayNot}</p>}
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {isPending && <p>{texts.looking}</p>}
      {items.length > 0 && (
        <section className="stack" aria-label={texts.searches}>
          <h2>{texts.searches}</h2>
          <CardList
            label={texts.searches}
            items={items}
            keyOf={({ id }) => id}
            card={(session) => <SearchLine session={session} />}
            hasMore={hasNextPage}
            onMore={more}
          />
        </section>
      )}
    </>
  )
}

function SearchLine({ session }: { readonly session: MiningSession }) {
  const { id, displayName, createTime, automatic, state, peopleCount, readyRoleCount, errorMessage } = session
  return (
    <>
      <Link to="/candidates/search/$id" params={{ id }} search={{}}>
        <bdi>{displayName || texts.unnamed(formatTime(createTime))}</bdi>
      </Link>
      <p className="small muted">
        <bdi>{populationText(session)}</bdi>
        {automatic && `; ${texts.automatic}`}
      </p>
      <p>
        {goesOn(session) && texts.states[state === State.WAITING ? 'waiting' : 'running']}
        {state === State.COMPLETED && `${texts.people(peopleCount)}, ${texts.roles(readyRoleCount)}`}
        {state === State.FAILED && `${texts.states.failed}: ${inReadingOrder(errorMessage)}`}
      </p>
    </>
  )
}
