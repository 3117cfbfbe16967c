import { useEffect, useState } from 'react'

const announceAfterMs = 500

/** One sentence that describes the screen; screen readers read it when it has not changed for a moment. */
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
