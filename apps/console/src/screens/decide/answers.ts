import type { ReviewItem } from '@assay/contracts/assay/review/v1/review_pb'
import { useState } from 'react'

export type Verdict = 'yes' | 'no' | 'some'

/** What somebody has said or typed about one item and not sent yet. */
export interface Answer {
  /** Undefined: something is typed, and nothing said. */
  readonly verdict?: Verdict | undefined
  /** With `some`: keys of what is left out, see `entitlementKey`. */
  readonly leftOut: readonly string[]
  /** With `no`: a number of `DismissalReason`. */
  readonly reason: number
  readonly comment: string
  /** The tag of the item as it was read: nobody answers about what has changed meanwhile. */
  readonly etag: string
  /** It could not be sent, since somebody else was faster; it has to be read again. */
  readonly isOvertaken?: boolean | undefined
}

export type Answers = Readonly<Record<string, Answer>>

export const noAnswer: Answer = { leftOut: [], reason: 0, comment: '', etag: '' }

/** It says something, and can be sent. */
export function isSendable(answer: Answer | undefined): answer is Answer & { readonly verdict: Verdict } {
  if (answer?.verdict === undefined || answer.isOvertaken) return false
  return answer.verdict !== 'some' || answer.leftOut.length > 0
}

/** Whether somebody, here or before, has answered. */
export function isAnswered(item: ReviewItem, answers: Answers): boolean {
  return isSendable(answers[item.id]) || (answers[item.id]?.verdict === undefined && item.decision !== undefined)
}

/** The answers to one review. They are kept for this tab until they are sent, so that a reload loses nothing. */
export function useAnswers(reviewId: string) {
  const key = `assay-answers-${reviewId}`
  const [answers, setAnswers] = useState<Answers>(() => readAnswers(key))
  /** Undefined: nothing is kept of it any more. */
  const put = (itemId: string, answer: Answer | undefined) =>
    setAnswers((before) => {
      const { [itemId]: _, ...others } = before
      const next = answer === undefined ? others : { ...others, [itemId]: answer }
      keep(key, next)
      return next
    })
  return { answers, put }
}

function readAnswers(key: string): Answers {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Answers
  } catch {
    return {}
  }
}

function keep(key: string, answers: Answers): void {
  try {
    if (Object.keys(answers).length === 0) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(answers))
  } catch {
    // Private windows may have no room; the answers are still on the page.
  }
}
