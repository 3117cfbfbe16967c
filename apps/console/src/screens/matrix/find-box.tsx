import { useState } from 'react'
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { formatCount } from '../../kit/figures.ts'
import { useSettled } from '../../shell/use-settled.ts'
import type { Place } from './look.ts'
import { useFound, type View } from './queries.ts'
import { texts } from './texts.ts'

interface Props {
  readonly view: View
  readonly version: string
  readonly at: Place
  readonly onGo: (place: Place) => void
}

interface Option {
  readonly id: string
  readonly name: string
  readonly beside: string
  readonly place: string
}

const searchAfterMs = 200

/** Finds a row or a column by a part of its name, and moves there; the other coordinate stays. */
export function FindBox({ view, version, at, onGo }: Props) {
  const [text, setText] = useState('')
  const asked = useSettled(text, searchAfterMs)
  const { data, isPlaceholderData } = useFound(view, version, asked)
  const isCurrent = asked === text && !isPlaceholderData && text.trim() !== ''
  const rows = (data?.rows ?? []).map(
    ({ row, person }): Option => ({
      id: `row:${row}`,
      name: person?.displayName ?? '',
      beside: person?.identityId ?? '',
      place: texts.row(formatCount(row + 1)),
    }),
  )
  const columns = (data?.columns ?? []).map(
    ({ column, entitlement }): Option => ({
      id: `column:${column}`,
      name: entitlement?.displayName ?? '',
      beside: entitlement?.applicationDisplayName ?? '',
      place: texts.column(formatCount(column + 1)),
    }),
  )
  return (
    <ComboBox
      className="field condition-field"
      inputValue={text}
      onInputChange={setText}
      items={isCurrent ? [...rows, ...columns] : []}
      selectedKey={null}
      menuTrigger="input"
      allowsEmptyCollection
      onSelectionChange={(key) => {
        if (key === null) return
        const [axis, place] = String(key).split(':')
        setText('')
        onGo(axis === 'row' ? { ...at, row: Number(place) } : { ...at, column: Number(place) })
      }}
    >
      <Label className="field-label">{texts.find}</Label>
      <Input className="input" type="search" maxLength={256} placeholder={texts.findHint} />
      <Popover className="popover">
        <ListBox
          className="menu"
          renderEmptyState={() => <p className="muted">{isCurrent ? texts.notFound : texts.findHint}</p>}
        >
          {({ id, name, beside, place }: Option) => (
            <ListBoxItem id={id} className="menu-item" textValue={name}>
              <span>
                <bdi>{name}</bdi> <span className="muted">{beside}</span>
              </span>
              <span className="muted nowrap">{place}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
