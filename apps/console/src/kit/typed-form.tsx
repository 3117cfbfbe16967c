import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { Button } from 'react-aria-components'
import { storeTyped, typedValue, useIsTyped } from '../shell/typed.ts'
import { texts } from './texts.ts'

interface Props {
  /** Identifies the form among all forms of the console. */
  readonly name: string
  readonly className: string
  readonly 'aria-label'?: string
  /** The call of the form runs: the form is not sent again, and its button is a `CallButton`. */
  readonly isBusy?: boolean
  /** Call `sent` when the server has accepted the values. */
  readonly onSubmit: (form: HTMLFormElement, sent: () => void) => void
  /** Discards values that the form itself does not store. */
  readonly onDiscard?: () => void
  readonly children: ReactNode
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/**
 * A form whose named fields are not controlled. Changed values survive a reload and the end of the session until they are sent or
 * discarded. Passwords are not stored.
 */
export function TypedForm({ name, isBusy = false, onSubmit, onDiscard, children, ...form }: Props) {
  const element = useRef<HTMLFormElement>(null)
  const hasChanges = useIsTyped(name)
  useLayoutEffect(() => restoreFields(element.current, typedValue(name)), [name])
  return (
    <form
      {...form}
      ref={element}
      aria-busy={isBusy}
      onInput={({ currentTarget }) => storeTyped(name, changedValues(currentTarget))}
      onReset={() => {
        storeTyped(name, undefined)
        onDiscard?.()
      }}
      onSubmit={(event) => {
        event.preventDefault()
        if (!isBusy) onSubmit(event.currentTarget, () => storeTyped(name, undefined))
      }}
    >
      {children}
      {hasChanges && (
        <Button className="button at-end" type="reset">
          {texts.discard}
        </Button>
      )}
    </form>
  )
}

/** Gives stored values to the fields of a form, and to fields that appear later because their data arrive later. */
function restoreFields(form: HTMLFormElement | null, stored: unknown): (() => void) | undefined {
  if (form === null || typeof stored !== 'object' || stored === null) return undefined
  const values = new Map(Object.entries(stored))
  const restore = () => {
    for (const field of fieldsOf(form)) {
      const value: unknown = values.get(keyOf(field))
      if (isTick(field) && typeof value === 'boolean') field.checked = value
      if (!isTick(field) && typeof value === 'string') field.value = value
      // A list without the value gets its choices later.
      if (isTick(field) || field.value === value) values.delete(keyOf(field))
    }
  }
  restore()
  const observer = new MutationObserver(restore)
  observer.observe(form, { childList: true, subtree: true })
  return () => observer.disconnect()
}

/** The values that differ from those with which the form began; undefined when there are none. */
function changedValues(form: HTMLFormElement): Record<string, string | boolean> | undefined {
  const changed = fieldsOf(form).filter(isChanged)
  if (changed.length === 0) return undefined
  return Object.fromEntries(changed.map((field) => [keyOf(field), isTick(field) ? field.checked : field.value]))
}

function fieldsOf(form: HTMLFormElement): readonly Field[] {
  return [...form.elements].filter(
    (one) => isField(one) && one.name !== '' && one.type !== 'password' && one.type !== 'file',
  ) as Field[]
}

function isField(element: Element): element is Field {
  return [HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement].some((kind) => element instanceof kind)
}

function isTick(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio')
}

/** Check boxes and radio buttons share their names. */
function keyOf(field: Field): string {
  return isTick(field) ? `${field.name}:${field.value}` : field.name
}

function isChanged(field: Field): boolean {
  if (isTick(field)) return field.checked !== field.defaultChecked
  if (!(field instanceof HTMLSelectElement)) return field.value !== field.defaultValue
  const first = [...field.options].findIndex(({ defaultSelected }) => defaultSelected)
  return field.selectedIndex !== Math.max(0, first)
}
