import { accessInForce } from '@assay/directory'
import { failedPrecondition } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { muchOf } from './guard.ts'
import type { Source } from './source.ts'

/** The maximum numbers of people and grants that a change may remove. */
interface MostRemoved {
  readonly people: number
  readonly grants: number
}

/** The removal when a source is deleted, if no other source has the same data. */
export function removedWith({ definesPeople, newestLoad }: Source): MostRemoved {
  const { people = 0, grants = 0 } = newestLoad?.counts ?? {}
  return { people: definesPeople ? people : 0, grants }
}

/** People whose ids may change, since the first source that has a person determines the id: those that two sources may share. */
export function removedByOrder(before: readonly Source[], after: readonly Source[]): MostRemoved {
  const placeIn = (sources: readonly Source[], { name }: Source) => sources.findIndex((source) => source.name === name)
  const people = ({ definesPeople, newestLoad }: Source) => (definesPeople ? (newestLoad?.counts?.people ?? 0) : 0)
  let shared = 0
  for (const [at, one] of before.entries()) {
    for (const other of before.slice(at + 1)) {
      if (placeIn(after, one) > placeIn(after, other)) shared += Math.min(people(one), people(other))
    }
  }
  return { people: shared, grants: 0 }
}

/**
 * Refuses a change of the sources that may remove more than a fifth of the people or grants in force. The exact number is only
 * known after a composition, so this is the maximum.
 * @param what such as `Deleting "hr"`
 * @throws failed_precondition with the numbers
 */
export async function refuseMuchRemoved(sql: TenantSql, what: string, most: MostRemoved): Promise<void> {
  const inForce = await accessInForce(sql)
  if (inForce === undefined) return
  const removal = (before: number, removed: number) => ({ before, removed: Math.min(before, removed) })
  const people = removal(inForce.people, most.people)
  const grants = removal(inForce.grants, most.grants)
  if (muchOf({ people, grants, links: removal(0, 0) }) === undefined) return
  const part = ({ before, removed }: typeof people, noun: string) =>
    `${removed.toLocaleString('en')} of ${before.toLocaleString('en')} ${noun}`
  throw failedPrecondition(
    `${what} may remove up to ${part(people, 'people')} and ${part(grants, 'grants')} in force; confirm it if that is intended`,
    {
      reason: 'REMOVES_MUCH',
      metadata: { people: String(people.removed), grants: String(grants.removed) },
    },
  )
}
