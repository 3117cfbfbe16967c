import { type ReviewDecision, type ReviewItem, Verdict } from '@assay/contracts/assay/review/v1/review_pb'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { entitlementWords } from '../../kit/count-texts.ts'
import { enumWords } from '../../kit/enum-words.ts'
import { Filled } from '../../kit/filled.tsx'
import { JoinedNames } from '../../kit/joined-names.tsx'
import { formatTime } from '../../kit/times.ts'
import { AssignQuestion } from './assign-question.tsx'
import { CandidateOfItem } from './candidate-of-item.tsx'
import { Comments } from './comments.tsx'
import { resultWords, texts, verdictWords } from './texts.ts'

interface Props {
  readonly item: ReviewItem
  readonly isOpen: boolean
  /** The user may assign the item to other reviewers. */
  readonly isOwner: boolean
}

/** One item of a review: its reviewers, its decision, and the result of carrying it out. */
export function ItemCard({ item, isOpen, isOwner }: Props) {
  const [isAsked, ask] = useState(false)
  const { candidate, decision, carriedOut, reviewers } = item
  const name = candidate?.displayName ?? ''
  return (
    <section className="card" aria-label={name}>
      <h3>
        <Filled text={texts.numbered} with={{ number: item.number, candidate: <CandidateOfItem item={item} /> }} />
      </h3>
      <p className="small muted">
        {texts.factsOf(
          candidate?.peopleCount ?? 0,
          candidate?.entitlementCount ?? 0,
          Number(candidate?.gains?.count ?? 0),
        )}
      </p>
      <dl className="figures">
        <dt>{texts.reviewers}</dt>
        <dd>
          {reviewers.length === 0 && texts.noReviewer}
          <JoinedNames
            names={reviewers.map(({ id, displayName }) => ({ key: id, shown: <bdi>{displayName || id}</bdi> }))}
          />
        </dd>
        <Decision decision={decision} />
        {carriedOut !== undefined && (
          <>
            <dt>{enumWords(resultWords, carriedOut.result)}</dt>
            <dd>
              <Filled
                text={texts.doneAs}
                with={{
                  message: <bdi>{carriedOut.message}</bdi>,
                  profile: carriedOut.accessProfileId !== '' && (
                    <Link to="/access-profiles/$id" params={{ id: carriedOut.accessProfileId }}>
                      {texts.show}
                    </Link>
                  ),
                }}
              />
            </dd>
          </>
        )}
      </dl>
      <Comments itemId={item.id} count={item.commentCount} isOpen={isOpen} />
      {isOpen && isOwner && (
        <div>
          <Button className="button" onPress={() => ask(true)}>
            {texts.assign}
            <span className="for-readers"> {name}</span>
          </Button>
        </div>
      )}
      <AssignQuestion item={item} isOpen={isAsked} onClose={() => ask(false)} />
    </section>
  )
}

function Decision({ decision }: { readonly decision: ReviewDecision | undefined }) {
  if (decision === undefined)
    return (
      <>
        <dt>{texts.itsAnswer}</dt>
        <dd className="muted">{verdictWords[Verdict.UNSPECIFIED]}</dd>
      </>
    )
  const { verdict, decider, decidedBy, decideTime, comment, leftOut, entryId } = decision
  const said = {
    verdict: <strong>{enumWords(verdictWords, verdict)}</strong>,
    who: <bdi>{decider?.displayName || decidedBy}</bdi>,
    time: formatTime(decideTime),
    entry: (
      <Link to="/ledger/$id" params={{ id: entryId }}>
        {texts.inLedger}
      </Link>
    ),
  }
  return (
    <>
      <dt>{texts.itsAnswer}</dt>
      <dd>
        {leftOut.length === 0 ? (
          <Filled text={texts.answeredBy} with={said} />
        ) : (
          <Filled text={texts.answeredInPartBy} with={{ ...said, entitlements: entitlementWords(leftOut.length) }} />
        )}
        {comment !== '' && (
          <span className="words block">
            <Filled text={texts.quoted} with={{ comment: <bdi>{comment}</bdi> }} />
          </span>
        )}
      </dd>
    </>
  )
}
