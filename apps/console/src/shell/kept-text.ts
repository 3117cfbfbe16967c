import { useState } from 'react'

/**
 * What somebody types into a field, kept for this tab: it survives a reload until it is let go of.
 * @param key tells the field from all others
 */
export function useKeptText(key: string, initial: string) {
  const [text, setText] = useState(() => keptText(key) ?? initial)
  const change = (next: string) => {
    setText(next)
    try {
      sessionStorage.setItem(key, next)
    } catch {
      // Private windows may have no room; the text is still on the page.
    }
  }
  const letGo = () => sessionStorage.removeItem(key)
  return [text, change, letGo] as const
}

/** What was typed into a field and neither saved nor let go of. */
export function keptText(key: string): string | undefined {
  return sessionStorage.getItem(key) ?? undefined
}
