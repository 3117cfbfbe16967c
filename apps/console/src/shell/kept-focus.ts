import { type RefObject, useEffect } from 'react'

const acts = '[role="grid"], a[href], button:not([disabled]), input[type="checkbox"], input[type="radio"], summary'

/**
 * An action may take away what it was done with: the bar of what was marked, the button of a row, the word of a condition. The
 * focus would be with nothing then, and keys as well as screen readers would begin at the top of the page. It goes to the nearest
 * thing that acts, or to the list of the screen. Fields of text are left out: single letters are keys, and would be typed there.
 */
export function useKeptFocus(main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    /** What had the focus last, and everything round it. */
    let chain: readonly Element[] = []
    const note = ({ target }: FocusEvent) => {
      // A question in front returns the focus by itself.
      const isInFront = target instanceof Element && target.closest('[role="dialog"]') !== null
      chain = target instanceof Element && !isInFront ? ancestorsOf(target) : []
    }
    const observer = new MutationObserver(() => {
      const [last] = chain
      if (last === undefined || last.isConnected || document.activeElement !== document.body) return
      const place = main.current
      const round = chain.find((one) => one.isConnected)
      chain = []
      if (place === null || document.querySelector('[role="dialog"]') !== null) return
      const target = round === undefined ? undefined : nearest(round, place)
      ;(target ?? place).focus({ preventScroll: true })
    })
    document.addEventListener('focusin', note)
    observer.observe(document.body, { childList: true, subtree: true })
    return () => {
      document.removeEventListener('focusin', note)
      observer.disconnect()
    }
  }, [main])
}

function ancestorsOf(element: Element): readonly Element[] {
  const parent = element.parentElement
  return parent === null ? [element] : [element, ...ancestorsOf(parent)]
}

/** What acts in the smallest part of the screen that has such a thing; of the screen as a whole its list alone. */
function nearest(round: Element, place: HTMLElement): HTMLElement | undefined {
  for (
    let part: Element | null = round;
    part !== null && part !== place && place.contains(part);
    part = part.parentElement
  ) {
    const found = [...part.querySelectorAll<HTMLElement>(acts)].find(
      (one) => one.tabIndex >= 0 && one.checkVisibility(),
    )
    if (found !== undefined) return found
  }
  return place.querySelector<HTMLElement>('[role="grid"]') ?? undefined
}
