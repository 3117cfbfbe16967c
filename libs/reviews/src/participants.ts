import { clientNames, decidingClients, peopleNamed } from '@assay/auth'
import { identityNamesById, listIdentities } from '@assay/directory'
import type { TenantSql } from '@assay/store'

/** A person or an API client that makes, reviews or decides; both are shown in the same way. */
export interface Participant {
  /** The user id. */
  readonly id: string
  /** Empty when the reader may not see it, or when it is not known. */
  readonly displayName: string
}

/**
 * The names of users, by their ids.
 * @param ids user ids of people, and of API clients that act for themselves
 */
export async function participantsOf(sql: TenantSql, ids: readonly string[]): Promise<(id: string) => Participant> {
  const wanted = [...new Set(ids)].filter((id) => id !== '')
  const people = await identityNamesById(sql, wanted)
  const clients = await clientNames(
    sql,
    wanted.filter((id) => !people.has(id)),
  )
  return (id) => ({ id, displayName: people.get(id) ?? clients.get(id) ?? '' })
}

/** A person or a client to whom items can be assigned. */
export interface PossibleReviewer extends Participant {
  readonly kind: 'person' | 'client'
  /** The mail address of a person; empty when the data have none. */
  readonly email: string
}

/**
 * Users whom a text may mean: API clients that may decide, people who signed in, then enabled people of the access data, each sorted by
 * name. A client that acts for a person counts as that person.
 * @param text a part of a client's name, or the beginning of a person's name or mail address, regardless of case; empty for the first ones
 * @param most 1 to 100
 */
export async function possibleReviewers(
  sql: TenantSql,
  text: string,
  most: number,
): Promise<readonly PossibleReviewer[]> {
  const part = text.trim()
  const clients = await decidingClients(sql, part, most)
  const { identities } = await listIdentities(sql, { query: part, status: 'enabled', type: 'human' }, { size: most })
  const actedFor = clients.flatMap(({ identityId }) => identityId ?? [])
  const names = await participantsOf(sql, actedFor)
  const found = new Map<string, PossibleReviewer>()
  for (const { userId, identityId, displayName } of clients)
    found.set(userId, {
      id: userId,
      displayName: (identityId !== undefined && names(identityId).displayName) || displayName,
      kind: identityId === undefined ? 'client' : 'person',
      email: '',
    })
  for (const { userId, displayName, mail } of await peopleNamed(sql, part, most))
    found.set(userId, { id: userId, displayName, kind: 'person', email: mail })
  for (const { id, displayName, email } of identities) found.set(id, { id, displayName, kind: 'person', email })
  return [...found.values()].slice(0, most)
}
