import type { Session, SessionState } from '../session.ts'

const beforePopulation: ReadonlySet<SessionState> = new Set(['CREATED', 'UPDATED', 'FAILED'])

/** The warning for a session whose population is known and empty; undefined for any other session. */
export function populationWarning({
  state,
  identityCount,
}: Pick<Session, 'state' | 'identityCount'>): string | undefined {
  if (identityCount > 0 || beforePopulation.has(state)) return undefined
  return (
    'No enabled identity was found, so there are no potential roles; ' +
    'check the scope: names of fields and attributes, their values, and ids of identities'
  )
}
