import { createHash } from 'node:crypto'
import { DomainError } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { nameOrderOf } from './access-profiles.ts'
import { compileMembershipRule } from './membership-rule.ts'

/** A row of access_profiles.csv; `line` is where it stands in the file, from 1. */
export interface ProfileRow {
  readonly line: number
  readonly id: string
  readonly displayName: string
  readonly description: string
  /** Not empty: automation is on. */
  readonly celExpression: string
  readonly commonAccess: boolean
}

/** A row of access_profile_entitlements.csv; the application is needed where entitlement ids repeat. */
export interface ProfileEntitlementRow {
  readonly line: number
  readonly accessProfileId: string
  readonly entitlementId: string
  readonly applicationId: string
}

export interface ProfileRowFault {
  readonly file: 'access_profiles.csv' | 'access_profile_entitlements.csv'
  readonly line: number
  readonly column: string
  readonly reason: string
}

/**
 * Makes the imported profiles those of the rows: by their ids they keep their identity from import to import, and those
 * that are no longer there are removed. Profiles that were made through an API stay as they are. Rows at fault are left
 * out and reported by line; the caller decides whether that fails the import. Entitlements must be there already, members
 * come with `applyMembership` afterwards.
 */
export async function importAccessProfiles(
  sql: TenantSql,
  tenantId: number,
  rows: { readonly profiles: readonly ProfileRow[]; readonly entitlements: readonly ProfileEntitlementRow[] },
): Promise<ProfileRowFault[]> {
  const faults: ProfileRowFault[] = []
  const profiles = new Map<string, ProfileRow>()
  for (const row of rows.profiles) {
    const fault = faultOf(row, profiles)
    if (fault === undefined) profiles.set(row.id, row)
    else faults.push({ file: 'access_profiles.csv', line: row.line, ...fault })
  }
  await replaceProfiles(sql, tenantId, [...profiles.values()])
  faults.push(...(await replaceEntitlements(sql, tenantId, profiles, rows.entitlements)))
  return faults
}

function faultOf(
  row: ProfileRow,
  earlier: ReadonlyMap<string, ProfileRow>,
): { column: string; reason: string } | undefined {
  if (row.id === '') return { column: 'id', reason: 'is empty' }
  const twin = earlier.get(row.id)
  if (twin !== undefined)
    return { column: 'id', reason: `access profile "${row.id}" stands in line ${twin.line} already` }
  if (row.displayName.trim() === '') return { column: 'display_name', reason: 'is empty' }
  if (row.celExpression === '') return undefined
  try {
    compileMembershipRule(row.celExpression)
    return undefined
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { column: 'cel_expression', reason: error.violations[0].description }
  }
}

async function replaceProfiles(sql: TenantSql, tenantId: number, rows: readonly ProfileRow[]): Promise<void> {
  const profiles = rows.map((row) => ({
    id: idOf(tenantId, row.id),
    external_id: row.id,
    display_name: row.displayName.trim(),
    description: row.description,
    cel_expression: row.celExpression,
    common_access: row.commonAccess,
    name_order: nameOrderOf(row.displayName.trim()),
  }))
  await sql`
    delete from access_profiles
    where external_id is not null and not (external_id = any(${profiles.map((row) => row.external_id)}::text[]))`
  await sql`
    insert into access_profiles as kept (tenant_id, id, external_id, display_name, description, cel_expression,
      automation_enabled, common_access, created_by, name_order)
    select ${tenantId}, id, external_id, display_name, description, cel_expression, cel_expression <> '', common_access,
      'import', name_order
    from jsonb_to_recordset(${sql.json(profiles)}) as row (id uuid, external_id text, display_name text, description text,
      cel_expression text, common_access boolean, name_order text)
    on conflict (tenant_id, id) do update set display_name = excluded.display_name, description = excluded.description,
      cel_expression = excluded.cel_expression, automation_enabled = excluded.automation_enabled,
      common_access = excluded.common_access, name_order = excluded.name_order, updated_at = now()
    where (kept.display_name, kept.description, kept.cel_expression, kept.common_access)
      is distinct from (excluded.display_name, excluded.description, excluded.cel_expression, excluded.common_access)`
  // Without a rule nobody is a member, also not one whom an earlier rule made one.
  await sql`
    delete from access_profile_members
    where profile_id in (select id from access_profiles where external_id is not null and not automation_enabled)`
}

async function replaceEntitlements(
  sql: TenantSql,
  tenantId: number,
  profiles: ReadonlyMap<string, ProfileRow>,
  rows: readonly ProfileEntitlementRow[],
): Promise<ProfileRowFault[]> {
  const faults: ProfileRowFault[] = []
  const fault = (row: ProfileEntitlementRow, column: string, reason: string) =>
    faults.push({ file: 'access_profile_entitlements.csv', line: row.line, column, reason })
  const found = await sql<{ line: number; keys: number[] }[]>`
    select row.line, array_agg(entitlements.key) as keys
    from jsonb_to_recordset(${sql.json(rows.map(({ line, applicationId, entitlementId }) => ({ line, applicationId, entitlementId })))})
      as row (line integer, "applicationId" text, "entitlementId" text)
    join entitlements on entitlements.id = row."entitlementId" and not entitlements.deleted
    join applications on applications.key = entitlements.application_key
      and (row."applicationId" = '' or applications.id = row."applicationId")
    group by row.line`
  const keysOf = new Map(found.map(({ line, keys }) => [line, keys]))
  const given: { profile_id: string; entitlement_key: number }[] = []
  for (const row of rows) {
    const keys = keysOf.get(row.line) ?? []
    if (!profiles.has(row.accessProfileId)) {
      fault(row, 'access_profile_id', `access profile "${row.accessProfileId}" is not in access_profiles.csv`)
    } else if (keys.length === 0) fault(row, 'entitlement_id', `entitlement "${row.entitlementId}" does not exist`)
    else if (keys.length > 1) {
      fault(row, 'application_id', `is needed, since several applications have an entitlement "${row.entitlementId}"`)
    } else given.push({ profile_id: idOf(tenantId, row.accessProfileId), entitlement_key: keys[0] })
  }
  await sql`
    delete from access_profile_entitlements
    where profile_id in (select id from access_profiles where external_id is not null)`
  await sql`
    insert into access_profile_entitlements (tenant_id, profile_id, entitlement_key)
    select ${tenantId}, profile_id, entitlement_key
    from jsonb_to_recordset(${sql.json(given)}) as row (profile_id uuid, entitlement_key integer)
    on conflict do nothing`
  return faults
}

/** A UUID (version 8) out of the customer's id, so that the same id is the same profile in every import. */
function idOf(tenantId: number, externalId: string): string {
  const bytes = createHash('sha256').update(`access profile\0${tenantId}\0${externalId}`).digest().subarray(0, 16)
  bytes[6] = (bytes[6] & 0x0f) | 0x80
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5')
}
