import type { ReviewItem } from '@assay/contracts/assay/review/v1/review_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { createClient } from '@connectrpc/connect'
import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { CallButton } from '../../kit/call-button.tsx'
import { Question } from '../../kit/dialog.tsx'
import { useProblem } from '../../kit/use-problem.ts'
import { sentenceOf, transport } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import { useTyped } from '../../shell/typed.ts'
import { refreshReviews } from '../hand-over/hand-over.ts'
import { type Chosen, ReviewerField } from '../hand-over/reviewer-field.tsx'
import { texts } from './texts.ts'

const reviews = createClient(ReviewService, transport)

interface Props {
  readonly item: ReviewItem
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Asks for the new reviewers of an item. */
export function AssignQuestion({ item, isOpen, onClose }: Props) {
  return (
    <Question title={texts.assignTitle} isOpen={isOpen} onClose={onClose}>
      <AssignForm item={item} onClose={onClose} />
    </Question>
  )
}

function AssignForm({ item, onClose }: Omit<Props, 'isOpen'>) {
  const before = item.reviewers.map(({ id, displayName }) => ({ id, displayName: displayName || id }))
  const [chosen, setChosen, discard] = useTyped<readonly Chosen[]>(`reviewers:${item.id}`, before)
  const [problem, setProblem, isShown] = useProblem()
  const [isBusy, setBusy] = useState(false)
  const close = () => {
    discard()
    onClose()
  }
  const assign = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy) return
    if (chosen.length === 0) {
      setProblem(texts.needsOne)
      return
    }
    setBusy(true)
    const found = await giveTo(item.id, chosen, () => void giveTo(item.id, before))
    setBusy(false)
    setProblem(found)
    if (found !== undefined) return
    discard()
    if (isShown.current) onClose()
  }
  return (
    <form className="stack" aria-busy={isBusy} onSubmit={(event) => void assign(event)}>
      <p className="muted">{texts.assignMeans}</p>
      <ReviewerField chosen={chosen} onChange={setChosen} />
      <p className="fault" role="alert">
        {problem}
      </p>
      <div className="row">
        <CallButton isMain isBusy={isBusy}>
          {texts.confirmAssign}
        </CallButton>
        <Button className="button" onPress={close}>
          {texts.cancel}
        </Button>
      </div>
    </form>
  )
}

/** @returns a sentence about the failure, or undefined */
async function giveTo(itemId: string, chosen: readonly Chosen[], undo?: () => void): Promise<string | undefined> {
  try {
    await reviews.assignReviewItem({ itemId, reviewerIds: chosen.map(({ id }) => id) })
    showToast(texts.assigned, undo)
    await refreshReviews()
    return undefined
  } catch (error) {
    if (undo === undefined) showToast(sentenceOf(error))
    return sentenceOf(error)
  }
}
