import { identityRelation } from '@assay/directory'
import { isUuid, onlyRow, type TenantSql } from '@assay/store'
import type { Page } from './access-profiles.ts'

/** A membership of an identity in an access profile. */
export interface Membership {
  readonly profileId: string
  readonly identityKey: number
  readonly joinedAt: Date
}

/** The position at which a page of memberships ends. */
type MembershipPosition = readonly [profileId: string, identityKey: number]

/** The memberships of the given profiles and identities, or of all; sorted by the id of the profile, then by the key of the identity. */
export async function listMemberships(
  sql: TenantSql,
  wanted: {
    readonly profileIds?: readonly string[] | undefined
    readonly identityKeys?: readonly number[] | undefined
  },
  { size, after }: Page<MembershipPosition>,
): Promise<{ memberships: readonly Membership[]; last: MembershipPosition | undefined }> {
  const { profileIds, identityKeys } = wanted
  const rows = await sql<Membership[]>`
    select profile_id as "profileId", identity_key as "identityKey", joined_at as "joinedAt" from access_profile_members
    where true
      ${profileIds ? sql`and profile_id = any(${profileIds.filter(isUuid)}::uuid[])` : sql``}
      ${identityKeys ? sql`and identity_key = any(${[...identityKeys]}::integer[])` : sql``}
      ${after ? sql`and (profile_id, identity_key) > (${after[0]}::uuid, ${after[1]}::integer)` : sql``}
    order by profile_id, identity_key limit ${size + 1}`
  const memberships = rows.slice(0, size)
  const end = rows.length > size ? memberships.at(-1) : undefined
  return { memberships, last: end && [end.profileId, end.identityKey] }
}

/** The key of the identity at the end of a page. */
type MemberPosition = readonly [identityKey: number]

/** Keys of the identities that are members of at least one profile, each once; of the given identities, or of all. */
export async function listMembers(
  sql: TenantSql,
  wanted: {
    readonly identityKeys?: readonly number[] | undefined
    readonly statuses: readonly string[]
    readonly types: readonly string[]
  },
  { size, after }: Page<MemberPosition>,
): Promise<{ identityKeys: readonly number[]; last: MemberPosition | undefined }> {
  const { identityKeys, statuses, types } = wanted
  const rows = await sql<{ key: number }[]>`
    select identity.key from ${identityRelation(sql)} identity
    where exists (select from access_profile_members member where member.identity_key = identity.key)
      ${identityKeys ? sql`and identity.key = any(${[...identityKeys]}::integer[])` : sql``}
      ${statuses.length === 0 ? sql`` : sql`and identity.status = any(${[...statuses]}::text[])`}
      ${types.length === 0 ? sql`` : sql`and identity.type = any(${[...types]}::text[])`}
      ${after ? sql`and identity.key > ${after[0]}::integer` : sql``}
    order by identity.key limit ${size + 1}`
  const keys = rows.slice(0, size).map(({ key }) => key)
  const end = rows.length > size ? keys.at(-1) : undefined
  return { identityKeys: keys, last: end === undefined ? undefined : [end] }
}

/** The number of identities that are members of at least one profile. */
export async function countMembers(sql: TenantSql): Promise<number> {
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(distinct identity_key)::integer as count from access_profile_members`,
  )
  return count
}
