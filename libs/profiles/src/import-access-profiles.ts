import { createHash } from 'node:crypto'
import { type ImportedAccessProfile, listAttributes } from '@assay/directory'
import { recordEntry } from '@assay/ledger'
import { onlyRow, type TenantSql, uuidOf } from '@assay/store'
import { nameOrderOf } from './access-profiles.ts'
import { compileStoredRule } from './compile-stored-rule.ts'
import { withdrawAllTasks } from './membership-changes.ts'
import { ruleSemantics } from './rule-semantics.ts'

/** A membership rule of an import that cannot be used, with its position in access_profiles.csv. */
interface ImportedRuleFault {
  /** From 1. */
  readonly line: number
  /** The column of the cell, in characters from 1. */
  readonly column: number
  /** With line and column inside the rule. */
  readonly reason: string
}

/**
 * Replaces the imported profiles by those of an import. By the customer's ids they stay the same profiles from import to import, and
 * profiles that the import does not have are removed. Profiles that were made through an API do not change. A profile with a wrong rule is
 * left out and reported; the caller decides whether the import fails. A rule that did not change is not reported: when this version does
 * not compile it any more, its profile is paused. A pause lasts until the rule changes or a user resumes the profile, and automation that a
 * user switched off stays off as long. `applyMembership` computes the members afterwards.
 */
export async function importAccessProfiles(
  sql: TenantSql,
  tenantId: number,
  imported: readonly ImportedAccessProfile[],
): Promise<ImportedRuleFault[]> {
  const stored = await storedRules(sql)
  const lists = await listAttributes(sql)
  const faults: ImportedRuleFault[] = []
  const profiles = imported.filter(({ id, celExpression, line, column }) => {
    if (celExpression === '' || celExpression === stored.get(id)) return true
    const { fault } = compileStoredRule(celExpression, lists)
    if (fault !== undefined) faults.push({ line, column, reason: `cel_expression: ${fault}` })
    return fault === undefined
  })
  const { changed, removed } = await replaceProfiles(sql, tenantId, profiles)
  const ruleless = profiles.filter(({ id, celExpression }) => celExpression === '' && stored.get(id))
  await forgetRules(
    sql,
    ruleless.map(({ id }) => idOf(tenantId, id)),
  )
  const before = await givenByImports(sql)
  await replaceEntitlements(sql, tenantId, profiles)
  const isGiven = (await givenByImports(sql)) !== before
  if (changed.length + removed.length > 0 || isGiven) await recordImported(sql, profiles, changed, removed, isGiven)
  return faults
}

/** Rules by the customer's ids of the profiles. */
async function storedRules(sql: TenantSql): Promise<ReadonlyMap<string, string>> {
  const rows = await sql<{ id: string; celExpression: string }[]>`
    select external_id as id, cel_expression as "celExpression" from access_profiles where external_id is not null`
  return new Map(rows.map(({ id, celExpression }) => [id, celExpression]))
}

async function replaceProfiles(
  sql: TenantSql,
  tenantId: number,
  imported: readonly ImportedAccessProfile[],
): Promise<{ readonly changed: readonly string[]; readonly removed: readonly string[] }> {
  const profiles = imported.map((profile) => ({
    id: idOf(tenantId, profile.id),
    external_id: profile.id,
    display_name: profile.displayName,
    description: profile.description,
    cel_expression: profile.celExpression,
    common_access: profile.isCommonAccess,
    name_order: nameOrderOf(profile.displayName),
  }))
  const gone = await sql<{ id: string }[]>`
    delete from access_profiles
    where external_id is not null and not (external_id = any(${profiles.map((row) => row.external_id)}::text[]))
    returning id`
  const unchanged = (column: string, otherwise: ReturnType<TenantSql>) =>
    sql`case when kept.cel_expression = excluded.cel_expression then kept.${sql(column)} else ${otherwise} end`
  const changed = await sql<{ id: string }[]>`
    insert into access_profiles as kept (tenant_id, id, external_id, display_name, description, cel_expression,
      automation_enabled, common_access, created_by, name_order, rule_semantics)
    select ${tenantId}, id, external_id, display_name, description, cel_expression, cel_expression <> '', common_access,
      'import', name_order, ${ruleSemantics}
    from jsonb_to_recordset(${sql.json(profiles)}) as row (id uuid, external_id text, display_name text, description text,
      cel_expression text, common_access boolean, name_order text)
    on conflict (tenant_id, id) do update set display_name = excluded.display_name, description = excluded.description,
      cel_expression = excluded.cel_expression,
      automation_enabled = ${unchanged('automation_enabled', sql`excluded.automation_enabled`)},
      common_access = excluded.common_access, name_order = excluded.name_order, updated_at = now(),
      rule_semantics = ${unchanged('rule_semantics', sql`excluded.rule_semantics`)},
      automation_paused_at = ${unchanged('automation_paused_at', sql`null`)},
      automation_error = ${unchanged('automation_error', sql`''`)},
      pause_reason = ${unchanged('pause_reason', sql`null`)}, pause_outcome = ${unchanged('pause_outcome', sql`null`)}
    where (kept.display_name, kept.description, kept.cel_expression, kept.common_access)
      is distinct from (excluded.display_name, excluded.description, excluded.cel_expression, excluded.common_access)
    returning id`
  const removed = gone.map((row) => row.id)
  await sql`delete from access_profile_members where profile_id = any(${removed}::uuid[])`
  return { changed: changed.map(({ id }) => id), removed }
}

/** A text that changes with the entitlements of the imported profiles. */
async function givenByImports(sql: TenantSql): Promise<string> {
  const row = onlyRow(
    await sql<{ given: string }[]>`
    select md5(coalesce(string_agg(concat(profile_id, ' ', entitlement_key), ',' order by profile_id, entitlement_key), ''))
      as given
    from access_profile_entitlements where profile_id in (select id from access_profiles where external_id is not null)`,
  )
  return row.given
}

async function recordImported(
  sql: TenantSql,
  profiles: readonly ImportedAccessProfile[],
  changed: readonly string[],
  removed: readonly string[],
  changesEntitlements: boolean,
): Promise<void> {
  const after = { profiles: profiles.length, changed, removed, changesEntitlements }
  await recordEntry(sql, { kind: 'profile.import', subject: { type: 'profiles', id: 'import' }, after })
}

/** Removes the members and tasks of profiles that have no rule any more; members that are added by hand from now on stay. */
async function forgetRules(sql: TenantSql, profileIds: readonly string[]): Promise<void> {
  await withdrawAllTasks(sql, profileIds)
  await sql`delete from access_profile_members where profile_id = any(${[...profileIds]}::uuid[])`
}

async function replaceEntitlements(
  sql: TenantSql,
  tenantId: number,
  imported: readonly ImportedAccessProfile[],
): Promise<void> {
  const given = imported.map((profile) => ({ id: idOf(tenantId, profile.id), keys: profile.entitlementKeys }))
  await sql`
    delete from access_profile_entitlements
    where profile_id in (select id from access_profiles where external_id is not null)`
  await sql`
    insert into access_profile_entitlements (tenant_id, profile_id, entitlement_key, position)
    select ${tenantId}, profile.id, given.key, given.place
    from jsonb_to_recordset(${sql.json(given)}) as profile (id uuid, keys integer[]),
      unnest(profile.keys) with ordinality as given (key, place)`
}

/** The same id of the customer means the same profile in every import. */
function idOf(tenantId: number, externalId: string): string {
  return uuidOf(createHash('sha256').update(`access profile\0${tenantId}\0${externalId}`).digest())
}
