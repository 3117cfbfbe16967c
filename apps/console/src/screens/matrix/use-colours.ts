import { type RefObject, useEffect, useState } from 'react'
import { type Colours, readColours, watchColours } from './colours.ts'

/** The colours of the theme, read from an element, and again when the theme changes. */
export function useColours(element: RefObject<HTMLElement | null>): Colours | undefined {
  const [colours, setColours] = useState<Colours>()
  useEffect(() => {
    const read = () => {
      if (element.current !== null) setColours(readColours(element.current))
    }
    read()
    return watchColours(read)
  }, [element])
  return colours
}
