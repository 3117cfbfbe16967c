import { entitlementsByKey, identityNamesByKey } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { requireTarget } from './create-publication.ts'
import { type ProfileDifference, publicationDifference } from './publication-difference.ts'
import { earlierContents } from './publications.ts'
import { hashOfContents, publishedContents } from './published-content.ts'

/** The differences between the present contents and those of the last publication. */
interface PublicationPreview {
  /** In the order of the profiles, with unchanged profiles. */
  readonly differences: readonly ProfileDifference[]
  readonly contentHash: string
}

/** @throws invalid_argument for an unknown target; the errors of `publishedContents` */
export async function previewPublication(
  sql: TenantSql,
  targetId: string,
  profileIds: readonly string[],
): Promise<PublicationPreview> {
  const target = requireTarget(targetId)
  const contents = await publishedContents(sql, profileIds)
  const isWhole = profileIds.length === 0
  const ids = contents.map(({ profileId }) => profileId)
  const earlier = await earlierContents(sql, target.id, isWhole ? undefined : ids)
  return { differences: publicationDifference(contents, earlier, isWhole), contentHash: hashOfContents(contents) }
}

interface NamedEntitlement {
  readonly applicationId: string
  readonly applicationDisplayName: string
  readonly id: string
  readonly displayName: string
}

interface NamedMember {
  readonly id: string
  readonly displayName: string
}

/** Names of added and removed items, by key; erased people have none. */
interface MovedNames {
  readonly entitlements: ReadonlyMap<number, NamedEntitlement>
  readonly members: ReadonlyMap<number, NamedMember>
}

export async function namesOfMoved(
  sql: TenantSql,
  entitlementKeys: readonly number[],
  memberKeys: readonly number[],
): Promise<MovedNames> {
  return {
    entitlements: await entitlementsByKey(sql, [...new Set(entitlementKeys)]),
    members: await identityNamesByKey(sql, [...new Set(memberKeys)]),
  }
}
