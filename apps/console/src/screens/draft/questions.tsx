import type { Draft } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { Answers } from '../../kit/answers.tsx'
import { Question } from '../../kit/dialog.tsx'
import { NameQuestion } from '../../kit/name-question.tsx'
import { mostMembers } from './make-profile.ts'
import { draftSentence, texts } from './texts.ts'

interface Props {
  readonly draft: Draft
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Asks before a draft is deleted, because that cannot be undone. */
export function RemoveQuestion({ draft, isOpen, onClose, onRemove }: Props & { readonly onRemove: () => void }) {
  const remove = () => {
    onClose()
    onRemove()
  }
  return (
    <Question title={texts.removeTitle} isOpen={isOpen} onClose={onClose}>
      <p>{draftSentence(draft)}</p>
      <p className="muted">{texts.removeMeans}</p>
      <Answers yes={texts.confirmRemove} onYes={remove} onNo={onClose} />
    </Question>
  )
}

/** Asks for the name of the profile and says who becomes a member. */
export function ProfileQuestion({
  draft,
  isOpen,
  onClose,
  onMake,
}: Props & { readonly onMake: (name: string) => Promise<unknown> }) {
  const isTooLarge = (draft.candidate?.peopleCount ?? 0) > mostMembers
  return (
    <NameQuestion
      name={`profile-name:${draft.id}`}
      title={texts.profileTitle}
      label={texts.profileName}
      proposed={draft.displayName}
      yes={texts.confirmProfile}
      isOpen={isOpen}
      onClose={onClose}
      onYes={onMake}
      isDisabled={isTooLarge}
    >
      <p>{draftSentence(draft)}</p>
      <p className="muted">{isTooLarge ? texts.tooMany : texts.profileMeans}</p>
    </NameQuestion>
  )
}
