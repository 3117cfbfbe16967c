import type { Review, ReviewItem } from '@assay/contracts/assay/review/v1/review_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { formatDay } from '../../kit/times.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { isAnswered } from './answers.ts'
import { useMyItemsOf, useReview } from './queries.ts'
import { QuestionPage } from './question-page.tsx'
import { Summary } from './summary.tsx'
import { texts } from './texts.ts'
import { useAnswers } from './use-answers.ts'

const route = getRouteApi('/alone/decide/$review')

/** One review for its reviewer: one question at a time, and a summary to read before sending. */
export function Decide() {
  const { review: reviewId } = route.useParams()
  const mayDecide = useMay('decide')
  const review = useReview(reviewId)
  const mine = useMyItemsOf(reviewId)
  const error = review.error ?? mine.error
  // The page does not reveal whether the review is missing or assigned to other reviewers.
  const isNotThere =
    (error !== null && ConnectError.from(error).code === Code.NotFound) || mine.data?.items.length === 0
  if (mayDecide && review.data !== undefined && mine.data !== undefined && !isNotThere)
    return <Asked key={reviewId} review={review.data} items={mine.data.items} />
  return (
    <>
      <PageTitle takesFocus>{texts.mine}</PageTitle>
      {!mayDecide && <p>{texts.mayNot}</p>}
      {mayDecide && isNotThere && <p>{texts.notThere}</p>}
      {mayDecide && error !== null && !isNotThere && (
        <Failed error={error} onRetry={() => void Promise.all([review.refetch(), mine.refetch()])} />
      )}
      {mayDecide && error === null && !isNotThere && <p aria-busy>{texts.reading}</p>}
      <p>
        <Link className="button" to="/decide">
          {texts.toMine}
        </Link>
      </p>
    </>
  )
}

function Asked({ review, items }: { readonly review: Review; readonly items: readonly ReviewItem[] }) {
  const navigate = useNavigate()
  const { at } = route.useSearch()
  const { answers, put } = useAnswers(review.id)
  // The first question stays the same while the user answers, so that the page does not move by itself.
  const [start] = useState(() => items.findIndex((item) => !isAnswered(item, answers)) + 1)
  const place = at ?? (start === 0 ? 'send' : start)
  const isSummary = place === 'send'
  const number = isSummary ? items.length : Math.min(place, items.length)
  const item = items[number - 1]
  const goTo = (next: number | 'send') =>
    void navigate({ to: '/decide/$review', params: { review: review.id }, search: { at: next } })
  return (
    <>
      <p className="small muted decide-where">
        <span>
          <bdi>{review.displayName}</bdi>
          {review.dueTime && texts.due(formatDay(review.dueTime))}
        </span>
        {!isSummary && <strong>{kitTexts.ofAll(String(number), String(items.length))}</strong>}
      </p>
      {isSummary || item === undefined ? (
        <Summary review={review} items={items} answers={answers} put={put} />
      ) : (
        <QuestionPage
          key={item.id}
          review={review}
          listed={item}
          answer={answers[item.id]}
          onAnswer={(answer) => put(item.id, answer)}
          onNext={() => goTo(number === items.length ? 'send' : number + 1)}
          onBack={number > 1 ? () => goTo(number - 1) : undefined}
          onSummary={() => goTo('send')}
          isLast={number === items.length}
        />
      )}
    </>
  )
}
