import { useState } from 'react'
import { storeTyped, typedValue } from '../../shell/typed.ts'
import type { Answer, Answers } from './answers.ts'

/** The answers to one review. They survive a reload until they are sent. */
export function useAnswers(reviewId: string) {
  const name = `answers:${reviewId}`
  const [answers, setAnswers] = useState<Answers>(() => (typedValue(name) as Answers | undefined) ?? {})
  /** Stores an answer; undefined removes it. */
  const put = (itemId: string, answer: Answer | undefined) =>
    setAnswers((before) => {
      const { [itemId]: _, ...others } = before
      const next = answer === undefined ? others : { ...others, [itemId]: answer }
      storeTyped(name, Object.keys(next).length === 0 ? undefined : next)
      return next
    })
  return { answers, put }
}
