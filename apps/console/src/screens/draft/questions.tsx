import type { Draft } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { Question } from '../../kit/dialog.tsx'
import { draftSentence } from './draft-sentence.ts'
import { mostMembers } from './make-profile.ts'
import { texts } from './texts.ts'

interface Props {
  readonly draft: Draft
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Asks before a draft goes, since that cannot be taken back. */
export function RemoveQuestion({ draft, isOpen, onClose, onRemove }: Props & { readonly onRemove: () => void }) {
  return (
    <Question title={texts.removeTitle} isOpen={isOpen} onClose={onClose}>
      <p>{draftSentence(draft)}</p>
      <p className="muted">{texts.removeMeans}</p>
      <div className="row">
        <Button
          className="button"
          data-kind="accent"
          onPress={() => {
            onClose()
            onRemove()
          }}
          autoFocus
        >
          {texts.confirmRemove}
        </Button>
        <Button className="button" onPress={onClose}>
          {texts.cancel}
        </Button>
      </div>
    </Question>
  )
}

/** Asks for the name of the profile and says who becomes a member. */
export function ProfileQuestion({
  draft,
  isOpen,
  onClose,
  onMake,
}: Props & { readonly onMake: (name: string) => void }) {
  const [typed, setTyped] = useState(draft.displayName)
  const isTooLarge = (draft.candidate?.peopleCount ?? 0) > mostMembers
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    onMake(typed.trim())
  }
  return (
    <Question title={texts.profileTitle} isOpen={isOpen} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>{draftSentence(draft)}</p>
        <p className="muted">{isTooLarge ? texts.tooMany : texts.profileMeans}</p>
        <label className="field">
          <span className="field-label">{texts.profileName}</span>
          <input
            className="input"
            dir="auto"
            required
            maxLength={256}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
        <div className="row">
          <Button
            className="button"
            data-kind="accent"
            type="submit"
            autoFocus
            isDisabled={isTooLarge || typed.trim() === ''}
          >
            {texts.confirmProfile}
          </Button>
          <Button className="button" onPress={onClose}>
            {texts.cancel}
          </Button>
        </div>
      </form>
    </Question>
  )
}
