import { useState } from 'react'
import { Button } from 'react-aria-components'
import { FindField, type Found } from '../../kit/find-field.tsx'
import { Cross } from '../../kit/icons.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { useSettled } from '../../shell/use-settled.ts'
import { useApplicationsNamed, usePeopleNamed } from './queries.ts'

/** A person or an object with its id for calls and its name for users. */
export interface Named {
  readonly id: string
  readonly name: string
}

interface FindProps {
  readonly label: string
  readonly onPick: (named: Named) => void
}

const searchAfterMs = 200

/** Finds a person of the data by the beginning of the name. */
export function FindPerson({ label, onPick }: FindProps) {
  const [text, setText] = useState('')
  const { data } = usePeopleNamed(useSettled(text, searchAfterMs))
  const found = (data?.identities ?? []).map(({ id, displayName, email }) => ({
    id,
    name: displayName || id,
    note: email || id,
  }))
  return <FindField label={label} text={text} onText={setText} found={found} onPick={picked(found, onPick)} />
}

/** Finds an application by the beginning of its name. */
export function FindApplication({ label, onPick }: FindProps) {
  const [text, setText] = useState('')
  const { data } = useApplicationsNamed(useSettled(text, searchAfterMs))
  const found = (data?.applications ?? []).map(({ id, displayName }) => ({ id, name: displayName || id, note: id }))
  return <FindField label={label} text={text} onText={setText} found={found} onPick={picked(found, onPick)} />
}

function picked(found: readonly Found[], onPick: (named: Named) => void) {
  return (id: string) => {
    const one = found.find((other) => other.id === id)
    if (one !== undefined) onPick({ id, name: one.name })
  }
}

interface PickedProps {
  readonly label: string
  readonly picked: readonly Named[]
  readonly onRemove: (named: Named) => void
}

/** The chosen objects by name, each with a button that removes it. */
export function Picked({ label, picked: all, onRemove }: PickedProps) {
  if (all.length === 0) return null
  return (
    <ul className="tokens" aria-label={label}>
      {all.map((one) => (
        <li key={one.id}>
          <span className="token">
            <bdi title={one.id}>{one.name}</bdi>
            <Button className="token-remove" aria-label={kitTexts.takeAway(one.name)} onPress={() => onRemove(one)}>
              <Cross />
            </Button>
          </span>
        </li>
      ))}
    </ul>
  )
}
