import { useState } from 'react'
import { Button } from 'react-aria-components'
import { sizeWords } from '../../kit/count-texts.ts'
import { Failed } from '../../kit/failed.tsx'
import { referenceOf } from '../candidates/candidate-source.ts'
import { useDrafts } from '../drafts/queries.ts'
import { useFoundCandidates } from './queries.ts'
import { type Reference, writeReference } from './reference.ts'
import { kindNames, texts } from './texts.ts'

interface Props {
  /** The candidate that is not offered, see `writeReference`. */
  readonly taken: string | undefined
  readonly onChoose: (reference: Reference) => void
}

const draftsShown = 5

/** Finds a candidate by words in its name or values; drafts come first. */
export function ChooseCandidate({ taken, onChoose }: Props) {
  const [text, setText] = useState('')
  const { data, error, refetch } = useFoundCandidates(text)
  const { items: drafts } = useDrafts()
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const offers = [
    ...drafts
      .filter(({ displayName }) => words.every((word) => displayName.toLowerCase().includes(word)))
      .slice(0, draftsShown)
      .map(({ id, displayName }) => ({
        reference: { kind: 'draft', id } as const,
        displayName,
        more: kindNames.draft,
      })),
    ...(data?.candidates ?? []).map(({ id, kind, displayName, peopleCount, entitlementCount }) => ({
      reference: referenceOf({ id, kind }),
      displayName,
      more: sizeWords(peopleCount, entitlementCount),
    })),
  ].filter(({ reference }) => writeReference(reference) !== taken)
  return (
    <div className="stack">
      <label className="field filter-search">
        <span className="field-label">{texts.search}</span>
        <input
          type="search"
          className="input"
          maxLength={256}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {data !== undefined && offers.length === 0 && <p>{texts.noneFound}</p>}
      <ul className="stack" aria-label={texts.choose}>
        {offers.map(({ reference, displayName, more }) => (
          <li key={writeReference(reference)} className="row">
            <Button className="button choose" onPress={() => onChoose(reference)}>
              <bdi>{displayName}</bdi>
            </Button>
            <span className="small muted">{more}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
