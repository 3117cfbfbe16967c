import type { CohortDescription } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { type FormEvent, useEffect, useState } from 'react'
import { Button } from 'react-aria-components'
import { Question } from '../../kit/dialog.tsx'
import { texts } from './texts.ts'

interface Props {
  readonly proposed: string
  readonly cohort: CohortDescription
  /** What it does. */
  readonly sentence: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onCreate: (name: string) => void
}

/** Asks for a name, says what becomes of whom and shows the rule. */
export function CreateQuestion({ proposed, cohort, sentence, isOpen, onClose, onCreate }: Props) {
  const [typed, setTyped] = useState(proposed)
  useEffect(() => setTyped(proposed), [proposed])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    onCreate(typed.trim())
  }
  return (
    <Question title={texts.profileTitle} isOpen={isOpen} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>{sentence}</p>
        <p className="muted">{texts.profileMeans}</p>
        <details>
          <summary>CEL</summary>
          <code className="rule">{cohort.celExpression}</code>
        </details>
        <label className="field">
          <span className="field-label">{texts.profileName}</span>
          <input
            className="input"
            dir="auto"
            required
            maxLength={256}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
        <div className="row">
          <Button className="button" data-kind="accent" type="submit" autoFocus isDisabled={typed.trim() === ''}>
            {texts.confirmProfile}
          </Button>
          <Button className="button" onPress={onClose}>
            {texts.cancel}
          </Button>
        </div>
      </form>
    </Question>
  )
}
