import { setImmediate } from 'node:timers/promises'
import { entitlementsByKey, identityRelation } from '@assay/directory'
import { failedPrecondition } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import type { PublishedPerson, PublishedProfile, Target } from '@assay/targets'
import { requireTarget } from './create-publication.ts'
import type { EarlierContent } from './publication-difference.ts'
import { contentsOfPublication, getPublication, type Publication } from './publications.ts'
import { type LoadedEntitlement, type LoadedProfile, systemProfiles } from './system-profiles.ts'

/** The content of a publication's files. */
export interface PublicationFiles {
  readonly publication: Publication
  readonly target: Target
  readonly profiles: readonly PublishedProfile[]
}

/** The number of people and entitlements that are read together. */
const namesAtOnce = 10_000

/**
 * The recorded content of a publication, with the names of people and entitlements. People and entitlements that were erased later are left
 * out.
 * @param source the source that is the export of the system; '' for the only one that has its application
 * @throws not_found; failed_precondition when a later publication replaced a part of it; the errors of `systemProfiles`
 */
export async function publicationFiles(sql: TenantSql, publicationId: string, source = ''): Promise<PublicationFiles> {
  const publication = await getPublication(sql, publicationId)
  const contents = await contentsOfPublication(sql, publicationId)
  if (contents.length < publication.profileCount)
    throw failedPrecondition('a later publication took the place of this one; download that one, or publish once more')
  const target = requireTarget(publication.targetId)
  const { profiles } = await systemProfiles(sql, target, source, await loadedProfiles(sql, contents))
  return { publication, target, profiles }
}

/** The profiles with the names of people and entitlements, by the ids of the loaded data. */
export async function loadedProfiles(sql: TenantSql, contents: readonly EarlierContent[]): Promise<LoadedProfile[]> {
  const people = await peopleOf(sql, contents)
  const entitlements = await entitlementsOf(sql, contents)
  const owners = await ownersOf(sql, contents)
  const profiles: LoadedProfile[] = []
  for (const { profileId, details, entitlementKeys, memberKeys } of contents) {
    const { ownerId, ...others } = details
    profiles.push({
      id: profileId,
      ...others,
      owner: owners.get(ownerId),
      entitlements: entitlementKeys.flatMap((key) => entitlements.get(key) ?? []),
      // In the order of keys, which is the order of their first import.
      members: Array.from(memberKeys).flatMap((key) => people.get(key) ?? []),
    })
    // Lets other calls run between large profiles.
    await setImmediate()
  }
  return profiles
}

async function peopleOf(sql: TenantSql, contents: readonly EarlierContent[]): Promise<Map<number, PublishedPerson>> {
  const keys = new Set<number>()
  for (const { memberKeys } of contents) for (const key of Array.from(memberKeys)) keys.add(key)
  const people = new Map<number, PublishedPerson>()
  for (const some of batches([...keys])) {
    const rows = await sql<(PublishedPerson & { key: number })[]>`
      select key, id, display_name as "displayName", email, username from ${identityRelation(sql)} identity
      where key = any(${some}::integer[])`
    for (const { key, ...person } of rows) people.set(key, person)
  }
  return people
}

async function ownersOf(sql: TenantSql, contents: readonly EarlierContent[]): Promise<Map<string, PublishedPerson>> {
  const ids = [...new Set(contents.map(({ details }) => details.ownerId))].filter((id) => id !== '')
  const rows = await sql<PublishedPerson[]>`
    select id, display_name as "displayName", email, username from ${identityRelation(sql)} identity
    where id = any(${ids}::text[])`
  return new Map(rows.map((person) => [person.id, person]))
}

async function entitlementsOf(sql: TenantSql, contents: readonly EarlierContent[]) {
  const keys = [...new Set(contents.flatMap(({ entitlementKeys }) => entitlementKeys))]
  const found = new Map<number, LoadedEntitlement>()
  for (const some of batches(keys))
    for (const [key, one] of await entitlementsByKey(sql, some)) {
      const { applicationId, applicationDisplayName, id, displayName, resourceType } = one
      found.set(key, { applicationId, applicationDisplayName, id, displayName, resourceType })
    }
  return found
}

function* batches(keys: readonly number[]): Generator<number[]> {
  for (let from = 0; from < keys.length; from += namesAtOnce) yield keys.slice(from, from + namesAtOnce)
}
