import { useEffect, useState } from 'react'
import { inReadingOrder } from './reading-order.ts'

const announceAfterMs = 500

interface ListProps {
  readonly asked: { readonly error: unknown; readonly isPending: boolean }
  readonly isEmpty: boolean
  /** Shown until the answer is there. */
  readonly looking: string
  readonly children: string
}

/** The sentence about a list. There is none when the call failed, because then nobody knows whether the list is empty. */
export function ListSentence({ asked: { error, isPending }, isEmpty, looking, children }: ListProps) {
  if (error !== null && isEmpty) return null
  return <Sentence>{isPending ? looking : children}</Sentence>
}

/** One sentence that describes the screen; screen readers read it when it has not changed for a moment. */
export function Sentence({ children }: { readonly children: string }) {
  const sentence = inReadingOrder(children)
  const [said, setSaid] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSaid(sentence), announceAfterMs)
    return () => clearTimeout(timer)
  }, [sentence])
  return (
    <>
      <p className="sentence">{sentence}</p>
      <p className="for-readers" aria-live="polite" role="status">
        {said}
      </p>
    </>
  )
}
