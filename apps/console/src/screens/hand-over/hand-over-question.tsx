import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { CallButton } from '../../kit/call-button.tsx'
import { CommentField } from '../../kit/comment-field.tsx'
import { dayFromNow, endOfDay } from '../../kit/dates.ts'
import { Question } from '../../kit/dialog.tsx'
import { useProblem } from '../../kit/use-problem.ts'
import { useTyped } from '../../shell/typed.ts'
import type { Reference } from '../compare/reference.ts'
import { handOver } from './hand-over.ts'
import { type Chosen, ReviewerField } from './reviewer-field.tsx'
import { texts } from './texts.ts'

interface HandedItem extends Reference {
  readonly displayName: string
}

interface Props {
  readonly items: readonly HandedItem[]
  readonly isOpen: boolean
  readonly onClose: () => void
  /** Called after the review was made. */
  readonly onDone?: (() => void) | undefined
}

const usualDays = 14

/** Asks for the reviewers, the due date and the note of a review. */
export function HandOverQuestion({ items, isOpen, onClose, onDone }: Props) {
  return (
    <Question title={items.length === 1 ? texts.title : texts.titleMany} isOpen={isOpen} onClose={onClose}>
      <HandOverForm items={items} onClose={onClose} onDone={onDone} />
    </Question>
  )
}

function HandOverForm({ items, onClose, onDone }: Omit<Props, 'isOpen'>) {
  const [only] = items.length === 1 ? items : []
  const [typed, setTyped, discard] = useTyped(`review:${items.map(({ id }) => id).join()}`, {
    displayName: only?.displayName ?? texts.candidates(items.length),
    reviewers: [] as readonly Chosen[],
    due: dayFromNow(usualDays),
    note: texts.questionHint as string,
    closes: false,
  })
  const { displayName, reviewers, due, note, closes } = typed
  const change = (part: Partial<typeof typed>) => setTyped({ ...typed, ...part })
  const [problem, setProblem, isShown] = useProblem()
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy) return
    if (reviewers.length === 0) {
      setProblem(texts.needsOne)
      return
    }
    setBusy(true)
    const wanted = { displayName, note, reviewers, dueAt: endOfDay(due), closeWhenDecided: closes }
    const found = await handOver(items, wanted)
    setBusy(false)
    setProblem(found)
    if (found !== undefined) return
    discard()
    if (isShown.current) onClose()
    onDone?.()
  }
  const cancel = () => {
    discard()
    onClose()
  }
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <p className="muted">{texts.means}</p>
      <ReviewerField chosen={reviewers} onChange={(next) => change({ reviewers: next })} />
      {reviewers.length > 1 && <p className="small muted">{texts.alone}</p>}
      <CommentField label={texts.question} value={note} onChange={(note) => change({ note })} />
      <div className="row">
        <label className="field">
          <span className="field-label">{texts.due}</span>
          <input
            className="input"
            type="date"
            min={dayFromNow(0)}
            value={due}
            onChange={({ target }) => change({ due: target.value })}
          />
        </label>
        <label className="field grows">
          <span className="field-label">{texts.name}</span>
          <input
            className="input"
            dir="auto"
            required
            maxLength={256}
            value={displayName}
            onChange={({ target }) => change({ displayName: target.value })}
          />
        </label>
      </div>
      <label className="choice">
        <input type="checkbox" checked={closes} onChange={({ target }) => change({ closes: target.checked })} />
        {texts.closes}
      </label>
      <p className="fault" role="alert">
        {problem}
      </p>
      <div className="row">
        <CallButton isMain isBusy={isBusy}>
          {texts.confirm}
        </CallButton>
        <Button className="button" onPress={cancel}>
          {texts.cancel}
        </Button>
      </div>
    </form>
  )
}
