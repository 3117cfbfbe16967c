import { Button } from 'react-aria-components'
import { Question } from './dialog.tsx'
import { inReadingOrder } from './reading-order.ts'

interface Props {
  readonly title: string
  /** Says what the action does, and that it cannot be undone. */
  readonly means: string
  readonly no: string
  readonly yes: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onYes: () => void
}

/** Asks before an action that cannot be undone. Enter answers no, because that button has the focus. */
export function FinalQuestion({ title, means, no, yes, isOpen, onClose, onYes }: Props) {
  return (
    <Question title={title} isOpen={isOpen} onClose={onClose}>
      <p>{inReadingOrder(means)}</p>
      <div className="row">
        <Button className="button" autoFocus onPress={onClose}>
          {no}
        </Button>
        <Button className="button" data-kind="accent" onPress={onYes}>
          {yes}
        </Button>
      </div>
    </Question>
  )
}
