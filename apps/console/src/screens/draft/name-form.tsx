import { type FormEvent, useEffect, useRef } from 'react'
import { Button } from 'react-aria-components'
import { NameField } from '../../kit/name-field.tsx'
import { useTyped } from '../../shell/typed.ts'
import { texts } from './texts.ts'

/** The name of the typed name of a draft. */
export function typedDraftName(draftId: string): string {
  return `draft-name:${draftId}`
}

interface Props {
  readonly draftId: string
  readonly name: string
  readonly onSave: (name: string) => void
}

/** The name of a draft. A typed name stays in the field when the server sends another one. */
export function NameForm({ draftId, name, onSave }: Props) {
  const [own, setOwn, discard] = useTyped<string | undefined>(typedDraftName(draftId), undefined)
  const typed = own ?? name
  const former = useRef(name)
  useEffect(() => {
    if (former.current !== name && own?.trim() === name) discard()
    former.current = name
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSave(typed.trim())
  }
  return (
    <form className="row" onSubmit={submit}>
      <NameField label={texts.name} value={typed} onChange={setOwn} grows />
      {typed.trim() !== '' && typed.trim() !== name && (
        <Button className="button at-end" type="submit">
          {texts.rename}
        </Button>
      )}
    </form>
  )
}
