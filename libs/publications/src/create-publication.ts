import { loadInForce } from '@assay/directory'
import { aborted, invalidArgument } from '@assay/errors'
import { newEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { type Target, targetNamed, targets } from '@assay/targets'
import { publicationDifference } from './publication-difference.ts'
import { earlierContents, type Publication } from './publications.ts'
import { hashOfContents, type PublishedContent, publishedContents } from './published-content.ts'

interface PublicationRequest {
  readonly targetId: string
  /** Empty means all. */
  readonly profileIds: readonly string[]
  /** The hash of the contents that the caller has seen; '' for no check. */
  readonly expectedHash: string
  /** A user id. */
  readonly publishedBy: string
}

/** The number of rows that are sent to the database together. */
const rowsAtOnce = 100

/**
 * Records that profiles are handed over to a target, with their present contents. The transaction must see one state of the data
 * (repeatable read).
 * @throws invalid_argument for an unknown target; aborted (`CONTENT_CHANGED`) when the contents do not have the expected hash; the errors
 * of `publishedContents`
 */
export async function createPublication(
  sql: TenantSql,
  tenantId: number,
  request: PublicationRequest,
): Promise<Publication> {
  const { id: targetId } = requireTarget(request.targetId)
  await sql`select pg_advisory_xact_lock(hashtextextended(${`publications of ${tenantId} ${targetId}`}, 0))`
  const isWhole = request.profileIds.length === 0
  const contents = await publishedContents(sql, request.profileIds)
  const contentHash = hashOfContents(contents)
  if (request.expectedHash !== '' && request.expectedHash !== contentHash)
    throw aborted('the profiles have changed since you looked at them; look at the difference again', {
      reason: 'CONTENT_CHANGED',
    })
  const profileIds = contents.map(({ profileId }) => profileId)
  const earlier = await earlierContents(sql, targetId, isWhole ? undefined : profileIds)
  const differences = publicationDifference(contents, earlier, isWhole)
  const idsOf = (kind: string) => differences.flatMap((one) => (one.kind === kind ? [one.profileId] : []))
  const load = await loadInForce(sql)
  const entry = newEntry({
    kind: 'publication.create',
    subject: { type: 'target', id: targetId },
    after: {
      profileCount: contents.length,
      contentHash,
      added: idsOf('added'),
      changed: idsOf('changed'),
      removed: idsOf('removed'),
    },
    ...(load !== undefined && { load }),
  })
  const publication = {
    id: entry.id,
    targetId,
    publishedAt: entry.at,
    publishedBy: request.publishedBy,
    profileCount: contents.length,
    contentHash,
  }
  await sql`
    insert into publications (tenant_id, id, target_id, published_at, published_by, profile_count, content_hash_value)
    values (${tenantId}, ${publication.id}, ${targetId}, ${publication.publishedAt}, ${publication.publishedBy},
      ${publication.profileCount}, ${contentHash})`
  if (isWhole)
    await sql`delete from published_profiles where target_id = ${targetId} and not (profile_id = any(${profileIds}::uuid[]))`
  for (let from = 0; from < contents.length; from += rowsAtOnce)
    await putContents(sql, tenantId, publication, contents.slice(from, from + rowsAtOnce))
  await entry.write(sql)
  return publication
}

/** @throws invalid_argument with the known targets */
export function requireTarget(id: string): Target {
  const target = targetNamed(id)
  if (target !== undefined) return target
  throw invalidArgument('target_id', `there is no target "${id}"; there are ${targets.map((one) => one.id).join(', ')}`)
}

async function putContents(
  sql: TenantSql,
  tenantId: number,
  { id, targetId }: Publication,
  contents: readonly PublishedContent[],
): Promise<void> {
  const rows = contents.map(({ profileId, details, entitlementKeys, memberKeys, contentHash }) => ({
    profile_id: profileId,
    details: { ...details },
    entitlement_keys: entitlementKeys,
    member_keys: Array.from(memberKeys),
    content_hash_value: contentHash,
  }))
  await sql`
    insert into published_profiles (tenant_id, target_id, profile_id, publication_id, details, entitlement_keys, member_keys,
      content_hash_value)
    select ${tenantId}, ${targetId}, row.profile_id, ${id}, row.details, row.entitlement_keys, row.member_keys,
      row.content_hash_value
    from jsonb_to_recordset(${sql.json(rows)}) as row (profile_id uuid, details jsonb, entitlement_keys integer[],
      member_keys integer[], content_hash_value text)
    on conflict (tenant_id, target_id, profile_id) do update set publication_id = excluded.publication_id,
      details = excluded.details, entitlement_keys = excluded.entitlement_keys, member_keys = excluded.member_keys,
      content_hash_value = excluded.content_hash_value`
}
