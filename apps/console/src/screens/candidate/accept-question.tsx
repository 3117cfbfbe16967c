import { type FormEvent, useEffect, useState } from 'react'
import { Button } from 'react-aria-components'
import { Question } from '../../kit/dialog.tsx'
import { texts } from './texts.ts'

interface Props {
  readonly name: string
  /** What accepting it does. */
  readonly sentence: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onAccept: (name: string) => void
}

/** Asks for a name, says what will happen, and accepts by Enter. */
export function AcceptQuestion({ name, sentence, isOpen, onClose, onAccept }: Props) {
  const [typed, setTyped] = useState(name)
  useEffect(() => setTyped(name), [name])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    onAccept(typed)
  }
  return (
    <Question title={texts.acceptTitle} isOpen={isOpen} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>{sentence}</p>
        <p className="muted">{texts.acceptMeans}</p>
        <label className="field">
          <span className="field-label">{texts.name}</span>
          <input
            className="input"
            dir="auto"
            maxLength={256}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
        <div className="row">
          <Button className="button" data-kind="accent" type="submit" autoFocus>
            {texts.confirm}
          </Button>
          <Button className="button" onPress={onClose}>
            {texts.cancel}
          </Button>
        </div>
      </form>
    </Question>
  )
}
