import { type Review, type ReviewItem, Review_State as State } from '@assay/contracts/assay/review/v1/review_pb'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { PageTitle } from '../../shell/page-title.tsx'
import { useSession } from '../../shell/rights.ts'
import { refreshReviews } from '../hand-over/hand-over.ts'
import { type Answer, type Answers, isSendable } from './answers.ts'
import { useItem } from './queries.ts'
import { sendAnswers } from './send.ts'
import { answerWords, decisionWords, texts } from './texts.ts'

interface Props {
  readonly review: Review
  readonly items: readonly ReviewItem[]
  readonly answers: Answers
  readonly put: (itemId: string, answer: Answer | undefined) => void
}

/** All answers in words, to read before sending; afterwards, the result of each. */
export function Summary({ review, items, answers, put }: Props) {
  const userId = useSession()?.userId ?? ''
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({})
  const [sentCount, setSentCount] = useState<number>()
  const [isBusy, setBusy] = useState(false)
  const ready = items.filter(({ id }) => isSendable(answers[id]))
  const unanswered = items.filter(({ id, decision }) => !isSendable(answers[id]) && decision === undefined).length
  const isOpen = review.state === State.OPEN
  const send = async () => {
    if (isBusy) return
    setBusy(true)
    setProblems({})
    let count = 0
    for await (const { itemId, problem, isOvertaken } of sendAnswers(items, answers, userId)) {
      const answer = answers[itemId]
      if (problem === undefined) count++
      else setProblems((before) => ({ ...before, [itemId]: problem }))
      put(itemId, problem === undefined || answer === undefined ? undefined : { ...answer, isOvertaken })
      setSentCount(count)
    }
    await refreshReviews()
    setBusy(false)
  }
  return (
    <>
      <PageTitle takesFocus>{texts.read}</PageTitle>
      <ul className="stack">
        {items.map((item, at) => (
          <li key={item.id}>
            <AnswerCard
              reviewId={review.id}
              item={item}
              number={at + 1}
              answer={answers[item.id]}
              problem={problems[item.id]}
              isOpen={isOpen}
            />
          </li>
        ))}
      </ul>
      <p role="status">{sentCount !== undefined && `${texts.sentCount(sentCount)} ${isBusy ? '' : texts.thanks}`}</p>
      {!isOpen && <p>{texts.closed}</p>}
      {isOpen && unanswered > 0 && <p>{texts.unanswered(unanswered)}</p>}
      <div className="decide-answers">
        {isOpen && ready.length > 0 && (
          <Button className="button" data-kind="accent" onPress={() => void send()}>
            {texts.send(ready.length)}
          </Button>
        )}
        <Link className="button" to="/decide">
          {texts.toMine}
        </Link>
      </div>
    </>
  )
}

/** `243 people, 5 things, 55 new in all` */
function factsOf({ candidate }: ReviewItem): string {
  const { peopleCount = 0, entitlementCount = 0, gains } = candidate ?? {}
  return texts.factsOf(peopleCount, entitlementCount, Number(gains?.count ?? 0))
}

interface CardProps {
  readonly reviewId: string
  readonly item: ReviewItem
  readonly number: number
  readonly answer: Answer | undefined
  readonly problem: string | undefined
  readonly isOpen: boolean
}

function AnswerCard({ reviewId, item, number, answer, problem, isOpen }: CardProps) {
  const { decision, candidate } = item
  // Only the item itself has the names of left-out entitlements; a list of items does not.
  const { data } = useItem(answer?.verdict === 'some' ? item.id : '')
  const name = candidate?.displayName ?? ''
  const isSaid = answer?.verdict !== undefined
  const said = isSaid
    ? answerWords(answer, data?.candidate)
    : decision === undefined
      ? `${texts.notAnswered}.`
      : decisionWords(decision)
  return (
    <section className="card" aria-label={name}>
      <h2>
        {number}. <bdi>{name}</bdi>
      </h2>
      <p>
        <bdi>{said}</bdi> {!isSaid && decision !== undefined && <span className="muted">({texts.sent})</span>}
      </p>
      <p className="small muted">{factsOf(item)}</p>
      {problem !== undefined && (
        <p className="fault" role="alert">
          {problem}
        </p>
      )}
      {problem === undefined && answer?.isOvertaken && <p className="fault">{texts.overtaken}</p>}
      {isOpen && (
        <p>
          <Link className="button" to="/decide/$review" params={{ review: reviewId }} search={{ at: number }}>
            {isSaid || decision !== undefined ? texts.change : texts.answer}
            <span className="for-readers"> {name}</span>
          </Link>
        </p>
      )}
    </section>
  )
}
