import type { FormEvent } from 'react'
import { Answers } from '../../kit/answers.tsx'
import { Question } from '../../kit/dialog.tsx'
import { replayEvents } from './queries.ts'
import { texts } from './texts.ts'

interface Props {
  readonly webhookId: string
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Asks for the time since which events are sent again. */
export function ReplayQuestion({ webhookId, isOpen, onClose }: Props) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const since = String(new FormData(event.currentTarget).get('since') ?? '')
    onClose()
    void replayEvents(webhookId, since === '' ? undefined : new Date(since))
  }
  return (
    <Question title={texts.replayTitle} isOpen={isOpen} onClose={onClose}>
      <p>{texts.replayMeans}</p>
      <form className="stack" onSubmit={submit}>
        <label className="field">
          <span className="field-label">{texts.replayFrom}</span>
          <input type="datetime-local" className="input" name="since" />
        </label>
        <Answers yes={texts.confirmReplay} onNo={onClose} />
      </form>
    </Question>
  )
}
