import { type Review, type ReviewItem, Review_State as State } from '@assay/contracts/assay/review/v1/review_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { formatTime } from '../../kit/times.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay, useSession } from '../../shell/rights.ts'
import { texts as shellTexts } from '../../shell/texts.ts'
import { CloseQuestion } from './close-question.tsx'
import { carryOut, closeReview, downloadEvidence } from './end-review.ts'
import { ItemCard } from './item-card.tsx'
import { useReview, useReviewItems } from './queries.ts'
import { RemindButton } from './remind-button.tsx'
import { progressSentence, reminderWords, texts } from './texts.ts'

const route = getRouteApi('/inside/reviews/$id')

/** One review for its owner and for auditors: its progress, its decisions, and the result of carrying them out. */
export function ReviewScreen() {
  const { id } = route.useParams()
  const review = useReview(id)
  const items = useReviewItems(id)
  const isGone = review.error !== null && ConnectError.from(review.error).code === Code.NotFound
  return (
    <>
      <nav aria-label={shellTexts.belongs}>
        <Link to="/reviews" search={{}}>
          {texts.toList}
        </Link>
      </nav>
      <PageTitle>{review.data?.displayName ?? texts.title}</PageTitle>
      {isGone && <p>{texts.gone}</p>}
      {review.error !== null && !isGone && <Failed error={review.error} onRetry={() => void review.refetch()} />}
      {review.data === undefined && review.error === null && <p aria-busy>{texts.looking}</p>}
      {review.data !== undefined && (
        <>
          <Sentence>{progressSentence(review.data, new Date())}</Sentence>
          <Facts review={review.data} />
          <Actions review={review.data} items={items.data?.items ?? []} />
          <section className="stack" aria-label={texts.items} aria-busy={items.isPending}>
            <h2>{texts.items}</h2>
            {items.error !== null && <Failed error={items.error} onRetry={() => void items.refetch()} />}
            <Items review={review.data} items={items.data?.items ?? []} />
          </section>
        </>
      )}
    </>
  )
}

function useIsOwner({ ownerId }: Review): boolean {
  const userId = useSession()?.userId
  const mayAdminister = useMay('administer')
  return ownerId === userId || mayAdminister
}

function Facts({ review }: { readonly review: Review }) {
  const { note, owner, ownerId, closer, closedBy, closeTime, dueTime, overdue } = review
  const reminders = review.reminders.map(reminderWords).filter((words) => words !== '')
  return (
    <dl className="figures">
      {note !== '' && (
        <>
          <dt>{texts.note}</dt>
          <dd className="words">
            <bdi>{note}</bdi>
          </dd>
        </>
      )}
      <dt>{texts.owner}</dt>
      <dd>
        <bdi>{owner?.displayName || ownerId}</bdi>, {formatTime(review.createTime)}
      </dd>
      <dt>{texts.due}</dt>
      <dd>
        {dueTime === undefined ? texts.noDue : formatTime(dueTime)} {overdue && <strong>({texts.overdue})</strong>}
      </dd>
      {reminders.length > 0 && (
        <>
          <dt>{texts.reminders}</dt>
          <dd>
            {reminders.map((words) => (
              <span key={words} className="block">
                {words}
              </span>
            ))}
          </dd>
        </>
      )}
      {closeTime !== undefined && (
        <>
          <dt>{texts.closedBy}</dt>
          <dd>
            <bdi>{closer?.displayName || closedBy}</bdi>, {formatTime(closeTime)}
          </dd>
        </>
      )}
    </dl>
  )
}

function Actions({ review, items }: { readonly review: Review; readonly items: readonly ReviewItem[] }) {
  const { id, state, sums } = review
  const session = useSession()
  const mayDecide = useMay('decide')
  const isOwner = useIsOwner(review) && mayDecide
  const [isAsked, ask] = useState(false)
  const isOpen = state === State.OPEN
  const isMine = items.some(({ reviewerIds }) => reviewerIds.includes(session?.userId ?? ''))
  const decided = (sums?.items ?? 0) - (sums?.undecided ?? 0)
  const waiting = decided - (sums?.carriedOut ?? 0) - (sums?.leftToPeople ?? 0) - (sums?.failed ?? 0)
  return (
    <div className="row">
      {isOpen && isMine && mayDecide && (
        <Link className="button" data-kind="accent" to="/decide/$review" params={{ review: id }}>
          {texts.answer}
        </Link>
      )}
      <RemindButton review={review} />
      {isOpen && isOwner && (
        <Button className="button" onPress={() => ask(true)}>
          {texts.close}
        </Button>
      )}
      {!isOpen && isOwner && waiting > 0 && (
        <Button className="button" data-kind="accent" onPress={() => void carryOut(id, false)}>
          {texts.carryOut}
        </Button>
      )}
      {!isOpen && isOwner && (sums?.failed ?? 0) > 0 && (
        <Button className="button" onPress={() => void carryOut(id, true)}>
          {texts.carryAgain}
        </Button>
      )}
      {session?.isBounded === false && (
        <details className="menu-like">
          <summary>{texts.evidence}</summary>
          <p className="small muted">{texts.evidenceMeans}</p>
          <div className="row">
            <Button className="button" onPress={() => void downloadEvidence(id, 'html')}>
              {texts.html}
            </Button>
            <Button className="button" onPress={() => void downloadEvidence(id, 'ndjson')}>
              {texts.ndjson}
            </Button>
          </div>
        </details>
      )}
      <CloseQuestion
        review={review}
        isOpen={isAsked}
        onClose={() => ask(false)}
        onConfirm={(comment) => closeReview(id, comment)}
      />
    </div>
  )
}

function Items({ review, items }: { readonly review: Review; readonly items: readonly ReviewItem[] }) {
  const mayDecide = useMay('decide')
  const isOwner = useIsOwner(review) && mayDecide
  return (
    <ul className="stack">
      {items.map((item) => (
        <li key={item.id}>
          <ItemCard item={item} isOpen={review.state === State.OPEN} isOwner={isOwner} />
        </li>
      ))}
    </ul>
  )
}
