import type { Review } from '@assay/contracts/assay/review/v1/review_pb'
import type { FormEvent } from 'react'
import { Button } from 'react-aria-components'
import { CommentField } from '../../kit/comment-field.tsx'
import { Question } from '../../kit/dialog.tsx'
import { useTyped } from '../../shell/typed.ts'
import { texts } from './texts.ts'

interface Props {
  readonly review: Review
  readonly isOpen: boolean
  readonly onClose: () => void
  /** @returns whether it was closed; if not, the comment is not discarded */
  readonly onConfirm: (comment: string) => Promise<boolean>
}

/** Asks before a review is closed, which cannot be undone, and says the effect. */
export function CloseQuestion({ review, isOpen, onClose, onConfirm }: Props) {
  const [comment, setComment, discard] = useTyped(`closing-comment:${review.id}`, '')
  const undecided = review.sums?.undecided ?? 0
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    void onConfirm(comment).then((isDone) => isDone && discard())
  }
  const cancel = () => {
    discard()
    onClose()
  }
  return (
    <Question title={texts.closeTitle} isOpen={isOpen} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>{texts.closeMeans}</p>
        {undecided > 0 && (
          <p>
            {texts.unanswered(undecided)} {texts.undecided}
          </p>
        )}
        <CommentField label={texts.closeComment} value={comment} onChange={setComment} />
        <div className="row">
          <Button className="button" data-kind="accent" type="submit" autoFocus>
            {texts.confirmClose}
          </Button>
          <Button className="button" onPress={cancel}>
            {texts.cancel}
          </Button>
        </div>
      </form>
    </Question>
  )
}
