import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { Answers } from './answers.tsx'
import { Question } from './dialog.tsx'
import { NameField } from './name-field.tsx'

interface Props {
  readonly title: string
  /** Says what gets the name, and what will happen. */
  readonly children: ReactNode
  readonly label: string
  readonly proposed: string
  readonly yes: string
  readonly isOpen: boolean
  readonly onClose: () => void
  /** Receives the name without surrounding spaces. */
  readonly onYes: (name: string) => void
  /** An empty name means the proposed name. */
  readonly mayBeEmpty?: boolean
  readonly isDisabled?: boolean
}

/** Asks for a name, says what will happen, and does it by Enter. */
export function NameQuestion(props: Props) {
  const { title, children, label, proposed, yes, isOpen, onClose, onYes, mayBeEmpty = false } = props
  const [typed, setTyped] = useState(proposed)
  useEffect(() => setTyped(proposed), [proposed])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    onYes(typed.trim())
  }
  return (
    <Question title={title} isOpen={isOpen} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        {children}
        <NameField
          label={label}
          value={typed}
          onChange={setTyped}
          isRequired={!mayBeEmpty}
          takesFocus={!mayBeEmpty && proposed === ''}
        />
        <Answers yes={yes} onNo={onClose} isDisabled={props.isDisabled || (!mayBeEmpty && typed.trim() === '')} />
      </form>
    </Question>
  )
}
