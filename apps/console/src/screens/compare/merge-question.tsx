import { Combination } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { useState } from 'react'
import { Choices } from '../../kit/choices.tsx'
import { NameQuestion } from '../../kit/name-question.tsx'
import { texts } from './texts.ts'

export interface Merge {
  readonly people: Combination
  readonly entitlements: Combination
  readonly displayName: string
}

interface Props {
  /** Identifies the two candidates. */
  readonly pair: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onMerge: (merge: Merge) => Promise<unknown>
}

/** Asks how two candidates become one draft. */
export function MergeQuestion({ pair, isOpen, onClose, onMerge }: Props) {
  const [people, setPeople] = useState(Combination.UNION)
  const [entitlements, setEntitlements] = useState(Combination.UNION)
  return (
    <NameQuestion
      name={`merged-name:${pair}`}
      title={texts.mergeTitle}
      label={texts.mergedName}
      proposed=""
      yes={texts.confirmMerge}
      isOpen={isOpen}
      onClose={onClose}
      onYes={(displayName) => onMerge({ people, entitlements, displayName })}
      mayBeEmpty
    >
      <p className="muted">{texts.mergeMeans}</p>
      <Choices legend={texts.mergePeople} options={peopleWords} value={people} onChange={setPeople} />
      <Choices legend={texts.mergeAccess} options={accessWords} value={entitlements} onChange={setEntitlements} />
    </NameQuestion>
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
