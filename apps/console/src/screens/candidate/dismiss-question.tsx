import { DismissalReason } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { Answers } from '../../kit/answers.tsx'
import { Choices } from '../../kit/choices.tsx'
import { CommentField } from '../../kit/comment-field.tsx'
import { Question } from '../../kit/dialog.tsx'
import { useTyped } from '../../shell/typed.ts'
import { reasons, texts } from './texts.ts'

const options = reasons.map(
  ([value, words], index) =>
    [
      value,
      <>
        {words} <kbd>{index + 1}</kbd>
      </>,
    ] as const,
)

interface Props {
  readonly candidateId: string
  readonly isOpen: boolean
  readonly onClose: () => void
  /** @returns whether it was dismissed; if not, the comment is not discarded */
  readonly onDismiss: (reason: DismissalReason, comment: string) => Promise<boolean>
}

/** Asks for a reason, which is optional: Enter dismisses at once; a number key selects a reason first. */
export function DismissQuestion({ isOpen, onClose, ...form }: Props) {
  return (
    <Question title={texts.dismissTitle} isOpen={isOpen} onClose={onClose}>
      {/* Mounted with the dialog, so that no reason is selected at first. */}
      <DismissForm onClose={onClose} {...form} />
    </Question>
  )
}

function DismissForm({ candidateId, onClose, onDismiss }: Omit<Props, 'isOpen'>) {
  const [reason, setReason] = useState<DismissalReason>(DismissalReason.UNSPECIFIED)
  const [comment, setComment, discard] = useTyped(`dismissal-comment:${candidateId}`, '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    void onDismiss(reason, comment).then((isDone) => isDone && discard())
  }
  const cancel = () => {
    discard()
    onClose()
  }
  const choose = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLTextAreaElement) return
    const chosen = reasons[Number(event.key) - 1]
    if (chosen !== undefined) setReason(chosen[0])
  }
  return (
    <form className="stack" onSubmit={submit} onKeyDown={choose}>
      <Choices legend={texts.why} options={options} value={reason} onChange={setReason} />
      <CommentField label={texts.inWords} value={comment} onChange={setComment} />
      <Answers yes={texts.confirmDismiss} onNo={cancel} />
    </form>
  )
}
