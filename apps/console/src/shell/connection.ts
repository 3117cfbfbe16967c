import { createStore } from './store.ts'

/** The time since which no server has answered; undefined while the connection works. */
export const lostSince = createStore<Date | undefined>(undefined)

export function noteAnswer(): void {
  lostSince.set(undefined)
}

export function noteNoAnswer(): void {
  if (lostSince.get() === undefined) lostSince.set(new Date())
}
