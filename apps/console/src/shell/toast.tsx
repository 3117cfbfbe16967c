import { useEffect } from 'react'
import { Button } from 'react-aria-components'
import { inReadingOrder } from '../kit/reading-order.ts'
import { createStore, useStore } from './store.ts'
import { texts } from './texts.ts'

interface Toast {
  readonly text: string
  readonly undo?: () => void
}

const toast = createStore<Toast | undefined>(undefined)

/** Shows the result of an action. It stays until the next action, so that users need not hurry. */
export function showToast(text: string, undo?: () => void): void {
  toast.set(undo === undefined ? { text } : { text, undo })
}

/** Undoes the last action, if it can be undone. @returns whether it was undone */
export function undoLast(): boolean {
  const undo = toast.get()?.undo
  if (undo === undefined) return false
  toast.set(undefined)
  undo()
  return true
}

export function ToastRegion() {
  const shown = useStore(toast)
  useEffect(() => () => toast.set(undefined), [])
  return (
    <section className="toast" role="status" aria-label={texts.doneLast} aria-live="polite">
      {shown !== undefined && (
        <>
          <span>{inReadingOrder(shown.text)}</span>
          {shown.undo && (
            <Button className="button" onPress={() => undoLast()}>
              {texts.undo}
            </Button>
          )}
          <Button className="button" data-kind="plain" onPress={() => toast.set(undefined)}>
            {texts.close}
          </Button>
        </>
      )}
    </section>
  )
}
