import { useEffect, useRef } from 'react'
import { inReadingOrder } from '../kit/reading-order.ts'
import { texts } from './texts.ts'

/** The heading of a screen, which is also the title of the page. */
export function PageTitle({
  children,
  takesFocus = false,
}: {
  readonly children: string
  readonly takesFocus?: boolean
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = inReadingOrder(texts.titleOfPage(children))
  }, [children])
  useEffect(() => {
    if (takesFocus) heading.current?.focus()
  }, [takesFocus])
  return (
    <h1 ref={heading} tabIndex={-1}>
      <bdi>{children}</bdi>
    </h1>
  )
}
