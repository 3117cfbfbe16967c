import { notFound } from '@assay/errors'
import { isUuid, type TenantSql } from '@assay/store'
import type { EarlierContent } from './publication-difference.ts'

/** The record that profiles were handed over to a target. */
export interface Publication {
  readonly id: string
  readonly targetId: string
  readonly publishedAt: Date
  /** A user id. */
  readonly publishedBy: string
  readonly profileCount: number
  /** The hash of all profiles together, hexadecimal. */
  readonly contentHash: string
}

/** The last publication of a page. */
export type PublicationPosition = readonly [id: string]

interface Which {
  /** '' for all. */
  readonly targetId: string
  /** Only the newest publication of each target that contains this profile; '' for all. */
  readonly profileId: string
}

/** The publications, newest first. */
export async function listPublications(
  sql: TenantSql,
  { targetId, profileId }: Which,
  { size, after }: { readonly size: number; readonly after?: PublicationPosition | undefined },
): Promise<{ readonly publications: readonly Publication[]; readonly last: PublicationPosition | undefined }> {
  if (profileId !== '' && !isUuid(profileId)) return { publications: [], last: undefined }
  const ofProfile =
    profileId === ''
      ? sql``
      : sql`and id in (select publication_id from published_profiles where profile_id = ${profileId}::uuid)`
  const rows = await sql<Publication[]>`
    select ${columns(sql)} from publications
    where true ${targetId === '' ? sql`` : sql`and target_id = ${targetId}`} ${ofProfile}
      ${after === undefined ? sql`` : sql`and id < ${after[0]}::uuid`}
    order by id desc limit ${size + 1}`
  const shown = rows.slice(0, size)
  const end = rows.length > size ? shown.at(-1) : undefined
  return { publications: shown, last: end && [end.id] }
}

/** @throws not_found */
export async function getPublication(sql: TenantSql, id: string): Promise<Publication> {
  const [found] = isUuid(id) ? await sql<Publication[]>`select ${columns(sql)} from publications where id = ${id}` : []
  if (found === undefined) throw notFound('publication', id)
  return found
}

/**
 * The profiles of the last publication to a target, by id.
 * @param profileIds only these profiles; undefined for all
 */
export async function earlierContents(
  sql: TenantSql,
  targetId: string,
  profileIds: readonly string[] | undefined,
): Promise<readonly EarlierContent[]> {
  return sql<EarlierContent[]>`
    select profile_id as "profileId", details, entitlement_keys as "entitlementKeys", member_keys as "memberKeys"
    from published_profiles
    where target_id = ${targetId} ${profileIds === undefined ? sql`` : sql`and profile_id = any(${[...profileIds]}::uuid[])`}
    order by profile_id`
}

/** The content of a publication that no later publication has replaced, in the order of names, then ids. */
export async function contentsOfPublication(sql: TenantSql, id: string): Promise<readonly EarlierContent[]> {
  return sql<EarlierContent[]>`
    select profile_id as "profileId", details, entitlement_keys as "entitlementKeys", member_keys as "memberKeys"
    from published_profiles where publication_id = ${id}
    order by lower(details->>'displayName') collate "C", profile_id`
}

function columns(sql: TenantSql) {
  return sql`id, target_id as "targetId", published_at as "publishedAt", published_by as "publishedBy",
    profile_count as "profileCount", content_hash_value as "contentHash"`
}
