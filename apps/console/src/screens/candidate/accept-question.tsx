import { NameQuestion } from '../../kit/name-question.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { texts } from './texts.ts'

interface Props {
  readonly candidateId: string
  readonly name: string
  /** The effect of the acceptance. */
  readonly sentence: string
  /** Who becomes a member. */
  readonly means: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onAccept: (name: string) => Promise<unknown>
}

/** Asks for a name, says what will happen, and accepts by Enter. */
export function AcceptQuestion({ candidateId, name, sentence, means, isOpen, onClose, onAccept }: Props) {
  return (
    <NameQuestion
      name={`profile-name:${candidateId}`}
      title={texts.acceptTitle}
      label={texts.name}
      proposed={name}
      yes={texts.confirm}
      isOpen={isOpen}
      onClose={onClose}
      onYes={onAccept}
      mayBeEmpty
    >
      <p>{inReadingOrder(sentence)}</p>
      <p className="muted">{means}</p>
    </NameQuestion>
  )
}
