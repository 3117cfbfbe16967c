import { useState } from 'react'
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { texts } from './texts.ts'

/** A match for the beginning of a name. */
export interface Found {
  readonly id: string
  readonly name: string
  /** Distinguishes it from matches with the same name. */
  readonly note: string
}

interface Props {
  readonly label: string
  readonly text: string
  readonly onText: (text: string) => void
  readonly found: readonly Found[]
  readonly onPick: (id: string) => void
}

/** A field that finds something by the beginning of its name. After a choice the field is empty for the next one. */
export function FindField({ onPick, ...field }: Props) {
  // After each choice a new field replaces the old one: its list may stay open, and an open list hides the page from screen readers.
  const [picks, setPicks] = useState(0)
  const pick = (id: string) => {
    setPicks(picks + 1)
    onPick(id)
  }
  return <FreshField key={picks} takesFocus={picks > 0} onPick={pick} {...field} />
}

function FreshField({ label, text, onText, found, onPick, takesFocus }: Props & { readonly takesFocus: boolean }) {
  return (
    <ComboBox
      autoFocus={takesFocus}
      className="field condition-field"
      inputValue={text}
      onInputChange={onText}
      items={found.map((one) => ({ ...one }))}
      selectedKey={null}
      menuTrigger="input"
      allowsEmptyCollection
      onSelectionChange={(key) => {
        if (key === null) return
        onText('')
        onPick(String(key))
      }}
    >
      <Label className="field-label">{label}</Label>
      <Input className="input" maxLength={256} placeholder={texts.findHint} />
      <Popover className="popover">
        <ListBox className="menu" renderEmptyState={() => <p className="muted">{texts.nothingFound}</p>}>
          {({ id, name, note }: Found) => (
            <ListBoxItem id={id} className="menu-item" textValue={name}>
              <bdi>{name}</bdi>
              <bdi className="muted">{note}</bdi>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
