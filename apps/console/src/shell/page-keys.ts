import { useEffect } from 'react'
import { preferences } from './preferences.ts'

/** Whether the user is typing into a field, so that letters are text and not keys. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement ||
      (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)))
  )
}

/**
 * Keys that work on the whole page. `Ctrl K` always works. Single letters work only while the user is not typing, no dialog is
 * open, and letter keys are switched on.
 */
export function usePageKeys(actions: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return
      const isCommand = event.ctrlKey || event.metaKey
      const action = actions[isCommand ? `Ctrl ${event.key.toLowerCase()}` : event.key]
      if (action === undefined) return
      const isInFront = document.querySelector('[role="dialog"]') !== null
      if (!isCommand && (isInFront || isTyping(event.target) || !preferences.get().letters)) return
      event.preventDefault()
      action()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [actions])
}
