import type { Fragment } from './handles.ts'

const shaped = new WeakSet<object>()

/**
 * Marks a fragment whose text, not only its parameters, follows what somebody wrote: a filter, a search. The driver
 * prepares every text it meets and never forgets one, and a connection lives as long as its process, so that such texts
 * would fill the server's memory (53 kB for a filter of 20 conditions, PostgreSQL 18). The mark goes on to whatever the fragment
 * becomes part of on a transaction's handle, and a query that bears it is not prepared.
 */
export function callerShaped(fragment: Fragment): Fragment {
  shaped.add(fragment)
  return fragment
}

/** What a handle made of `args`, with the marks of its parts. */
export function handOnShape<T>(made: T, args: readonly unknown[]): T {
  if (!args.some(isShaped)) return made
  shaped.add(made as object)
  // The driver decides by this option, which its types show for `unsafe` alone.
  Object.assign((made as { options: object }).options, { prepare: false })
  return made
}

function isShaped(arg: unknown): boolean {
  if (typeof arg !== 'object' || arg === null) return false
  // A list of fragments; a list of values may be long and is not looked through.
  return shaped.has(arg) || (Array.isArray(arg) && arg[0] instanceof Promise && arg.some(isShaped))
}
