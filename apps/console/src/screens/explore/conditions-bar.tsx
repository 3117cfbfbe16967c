import {
  type FoundCondition,
  type ValueName,
  ValueNameSchema,
} from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { create } from '@bufbuild/protobuf'
import { useState } from 'react'
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { formatCount } from '../../kit/figures.ts'
import { Cross } from '../../kit/icons.tsx'
import { attributeWords } from '../../kit/words.ts'
import { useSettled } from '../../shell/use-settled.ts'
import { useConditions } from './queries.ts'
import { type Condition, withCondition } from './search.ts'
import { texts } from './texts.ts'
import { conditionWords } from './value-words.ts'

interface Props {
  readonly conditions: readonly Condition[]
  /** The names of people whose ids are values. */
  readonly names?: readonly ValueName[]
  readonly onChange: (conditions: readonly Condition[]) => void
  /** Receives the name of an added value that is the id of a person. */
  readonly onNamed?: (name: ValueName) => void
}

const searchAfterMs = 150

/** The conditions over people, each with a button that removes it, and a field that finds more. */
export function ConditionsBar({ conditions, names = [], onChange, onNamed }: Props) {
  // After each condition a new field replaces the old one, whose list would stay open over the page.
  const [changes, setChanges] = useState(0)
  const change = (next: readonly Condition[]) => {
    setChanges(changes + 1)
    onChange(next)
  }
  return (
    <section className="filters" aria-label={texts.conditions}>
      {conditions.length > 0 && (
        <ul className="tokens">
          {conditions.map((condition) => (
            <li key={condition.attribute}>
              <Token
                words={conditionWords(names, condition)}
                onRemove={() => onChange(conditions.filter((one) => one !== condition))}
              />
            </li>
          ))}
        </ul>
      )}
      <AddCondition
        key={changes}
        takesFocus={changes > 0}
        conditions={conditions}
        onAdd={({ attribute, value }) => change(withCondition(conditions, attribute, value))}
        onNamed={onNamed}
        onBack={() => conditions.length > 0 && change(conditions.slice(0, -1))}
      />
      {conditions.length > 1 && (
        <Button className="button" data-kind="plain" onPress={() => onChange([])}>
          {texts.clear}
        </Button>
      )}
    </section>
  )
}

function Token({ words, onRemove }: { readonly words: string; readonly onRemove: () => void }) {
  return (
    <span className="token">
      <bdi title={words}>{words}</bdi>
      <Button className="token-remove" aria-label={`${texts.remove}: ${words}`} onPress={onRemove}>
        <Cross />
      </Button>
    </span>
  )
}

interface AddProps {
  readonly takesFocus: boolean
  readonly conditions: readonly Condition[]
  readonly onAdd: (added: Pick<FoundCondition, 'attribute' | 'value'>) => void
  readonly onNamed: ((name: ValueName) => void) | undefined
  readonly onBack: () => void
}

const idOf = ({ attribute, value }: Pick<FoundCondition, 'attribute' | 'value'>) => JSON.stringify([attribute, value])

function hasLetters(value: string, text: string): boolean {
  return value.toLowerCase().includes(text.trim().toLowerCase())
}

/** Finds a value of any attribute by a part of it. */
function AddCondition({ takesFocus, conditions, onAdd, onNamed, onBack }: AddProps) {
  const [text, setText] = useState('')
  const asked = useSettled(text, searchAfterMs)
  const { data, isPlaceholderData } = useConditions(asked, '', conditions)
  // Until the response arrives, only previous matches that contain the letters are offered: Enter must never select anything else.
  const isCurrent = asked === text && !isPlaceholderData
  const found = (data?.conditions ?? []).filter(
    ({ value, displayName }) => isCurrent || hasLetters(value, text) || hasLetters(displayName, text),
  )
  return (
    <ComboBox
      className="field condition-field"
      inputValue={text}
      onInputChange={setText}
      items={found.map((one) => ({ ...one, id: idOf(one) }))}
      selectedKey={null}
      menuTrigger="input"
      autoFocus={takesFocus}
      allowsEmptyCollection
      onSelectionChange={(key) => {
        if (key === null) return
        const added = found.find((one) => idOf(one) === key)
        if (added === undefined) return
        setText('')
        const { attribute, value, displayName } = added
        if (displayName !== '') onNamed?.(create(ValueNameSchema, { attribute, value, displayName }))
        onAdd(added)
      }}
    >
      <Label className="field-label">{texts.addCondition}</Label>
      <Input
        className="input"
        type="search"
        maxLength={256}
        placeholder={texts.conditionHint}
        onKeyDown={({ key }) => {
          if (key === 'Backspace' && text === '') onBack()
        }}
      />
      <Popover className="popover">
        {isCurrent && data?.isNearly === true && <p className="small muted">{texts.nearly}</p>}
        <ListBox className="menu" renderEmptyState={() => <p className="muted">{texts.noCondition}</p>}>
          {({ id, attribute, value, displayName, peopleCount }: FoundCondition & { id: string }) => (
            <ListBoxItem id={id} className="menu-item" textValue={displayName || value}>
              <span>
                <span className="muted">{attributeWords(attribute)}:</span> <bdi>{displayName || value}</bdi>
              </span>
              <span className="muted">{formatCount(peopleCount)}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
