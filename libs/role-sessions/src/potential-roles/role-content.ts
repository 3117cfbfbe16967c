import { notFound } from '@assay/errors'
import { isUuid, type TenantSql } from '@assay/store'
import { defaultRoleName } from '../potential-role.ts'

/** The content of a potential role, by keys of the directory, without what people excluded. */
interface PotentialRoleContent {
  readonly id: string
  /** The name from a user, or one made from the id. */
  readonly name: string
  readonly identityKeys: readonly number[]
  readonly entitlementKeys: readonly number[]
  readonly sessionId: string
  /** The access profile that was made from it. */
  readonly profileId: string | null
  /** The import that was mined; null for a session from before this was stored. */
  readonly importId: number | null
  readonly modifiedAt: Date
}

/**
 * Other services use it too: their logins may read only these columns (migration 0052).
 * @throws not_found, also for a text that is not an id
 */
export async function potentialRoleContent(sql: TenantSql, id: string): Promise<PotentialRoleContent> {
  const [row] = isUuid(id)
    ? await sql<(Omit<PotentialRoleContent, 'name'> & { name: string | null; excluded: number[] })[]>`
        select role.id, role.name, role.identity_keys as "identityKeys", role.entitlement_keys as "entitlementKeys",
          role.excluded_entitlement_keys as excluded, role.session_id as "sessionId", role.role_id as "profileId",
          role.modified_at as "modifiedAt", session.import_id as "importId"
        from potential_roles role
        join mining_sessions session on session.tenant_id = role.tenant_id and session.id = role.session_id
        where role.id = ${id}`
    : []
  if (row === undefined) throw notFound('potential role', id)
  const { excluded, name, ...content } = row
  const isExcluded = new Set(excluded)
  return {
    ...content,
    name: name ?? defaultRoleName(content.id),
    entitlementKeys: content.entitlementKeys.filter((key) => !isExcluded.has(key)),
  }
}
