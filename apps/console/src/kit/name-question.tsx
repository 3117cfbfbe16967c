import type { FormEvent, ReactNode } from 'react'
import { useTyped } from '../shell/typed.ts'
import { Answers } from './answers.tsx'
import { Question } from './dialog.tsx'
import { NameField } from './name-field.tsx'

interface Props {
  /** Identifies the typed name among all typed values of the console. */
  readonly name: string
  readonly title: string
  /** Says what gets the name, and what will happen. */
  readonly children: ReactNode
  readonly label: string
  readonly proposed: string
  readonly yes: string
  readonly isOpen: boolean
  readonly onClose: () => void
  /** Receives the name without surrounding spaces. A falsy result means that it failed: then the typed name is not discarded. */
  readonly onYes: (name: string) => Promise<unknown>
  /** An empty name means the proposed name. */
  readonly mayBeEmpty?: boolean
  readonly isDisabled?: boolean
}

/** Asks for a name, says what will happen, and does it by Enter. */
export function NameQuestion({ title, isOpen, onClose, ...form }: Props) {
  return (
    <Question title={title} isOpen={isOpen} onClose={onClose}>
      <Form onClose={onClose} {...form} />
    </Question>
  )
}

function Form(props: Omit<Props, 'title' | 'isOpen'>) {
  const { name, children, label, proposed, yes, onClose, onYes, mayBeEmpty = false, isDisabled = false } = props
  const [typed, setTyped, discard] = useTyped(name, proposed)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    void onYes(typed.trim()).then((isDone) => isDone && discard())
  }
  const cancel = () => {
    discard()
    onClose()
  }
  return (
    <form className="stack" onSubmit={submit}>
      {children}
      <NameField
        label={label}
        value={typed}
        onChange={setTyped}
        isRequired={!mayBeEmpty}
        takesFocus={!mayBeEmpty && proposed === ''}
      />
      <Answers yes={yes} onNo={cancel} isDisabled={isDisabled || (!mayBeEmpty && typed.trim() === '')} />
    </form>
  )
}
