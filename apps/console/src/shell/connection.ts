import { createStore } from './store.ts'

/** Since when nothing has answered, or undefined while all is well. */
export const lostSince = createStore<Date | undefined>(undefined)

export function noteAnswer(): void {
  lostSince.set(undefined)
}

export function noteNoAnswer(): void {
  if (lostSince.get() === undefined) lostSince.set(new Date())
}
