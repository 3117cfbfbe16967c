import { Link } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { formatDay } from '../../kit/times.ts'
import { useMay } from '../../shell/rights.ts'
import { byReview } from '../decide/by-review.ts'
import { useWaitingForMe } from './queries.ts'
import { texts } from './texts.ts'

/** The user's open review items; renders nothing when there are none. */
export function MyDecisionsCard() {
  const mayDecide = useMay('decide')
  const { data, error, refetch } = useWaitingForMe(mayDecide)
  const mine = byReview(data?.items ?? [])
  if (error === null && mine.length === 0) return null
  return (
    <section className="card" aria-label={texts.forMe}>
      <h2>{texts.forMe}</h2>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      <ul className="stack">
        {mine.map(({ reviewId, items }) => (
          <li key={reviewId}>
            <Link to="/decide/$review" params={{ review: reviewId }}>
              <bdi>{items[0]?.reviewDisplayName}</bdi>
            </Link>
            <p className="small muted">
              {texts.questions(items.length, items[0]?.dueTime && formatDay(items[0].dueTime))}
            </p>
          </li>
        ))}
      </ul>
      {data?.nextPageToken !== '' && data !== undefined && <Link to="/decide">{texts.allForMe}</Link>}
    </section>
  )
}
