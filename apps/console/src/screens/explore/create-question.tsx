import type { CohortDescription } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { NameQuestion } from '../../kit/name-question.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { texts } from './texts.ts'

interface Props {
  readonly proposed: string
  readonly cohort: CohortDescription
  /** The effect of the profile. */
  readonly sentence: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onCreate: (name: string) => Promise<unknown>
}

/** Asks for the name of a profile, says its effect and shows its rule. */
export function CreateQuestion({ proposed, cohort, sentence, isOpen, onClose, onCreate }: Props) {
  return (
    <NameQuestion
      name={`profile-name:${cohort.celExpression}`}
      title={texts.profileTitle}
      label={texts.profileName}
      proposed={proposed}
      yes={texts.confirmProfile}
      isOpen={isOpen}
      onClose={onClose}
      onYes={onCreate}
    >
      <p>{inReadingOrder(sentence)}</p>
      <p className="muted">{texts.profileMeans}</p>
      <details>
        <summary>{texts.cel}</summary>
        <code className="rule">{cohort.celExpression}</code>
      </details>
    </NameQuestion>
  )
}
