import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { Question } from './dialog.tsx'
import { inReadingOrder } from './reading-order.ts'
import { texts } from './texts.ts'
import { useProblem } from './use-problem.ts'

interface Props {
  readonly title: string
  /** Says what the action does, and that it cannot be undone: one sentence for each paragraph. */
  readonly means: readonly string[]
  /** The name that the user types before the action is possible. */
  readonly named: string
  readonly yes: string
  readonly isOpen: boolean
  readonly onClose: () => void
  /**
   * @returns why it failed, or undefined when it is done: then the question closes. A toast reports a failure when the user has closed the
   * question meanwhile
   */
  readonly onYes: () => Promise<string | undefined>
}

/** Asks before an action that cannot be undone and concerns many people: the user types the name of what will be gone. */
export function NamedFinalQuestion({ title, isOpen, onClose, ...form }: Props) {
  return (
    <Question title={title} isOpen={isOpen} onClose={onClose}>
      <Form onClose={onClose} {...form} />
    </Question>
  )
}

/** The typed name is not stored: it confirms, and a reload begins the question again. */
function Form({ means, named, yes, onClose, onYes }: Omit<Props, 'title' | 'isOpen'>) {
  const [typed, setTyped] = useState('')
  const [isRunning, run] = useState(false)
  const [failure, setFailure, isShown] = useProblem()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isRunning) return
    run(true)
    setFailure(undefined)
    void onYes().then((why) => {
      run(false)
      setFailure(why)
      if (why === undefined && isShown.current) onClose()
    })
  }
  return (
    <form className="stack" aria-busy={isRunning} onSubmit={submit}>
      {means.map((sentence) => (
        <p key={sentence}>{inReadingOrder(sentence)}</p>
      ))}
      <label className="field">
        <span className="field-label">{texts.typeName(named)}</span>
        <input
          className="input"
          // biome-ignore lint/a11y/noAutofocus: a dialog needs a first focus, and this is its only field
          autoFocus
          autoComplete="off"
          dir="auto"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </label>
      {failure !== undefined && <p role="alert">{failure}</p>}
      <div className="row">
        <Button className="button" onPress={onClose}>
          {texts.cancel}
        </Button>
        {/* Not disabled while the call runs: then no element of the question would have the focus, and Escape would not close it. */}
        <Button className="button" data-kind="accent" type="submit" isDisabled={typed.trim() !== named}>
          {yes}
        </Button>
      </div>
    </form>
  )
}
