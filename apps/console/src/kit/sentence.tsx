import { useEffect, useState } from 'react'

const announceAfterMs = 500

/** One sentence that says what one is looking at; screen readers hear it once it has stayed for a moment. */
export function Sentence({ children }: { readonly children: string }) {
  const [said, setSaid] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSaid(children), announceAfterMs)
    return () => clearTimeout(timer)
  }, [children])
  return (
    <>
      <p className="sentence">{children}</p>
      <p className="for-readers" aria-live="polite" role="status">
        {said}
      </p>
    </>
  )
}
