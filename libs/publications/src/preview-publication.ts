import { entitlementsByKey, identityNamesByKey } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { requireTarget } from './create-publication.ts'
import { type ProfileDifference, publicationDifference } from './publication-difference.ts'
import { loadedProfiles } from './publication-files.ts'
import { earlierContents } from './publications.ts'
import { hashOfContents, publishedContents } from './published-content.ts'
import { systemProfiles } from './system-profiles.ts'

/** The differences between the present contents and those of the last publication. */
interface PublicationPreview {
  /** In the order of the profiles, with unchanged profiles. */
  readonly differences: readonly ProfileDifference[]
  readonly contentHash: string
  /** Whose ids the files have and what is left out, as sentences; empty unless they were requested. */
  readonly notices: readonly string[]
}

interface PreviewRequest {
  readonly targetId: string
  /** Empty for all. */
  readonly profileIds: readonly string[]
  /** The source that is the export of the system; '' for the only one that has its application. */
  readonly source: string
  readonly wantsNotices: boolean
}

/** @throws invalid_argument for an unknown target; the errors of `publishedContents` and `systemProfiles` */
export async function previewPublication(
  sql: TenantSql,
  { targetId, profileIds, source, wantsNotices }: PreviewRequest,
): Promise<PublicationPreview> {
  const target = requireTarget(targetId)
  const contents = await publishedContents(sql, profileIds)
  const isWhole = profileIds.length === 0
  const ids = contents.map(({ profileId }) => profileId)
  const earlier = await earlierContents(sql, target.id, isWhole ? undefined : ids)
  const notices = wantsNotices
    ? (await systemProfiles(sql, target, source, await loadedProfiles(sql, contents))).notices
    : []
  return {
    differences: publicationDifference(contents, earlier, isWhole),
    contentHash: hashOfContents(contents),
    notices,
  }
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
