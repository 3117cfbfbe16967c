import { type RefObject, useEffect } from 'react'

const acts = '[role="grid"], a[href], button:not([disabled]), input[type="checkbox"], input[type="radio"], summary'

/**
 * An action may remove its control: the bar of marked rows, the button of a row, the chip of a condition. Then no element would have the
 * focus, and keys and screen readers would begin at the top of the page. So the focus moves to the nearest
 * control, or to the list of the screen. Text fields are left out, because single letters are keys and would be typed there.
 */
export function useKeptFocus(main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    /** The element that had the focus last, and its ancestors. */
    let chain: readonly Element[] = []
    const note = ({ target }: FocusEvent) => {
      // A dialog returns the focus by itself.
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
    const leave = () => {
      if (document.activeElement === document.body && chain[0]?.isConnected) chain = []
    }
    document.addEventListener('focusin', note)
    // A click on nothing takes the focus away, so the user has left the control: if it is removed later, the focus must not move.
    document.addEventListener('click', leave, { capture: true })
    observer.observe(document.body, { childList: true, subtree: true })
    return () => {
      document.removeEventListener('focusin', note)
      document.removeEventListener('click', leave, { capture: true })
      observer.disconnect()
    }
  }, [main])
}

function ancestorsOf(element: Element): readonly Element[] {
  const parent = element.parentElement
  return parent === null ? [element] : [element, ...ancestorsOf(parent)]
}

/** A control in the smallest part of the screen around the old one; in the whole screen only its list. */
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
