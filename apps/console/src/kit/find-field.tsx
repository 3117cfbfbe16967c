import { useState } from 'react'
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { texts } from './texts.ts'

/** Something that was found by the beginning of its name. */
export interface Found {
  readonly id: string
  readonly name: string
  /** What tells it from others of its name. */
  readonly note: string
}

interface Props {
  readonly label: string
  readonly text: string
  readonly onText: (text: string) => void
  readonly found: readonly Found[]
  readonly onPick: (id: string) => void
}

/** A field that finds something by the beginning of its name; what is picked leaves the field empty for the next. */
export function FindField({ onText, onPick, ...props }: Props) {
  // Each pick gets a fresh field: the one before keeps its list open over the page.
  const [picks, setPicks] = useState(0)
  const pick = (id: string) => {
    setPicks(picks + 1)
    onText('')
    onPick(id)
  }
  return <FreshField key={picks} {...props} takesFocus={picks > 0} onText={onText} onPick={pick} />
}

function FreshField({ label, text, onText, found, onPick, takesFocus }: Props & { readonly takesFocus: boolean }) {
  return (
    <ComboBox
      className="field condition-field"
      inputValue={text}
      onInputChange={onText}
      items={found.map((one) => ({ ...one }))}
      selectedKey={null}
      menuTrigger="input"
      autoFocus={takesFocus}
      allowsEmptyCollection
      onSelectionChange={(key) => {
        if (key !== null) onPick(String(key))
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
