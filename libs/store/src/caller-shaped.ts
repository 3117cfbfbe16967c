import type { Fragment } from './handles.ts'

const shaped = new WeakSet<object>()

/**
 * Marks a fragment whose text, not only its parameters, depends on a caller's input: a filter, a search. The driver prepares every text and
 * never forgets one, and a connection lives as long as its process, so such texts would fill the server's memory (53 kB for a filter of 20
 * conditions, PostgreSQL 18). Everything that contains the fragment inherits the mark, on the handle of a transaction, and a marked query
 * is not prepared.
 */
export function callerShaped(fragment: Fragment): Fragment {
  shaped.add(fragment)
  return fragment
}

/** Gives `made`, which a handle made of `args`, the marks of its parts. */
export function handOnShape<T>(made: T, args: readonly unknown[]): T {
  if (!args.some(isShaped)) return made
  shaped.add(made as object)
  // The driver reads this option, although its types have it only for `unsafe`.
  Object.assign((made as { options: object }).options, { prepare: false })
  return made
}

function isShaped(arg: unknown): boolean {
  if (typeof arg !== 'object' || arg === null) return false
  // A list of fragments; a list of values may be long and is not searched.
  return shaped.has(arg) || (Array.isArray(arg) && arg[0] instanceof Promise && arg.some(isShaped))
}
