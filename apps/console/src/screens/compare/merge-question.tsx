import { Combination } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { Question } from '../../kit/dialog.tsx'
import { texts } from './texts.ts'

export interface Merge {
  readonly people: Combination
  readonly entitlements: Combination
  readonly displayName: string
}

interface Props {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onMerge: (merge: Merge) => void
}

/** Asks how two candidates become one draft. */
export function MergeQuestion({ isOpen, onClose, onMerge }: Props) {
  const [people, setPeople] = useState(Combination.UNION)
  const [entitlements, setEntitlements] = useState(Combination.UNION)
  const [displayName, setDisplayName] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    onMerge({ people, entitlements, displayName: displayName.trim() })
  }
  return (
    <Question title={texts.mergeTitle} isOpen={isOpen} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p className="muted">{texts.mergeMeans}</p>
        <How legend={texts.mergePeople} words={peopleWords} value={people} onChange={setPeople} />
        <How legend={texts.mergeAccess} words={accessWords} value={entitlements} onChange={setEntitlements} />
        <label className="field">
          <span className="field-label">{texts.mergedName}</span>
          <input
            className="input"
            dir="auto"
            maxLength={256}
            value={displayName}
            onChange={({ target }) => setDisplayName(target.value)}
          />
        </label>
        <div className="row">
          <Button className="button" data-kind="accent" type="submit" autoFocus>
            {texts.confirmMerge}
          </Button>
          <Button className="button" onPress={onClose}>
            {texts.cancel}
          </Button>
        </div>
      </form>
    </Question>
  )
}

const peopleWords = [
  [Combination.UNION, texts.unionPeople],
  [Combination.INTERSECTION, texts.intersectionPeople],
] as const
const accessWords = [
  [Combination.UNION, texts.union],
  [Combination.INTERSECTION, texts.intersection],
] as const

interface HowProps {
  readonly legend: string
  readonly words: typeof peopleWords | typeof accessWords
  readonly value: Combination
  readonly onChange: (value: Combination) => void
}

function How({ legend, words, value, onChange }: HowProps) {
  return (
    <fieldset className="choices">
      <legend className="field-label">{legend}</legend>
      {words.map(([combination, word]) => (
        <label key={combination} className="choice">
          <input type="radio" name={legend} checked={value === combination} onChange={() => onChange(combination)} />
          {word}
        </label>
      ))}
    </fieldset>
  )
}
