import { useState, useSyncExternalStore } from 'react'
import { ownerNow } from './session.ts'
import { storedValue, storeValue } from './typed-storage.ts'

/**
 * A value that the user types: it survives a reload and the end of the session until it is discarded.
 * @param name identifies the field among all fields of the console
 * @returns the value, its setter, and a function that discards it when it was sent or is not wanted
 */
export function useTyped<Value>(name: string, initial: Value) {
  const [value, setValue] = useState(() => (typedValue(name) as Value | undefined) ?? initial)
  const change = (next: Value) => {
    setValue(next)
    storeTyped(name, next)
  }
  const discard = () => {
    setValue(initial)
    storeTyped(name, undefined)
  }
  return [value, change, discard] as const
}

/** A typed value that was neither sent nor discarded. */
export function typedValue(name: string): unknown {
  return storedValue(ownerNow(), name)
}

/** Stores a typed value; undefined discards it. */
export function storeTyped(name: string, value: unknown): void {
  storeValue(ownerNow(), name, value)
  for (const listener of listeners) listener()
}

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Whether there is a typed value that was neither sent nor discarded. */
export function useIsTyped(name: string): boolean {
  return useSyncExternalStore(subscribe, () => typedValue(name) !== undefined)
}
