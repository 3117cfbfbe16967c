import { DismissalReason } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import { type FormEvent, type KeyboardEvent, useEffect, useState } from 'react'
import { Answers } from '../../kit/answers.tsx'
import { Choices } from '../../kit/choices.tsx'
import { Question } from '../../kit/dialog.tsx'
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
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onDismiss: (reason: DismissalReason, comment: string) => void
}

/** Asks for a reason, which is optional: Enter dismisses at once; a number key selects a reason first. */
export function DismissQuestion({ isOpen, onClose, onDismiss }: Props) {
  const [reason, setReason] = useState<DismissalReason>(DismissalReason.UNSPECIFIED)
  const [comment, setComment] = useState('')
  useEffect(() => {
    if (!isOpen) return
    setReason(DismissalReason.UNSPECIFIED)
    setComment('')
  }, [isOpen])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    onDismiss(reason, comment)
  }
  const choose = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLTextAreaElement) return
    const chosen = reasons[Number(event.key) - 1]
    if (chosen !== undefined) setReason(chosen[0])
  }
  return (
    <Question title={texts.dismissTitle} isOpen={isOpen} onClose={onClose}>
      <form className="stack" onSubmit={submit} onKeyDown={choose}>
        <Choices legend={texts.why} options={options} value={reason} onChange={setReason} />
        <label className="field">
          <span className="field-label">{texts.inWords}</span>
          <textarea
            className="input"
            dir="auto"
            rows={2}
            maxLength={4096}
            value={comment}
            onChange={({ target }) => setComment(target.value)}
          />
        </label>
        <Answers yes={texts.confirmDismiss} onNo={onClose} />
      </form>
    </Question>
  )
}
