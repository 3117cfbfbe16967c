import { useState } from 'react'
import { Autocomplete, Input, Label, Menu, MenuItem, SearchField, useFilter } from 'react-aria-components'
import { Question } from '../kit/dialog.tsx'
import type { Command } from './command.ts'
import { useFoundByName } from './found-by-name.ts'
import { texts } from './texts.ts'

interface Props {
  readonly commands: readonly Command[]
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Finds commands, people and entitlements by name, on every screen. */
export function Palette({ commands, isOpen, onClose }: Props) {
  return (
    <Question title={texts.commands} isOpen={isOpen} onClose={onClose}>
      <Choices commands={commands} onClose={onClose} />
    </Question>
  )
}

function Choices({ commands, onClose }: Omit<Props, 'isOpen'>) {
  const { contains } = useFilter({ sensitivity: 'base' })
  const [text, setText] = useState('')
  const choices = [...commands, ...useFoundByName(text)]
  return (
    <Autocomplete filter={contains} inputValue={text} onInputChange={setText}>
      <SearchField className="field" autoFocus>
        <Label>{texts.whatToDo}</Label>
        <Input className="input" maxLength={256} />
      </SearchField>
      <Menu
        className="menu"
        aria-label={texts.commands}
        items={choices}
        onAction={(id) => {
          onClose()
          choices.find((choice) => choice.id === id)?.run()
        }}
        renderEmptyState={() => <p className="muted">{texts.noCommand}</p>}
      >
        {({ title, keys, what }: Command) => (
          <MenuItem className="menu-item" textValue={title}>
            <bdi>{title}</bdi>
            {keys !== undefined && <kbd>{keys}</kbd>}
            {what !== undefined && <bdi className="muted">{what}</bdi>}
          </MenuItem>
        )}
      </Menu>
    </Autocomplete>
  )
}
