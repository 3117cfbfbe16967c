import {
  PossibleReviewer_Kind as Kind,
  type PossibleReviewer,
} from '@assay/contracts/assay/review/v1/review_service_pb'
import { useState } from 'react'
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { Cross } from '../../kit/icons.tsx'
import { useSettled } from '../../shell/use-settled.ts'
import { useReviewers } from './queries.ts'
import { texts } from './texts.ts'

/** A chosen reviewer: a person or a program, shown in the same way. */
export interface Chosen {
  readonly id: string
  readonly displayName: string
}

interface Props {
  readonly chosen: readonly Chosen[]
  readonly onChange: (chosen: readonly Chosen[]) => void
}

/** The chosen reviewers, each with a button that removes it, and a field that finds more. */
export function ReviewerField({ chosen, onChange }: Props) {
  // After each choice a new field replaces the old one, whose list would stay open over the dialog.
  const [changes, setChanges] = useState(0)
  const add = (one: Chosen) => {
    setChanges(changes + 1)
    onChange([...chosen.filter(({ id }) => id !== one.id), one])
  }
  return (
    <div className="stack">
      {chosen.length > 0 && (
        <ul className="tokens" aria-label={texts.chosen}>
          {chosen.map((one) => (
            <li key={one.id}>
              <span className="token">
                <bdi>{one.displayName}</bdi>
                <Button
                  className="token-remove"
                  aria-label={`${texts.remove} ${one.displayName}`}
                  onPress={() => onChange(chosen.filter(({ id }) => id !== one.id))}
                >
                  <Cross />
                </Button>
              </span>
            </li>
          ))}
        </ul>
      )}
      <WhoField key={changes} label={texts.who} takesFocus={changes > 0} onChoose={add} />
    </div>
  )
}

const searchAfterMs = 150

interface WhoProps {
  readonly label: string
  readonly takesFocus?: boolean
  readonly onChoose: (one: Chosen) => void
}

/** Finds a person or a program by name. */
export function WhoField({ label, takesFocus = false, onChoose }: WhoProps) {
  const [text, setText] = useState('')
  const asked = useSettled(text, searchAfterMs)
  const { data, isPlaceholderData } = useReviewers(asked)
  // Until the response arrives, only previous matches that contain the letters are offered: Enter must never select anything else.
  const isCurrent = asked === text && !isPlaceholderData
  const found = (data?.reviewers ?? []).filter(
    ({ displayName, email }) =>
      isCurrent || `${displayName} ${email}`.toLowerCase().includes(text.trim().toLowerCase()),
  )
  return (
    <ComboBox
      className="field condition-field"
      inputValue={text}
      onInputChange={setText}
      items={found}
      selectedKey={null}
      menuTrigger="input"
      autoFocus={takesFocus}
      allowsEmptyCollection
      onSelectionChange={(key) => {
        const one = found.find(({ id }) => id === key)
        if (one === undefined) return
        setText('')
        onChoose({ id: one.id, displayName: one.displayName || one.id })
      }}
    >
      <Label className="field-label">{label}</Label>
      <Input className="input" type="search" maxLength={256} placeholder={texts.whoHint} />
      <Popover className="popover">
        <ListBox className="menu" renderEmptyState={() => <p className="muted">{texts.nobodyFound}</p>}>
          {({ id, displayName, email, kind }: PossibleReviewer) => (
            <ListBoxItem id={id} className="menu-item" textValue={displayName || id}>
              <bdi>{displayName || id}</bdi>
              <bdi className="muted small">{email || (kind === Kind.CLIENT ? texts.program : '')}</bdi>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
