import {
  type Review,
  type ReviewItem,
  ReviewItemCondition,
  Review_State as State,
} from '@assay/contracts/assay/review/v1/review_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { useSession } from '../../shell/rights.ts'
import { Comments } from '../review/comments.tsx'
import { AccessList } from './access-list.tsx'
import { AnswerForm } from './answer-form.tsx'
import { type Answer, noAnswer } from './answers.ts'
import { useItem } from './queries.ts'
import { decisionWords, newWords, questionOf, texts } from './texts.ts'

interface Props {
  readonly review: Review
  readonly listed: ReviewItem
  readonly answer: Answer | undefined
  readonly onAnswer: (answer: Answer | undefined) => void
  readonly onNext: () => void
  readonly onBack: (() => void) | undefined
  readonly onSummary: () => void
  readonly isLast: boolean
}

/** One question: who would get which access, and the answer. */
export function QuestionPage({ review, listed, answer, onAnswer, onNext, onBack, onSummary, isLast }: Props) {
  const session = useSession()
  const { data: item, error, refetch } = useItem(listed.id)
  const isLost = error !== null && ConnectError.from(error).code === Code.NotFound
  const name = listed.candidate?.displayName ?? ''
  if (item?.candidate === undefined)
    return (
      <>
        <PageTitle takesFocus>{name}</PageTitle>
        {isLost ? <p>{texts.lost}</p> : error !== null && <Failed error={error} onRetry={() => void refetch()} />}
        {error === null && <p aria-busy>{texts.reading}</p>}
        <div className="row">
          {onBack && (
            <Button className="button" onPress={onBack}>
              {texts.back}
            </Button>
          )}
          <Button className="button" onPress={onNext}>
            {isLast ? texts.toSummary : texts.next}
          </Button>
        </div>
      </>
    )
  const { candidate, decision } = item
  // The answer is about the state that is shown, whatever the page read before.
  const change = (next: Partial<Answer>) =>
    onAnswer({ ...noAnswer, ...answer, ...next, etag: item.etag, isOvertaken: undefined })
  const isOpen = review.state === State.OPEN
  return (
    <>
      <p className="decide-name">
        <bdi>{candidate.displayName}</bdi>
      </p>
      <PageTitle takesFocus>{questionOf(item, session?.isBounded ?? false)}</PageTitle>
      <p>{newWords(candidate)}</p>
      {review.note !== '' && (
        <blockquote className="said">
          <p className="small muted">
            <bdi>{review.owner?.displayName || texts.somebody}</bdi> {texts.asks}
          </p>
          <p>
            <bdi>{review.note}</bdi>
          </p>
        </blockquote>
      )}
      <Condition condition={item.condition} />
      {decision !== undefined && (
        <p>
          <bdi>
            {decision.decidedBy === session?.userId ? texts.you : decision.decider?.displayName || decision.decidedBy}
          </bdi>{' '}
          {texts.answered} {decisionWords(decision)}
        </p>
      )}
      <AccessList
        item={item}
        leftOut={answer?.verdict === 'some' ? answer.leftOut : undefined}
        onLeftOut={(leftOut) => change({ leftOut })}
      />
      <Comments itemId={item.id} count={item.commentCount} isOpen={isOpen} />
      {isOpen ? (
        <AnswerForm
          answer={answer ?? noAnswer}
          entitlementCount={candidate.entitlements.length}
          isGone={item.condition === ReviewItemCondition.GONE}
          isLast={isLast}
          onChange={change}
          onNext={onNext}
        />
      ) : (
        <p>{texts.closed}</p>
      )}
      <div className="row">
        {onBack && (
          <Button className="button" onPress={onBack}>
            {texts.back}
          </Button>
        )}
        <Button className="button" onPress={onSummary}>
          {texts.toSummary}
        </Button>
      </div>
    </>
  )
}

function Condition({ condition }: { readonly condition: ReviewItemCondition }) {
  const words: Readonly<Partial<Record<ReviewItemCondition, string>>> = {
    [ReviewItemCondition.GONE]: texts.gone,
    [ReviewItemCondition.CHANGED]: texts.changed,
    [ReviewItemCondition.OTHER_LOAD]: texts.otherLoad,
  }
  const said = words[condition]
  return said === undefined ? null : <p className="muted">{said}</p>
}
