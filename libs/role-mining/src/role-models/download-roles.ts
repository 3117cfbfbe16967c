import { entitlementsByKey, identitiesByKey } from '@assay/directory'
import type { Fragment, TenantSql } from '@assay/store'

/** A line of a file: an entitlement of a role, or a person who has the role. */
export interface RoleEntitlementLine {
  readonly role: number
  readonly kept: boolean
  readonly applicationId: string
  readonly entitlementId: string
  readonly displayName: string
}

export interface RoleIdentityLine {
  readonly role: number
  readonly kept: boolean
  readonly identityId: string
  readonly displayName: string
}

/** The position at which a piece begins: the role, and the number of its lines in earlier pieces. */
export interface DownloadPosition {
  readonly role: number
  readonly from: number
}

interface KeysRow {
  readonly role: number
  readonly kept: boolean
  readonly keys: number[]
}

/** The fewest lines of a piece, except the last one. */
const linesInPiece = 1_000

/** The next lines of a model's roles; `next` is the position of the next piece. A model that does not exist has no lines. */
export async function roleEntitlementLines(sql: TenantSql, modelId: string, position: DownloadPosition) {
  const { rows, next } = await piece(sql, modelId, position, sql`entitlement_keys`)
  const known = await entitlementsByKey(sql, [...new Set(rows.map(({ key }) => key))])
  const lines = rows.flatMap(({ role, kept, key }): RoleEntitlementLine[] => {
    const found = known.get(key)
    if (found === undefined) return []
    return [{ role, kept, applicationId: found.applicationId, entitlementId: found.id, displayName: found.displayName }]
  })
  return { lines, next }
}

/** Like `roleEntitlementLines`, for the people who have the roles. */
export async function roleIdentityLines(sql: TenantSql, modelId: string, position: DownloadPosition) {
  const { rows, next } = await piece(sql, modelId, position, sql`identity_keys`)
  const known = await identitiesByKey(sql, [...new Set(rows.map(({ key }) => key))])
  const lines = rows.flatMap(({ role, kept, key }): RoleIdentityLine[] => {
    const found = known.get(key)
    return found === undefined ? [] : [{ role, kept, identityId: found.id, displayName: found.displayName }]
  })
  return { lines, next }
}

async function piece(
  sql: TenantSql,
  modelId: string,
  { role: first, from }: DownloadPosition,
  keys: Fragment,
): Promise<{ rows: { role: number; kept: boolean; key: number }[]; next: DownloadPosition | undefined }> {
  const rows: { role: number; kept: boolean; key: number }[] = []
  for (let role = first, start = from; ; role++, start = 0) {
    const [found] = await sql<KeysRow[]>`
      select number as role, kept, (${keys})[${start + 1}:${start + linesInPiece}] as keys
      from role_model_roles where model_id = ${modelId} and number >= ${role} order by number limit 1`
    if (found === undefined) return { rows, next: undefined }
    // The numbers of a revised model's roles have gaps.
    if (found.role > role && start > 0) {
      role = found.role - 1
      continue
    }
    role = found.role
    for (const key of found.keys) rows.push({ role: found.role, kept: found.kept, key })
    if (found.keys.length === linesInPiece) return { rows, next: { role, from: start + linesInPiece } }
    if (rows.length >= linesInPiece) return { rows, next: { role: role + 1, from: 0 } }
  }
}
