import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Button } from 'react-aria-components'
import { NameField } from '../../kit/name-field.tsx'
import { texts } from './texts.ts'

interface Props {
  readonly name: string
  readonly onSave: (name: string) => void
}

/** The name of a draft. A typed name stays in the field when the server sends another one. */
export function NameForm({ name, onSave }: Props) {
  const [typed, setTyped] = useState(name)
  const saved = useRef(name)
  useEffect(() => {
    setTyped((before) => (before === saved.current ? name : before))
    saved.current = name
  }, [name])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSave(typed.trim())
  }
  return (
    <form className="row" onSubmit={submit}>
      <NameField label={texts.name} value={typed} onChange={setTyped} grows />
      {typed.trim() !== '' && typed.trim() !== name && (
        <Button className="button at-end" type="submit">
          {texts.rename}
        </Button>
      )}
    </form>
  )
}
