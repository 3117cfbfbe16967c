import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { formatDay } from '../../kit/times.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { useSession } from '../../shell/rights.ts'
import { byReview, type Mine } from './by-review.ts'
import { useMyItems, useSeesNobody } from './queries.ts'
import { texts } from './texts.ts'

/** The reviews with open items of the user. */
export function MyReviews() {
  const session = useSession()
  const { items, error, isPending, hasNextPage, more, refetch } = useMyItems()
  useEffect(() => {
    if (hasNextPage) more()
  }, [hasNextPage, more])
  const isNothing = !isPending && error === null && items.length === 0
  const seesNobody = useSeesNobody(isNothing && session?.isBounded === true)
  return (
    <>
      <PageTitle takesFocus>{texts.mine}</PageTitle>
      {isPending && <p aria-busy>{texts.reading}</p>}
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {isNothing && <p>{seesNobody ? texts.nobodySeen : texts.nothingWaits}</p>}
      <ul className="stack">
        {byReview(items).map((one) => (
          <li key={one.reviewId}>
            <ReviewCard mine={one} />
          </li>
        ))}
      </ul>
      <p>
        <Link className="button" to="/">
          {texts.toStart}
        </Link>
      </p>
    </>
  )
}

function ReviewCard({ mine: { reviewId, items } }: { readonly mine: Mine }) {
  const [first] = items
  const answered = items.filter(({ decision }) => decision !== undefined).length
  if (first === undefined) return null
  const verb = answered === 0 ? texts.begin : answered === items.length ? texts.change : texts.goOn
  return (
    <section className="card" aria-label={first.reviewDisplayName}>
      <h2>
        <bdi>{first.reviewDisplayName}</bdi>
      </h2>
      <p>{texts.progress(answered, items.length, first.dueTime && formatDay(first.dueTime))}</p>
      <Link
        className="button"
        data-kind={answered === items.length ? undefined : 'accent'}
        to="/decide/$review"
        params={{ review: reviewId }}
      >
        {verb}
        <span className="for-readers"> {texts.withReview(first.reviewDisplayName)}</span>
      </Link>
    </section>
  )
}
