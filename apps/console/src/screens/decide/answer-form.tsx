import { useEffect, useRef, useState } from 'react'
import { Button } from 'react-aria-components'
import { CommentField } from '../../kit/comment-field.tsx'
import type { Answer, Verdict } from './answers.ts'
import { reasons, texts } from './texts.ts'

interface Props {
  readonly answer: Answer
  readonly entitlementCount: number
  /** The candidate no longer exists, so it cannot be approved. */
  readonly isGone: boolean
  readonly isLast: boolean
  readonly onChange: (change: Partial<Answer>) => void
  readonly onNext: () => void
}

/** The answers to a question. "Yes" moves on at once; "No" and "Some of it" first ask for details. */
export function AnswerForm({ answer, entitlementCount, isGone, isLast, onChange, onNext }: Props) {
  const { verdict, leftOut, reason, comment } = answer
  const [problem, setProblem] = useState<string>()
  const details = useRef<HTMLDivElement>(null)
  const asked = useRef(false)
  // The details take the focus when an answer opens them, and not when they were open before.
  useEffect(() => {
    if (asked.current && verdict !== undefined) details.current?.focus()
    asked.current = false
  }, [verdict])
  const say = (said: Verdict) => {
    asked.current = true
    setProblem(undefined)
    onChange({ verdict: said })
    if (said === 'yes') onNext()
  }
  const goOn = () => {
    const isNothingLeft = leftOut.length === entitlementCount
    const wrong =
      verdict !== 'some'
        ? undefined
        : leftOut.length === 0
          ? texts.untick
          : isNothingLeft
            ? texts.nothingLeft
            : undefined
    setProblem(wrong)
    if (wrong !== undefined) return
    // The answer is about the state that is shown now, even when another reviewer answered first.
    onChange({})
    onNext()
  }
  return (
    <section aria-label={texts.answers} className="stack">
      <CommentField label={texts.comment} value={comment} onChange={(comment) => onChange({ comment })} />
      {verdict !== undefined && verdict !== 'yes' && (
        <div className="stack decide-details" ref={details} tabIndex={-1}>
          {verdict === 'no' && (
            <fieldset className="choices">
              <legend className="field-label">{texts.why}</legend>
              {reasons.map(([value, words]) => (
                <label key={value} className="choice">
                  <input
                    type="radio"
                    name="reason"
                    checked={reason === value}
                    onChange={() => onChange({ reason: value })}
                  />
                  {words}
                </label>
              ))}
            </fieldset>
          )}
          {verdict === 'some' && (
            <p>{leftOut.length === 0 ? texts.untick : texts.wouldBeLeftOut(leftOut.length, entitlementCount)}</p>
          )}
          <p className="fault" role="alert">
            {problem}
          </p>
          <div>
            <Button className="button" data-kind="accent" onPress={goOn}>
              {isLast ? texts.toSummary : texts.next}
            </Button>
          </div>
        </div>
      )}
      <fieldset className="decide-answers choices" aria-label={texts.answers}>
        {!isGone && (
          <Button
            className="button"
            data-kind={verdict === undefined || verdict === 'yes' ? 'accent' : undefined}
            aria-pressed={verdict === 'yes'}
            onPress={() => say('yes')}
          >
            {texts.yes}
          </Button>
        )}
        <Button className="button" aria-pressed={verdict === 'no'} onPress={() => say('no')}>
          {texts.no}
        </Button>
        {!isGone && entitlementCount > 1 && (
          <Button className="button" aria-pressed={verdict === 'some'} onPress={() => say('some')}>
            {texts.some}
          </Button>
        )}
      </fieldset>
    </section>
  )
}
