import { Autocomplete, Input, Label, Menu, MenuItem, SearchField, useFilter } from 'react-aria-components'
import { Question } from '../kit/dialog.tsx'
import { texts } from './texts.ts'

export interface Command {
  readonly id: string
  readonly title: string
  readonly keys?: string
  readonly run: () => void
}

interface Props {
  readonly commands: readonly Command[]
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Everything that can be done from anywhere, found by its name. */
export function Palette({ commands, isOpen, onClose }: Props) {
  const { contains } = useFilter({ sensitivity: 'base' })
  return (
    <Question title={texts.commands} isOpen={isOpen} onClose={onClose}>
      <Autocomplete filter={contains}>
        <SearchField className="field" autoFocus>
          <Label>{texts.whatToDo}</Label>
          <Input className="input" />
        </SearchField>
        <Menu
          className="menu"
          aria-label={texts.commands}
          items={commands}
          onAction={(id) => {
            onClose()
            commands.find((command) => command.id === id)?.run()
          }}
          renderEmptyState={() => <p className="muted">{texts.noCommand}</p>}
        >
          {({ title, keys }: Command) => (
            <MenuItem className="menu-item" textValue={title}>
              <span>{title}</span>
              {keys !== undefined && <kbd>{keys}</kbd>}
            </MenuItem>
          )}
        </Menu>
      </Autocomplete>
    </Question>
  )
}
