import type { InboxCandidate } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { writeReference } from '../compare/reference.ts'
import { HandOverQuestion } from '../hand-over/hand-over-question.tsx'
import { useMayHandOver } from '../hand-over/may-hand-over.ts'
import { texts as handOverTexts } from '../hand-over/texts.ts'
import { referenceOf } from './candidate-source.ts'
import type { Outcome } from './decisions.ts'
import type { StateName } from './search.ts'
import { texts } from './texts.ts'

interface Props {
  readonly state: StateName
  readonly marked: readonly Pick<InboxCandidate, 'id' | 'kind' | 'displayName'>[]
  readonly onDecide: (outcome: Outcome) => void
  readonly onReopen: () => void
  readonly onUnmark: () => void
}

/** The maximum number of items of a review. */
const mostHandedOver = 100

/** The actions on marked candidates. Each can be undone, so none asks first. */
export function MarkedBar({ state, marked, onDecide, onReopen, onUnmark }: Props) {
  const [one, other] = marked
  const mayHandOver = useMayHandOver()
  const [isAsked, ask] = useState(false)
  return (
    <section className="bottom-bar" aria-label={texts.markedCandidates(marked.length)}>
      <span>{texts.marked(marked.length)}</span>
      {state === 'open' ? (
        <>
          <Button className="button" data-kind="accent" onPress={() => onDecide({ case: 'accept', value: {} })}>
            {texts.acceptMarked}
          </Button>
          <Button className="button" onPress={() => onDecide({ case: 'dismiss', value: {} })}>
            {texts.dismissMarked}
          </Button>
        </>
      ) : (
        <Button className="button" data-kind="accent" onPress={onReopen}>
          {texts.reopenMarked}
        </Button>
      )}
      {mayHandOver && marked.length <= mostHandedOver && (
        <>
          <Button className="button" onPress={() => ask(true)}>
            {handOverTexts.openMany}
          </Button>
          <HandOverQuestion
            items={marked.map((each) => ({ ...referenceOf(each), displayName: each.displayName }))}
            isOpen={isAsked}
            onClose={() => ask(false)}
            onDone={onUnmark}
          />
        </>
      )}
      {marked.length === 2 && one !== undefined && other !== undefined && (
        <Link
          className="button"
          to="/compare"
          search={{ a: writeReference(referenceOf(one)), b: writeReference(referenceOf(other)) }}
        >
          {texts.compareMarked}
        </Link>
      )}
      <Button className="button" data-kind="plain" onPress={onUnmark}>
        {texts.unmark}
      </Button>
      {state === 'open' && <span className="small muted">{texts.withoutReason}</span>}
    </section>
  )
}
