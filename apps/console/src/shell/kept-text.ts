import { useState } from 'react'

/**
 * The text of a field, stored in this tab: it survives a reload until it is discarded.
 * @param key identifies the field
 */
export function useKeptText(key: string, initial: string) {
  const [text, setText] = useState(() => keptText(key) ?? initial)
  const change = (next: string) => {
    setText(next)
    try {
      sessionStorage.setItem(key, next)
    } catch {
      // Private windows may have no storage; the text is still on the page.
    }
  }
  const letGo = () => sessionStorage.removeItem(key)
  return [text, change, letGo] as const
}

/** A typed text that was neither saved nor discarded. */
export function keptText(key: string): string | undefined {
  return sessionStorage.getItem(key) ?? undefined
}
