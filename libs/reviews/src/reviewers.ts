import { usersBehindClients, usersBehindPeople } from '@assay/auth'
import { identityKeys } from '@assay/directory'
import { invalidArgument, listed } from '@assay/errors'
import type { TenantSql } from '@assay/store'

/** The reviewers of one item, as a caller names them, with the field of the request. */
interface NamedReviewers {
  readonly field: string
  readonly ids: readonly string[]
}

const mostReviewers = 20

/**
 * The user ids of reviewers, each once, in the order of the request. People of the access data have their own ids. An API client, or a
 * person who signed in (by id or mail address), is replaced by the user for whom it acts.
 * @throws invalid_argument for no reviewer, more than 20, and unknown ids, with all of them
 */
export async function userIdsOfReviewers(sql: TenantSql, all: readonly NamedReviewers[]): Promise<string[][]> {
  for (const { field, ids } of all) {
    if (ids.length === 0) throw invalidArgument(field, 'names no reviewer')
    if (ids.length > mostReviewers)
      throw invalidArgument(field, `names ${ids.length} reviewers; at most ${mostReviewers} are supported`)
  }
  const ids = [...new Set(all.flatMap((one) => one.ids))]
  const [people, clients] = [await identityKeys(sql, ids), await usersBehindClients(sql, ids)]
  const signedIn = await usersBehindPeople(sql, ids)
  const userId = (id: string) => (people.has(id) ? id : (clients.get(id) ?? signedIn.get(id)))
  return all.map((one) => {
    const unknown = one.ids.filter((id) => userId(id) === undefined)
    if (unknown.length > 0)
      throw invalidArgument(
        one.field,
        `no person of the access data, no API client and nobody who signed in has the id ${listed(unknown.map((id) => JSON.stringify(id)))}`,
      )
    return [...new Set(one.ids.flatMap((id) => userId(id) ?? []))]
  })
}
