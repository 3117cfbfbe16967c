import { Link } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { Gains } from '../../kit/gains.tsx'
import { useBestCandidates } from './queries.ts'
import { texts } from './texts.ts'

/** The number of open candidates, and the best of them. */
export function CandidatesCard() {
  const { data, error, isPending, refetch } = useBestCandidates()
  return (
    <section className="card" aria-label={texts.waiting} aria-busy={isPending}>
      <h2>{texts.waiting}</h2>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {data?.totalCount === 0 && <p>{texts.nothingWaits}</p>}
      {data !== undefined && data.totalCount > 0 && (
        <>
          <ul className="stack">
            {data.candidates.map(({ id, displayName, peopleCount, gainCount }) => (
              <li key={id}>
                <Link to="/candidates/$id" params={{ id }} search={{}}>
                  <bdi>{displayName}</bdi>
                </Link>
                <p className="small muted">
                  {texts.peopleOf(peopleCount)}, <Gains count={gainCount} />
                </p>
              </li>
            ))}
          </ul>
          <Link to="/candidates" search={{}}>
            {texts.showAll(data.totalCount)}
          </Link>
        </>
      )}
    </section>
  )
}
