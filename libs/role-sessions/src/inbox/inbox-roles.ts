import { itemAt } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { defaultRoleName } from '../potential-role.ts'
import { roleName } from '../potential-roles/role-rows.ts'

/** The state of a potential role in the inbox. */
type InboxRoleState = 'new' | 'accepted' | 'dismissed'

/** A potential role for a decision; with keys of the directory. */
export interface InboxRole {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly state: InboxRoleState
  /** The access profile that was made from it. */
  readonly profileId: string | null
  readonly sessionId: string
  /** Empty if the session has no name. */
  readonly sessionName: string
  readonly identityCount: number
  /** Without excluded ones, most popular first, each with the number of the role's people who hold it. */
  readonly entitlements: readonly { readonly key: number; readonly grantedCount: number }[]
  /** Whole percents. */
  readonly density: number
  readonly quality: number
  /** The rule over attributes that is nearest to its people; undefined if there is none. */
  readonly nearest: NearestRule | undefined
  /** A digest that changes with the people of the role. */
  readonly peopleDigest: string
  readonly modifiedAt: Date
}

interface NearestRule {
  readonly filters: readonly { readonly attribute: string; readonly values: readonly string[] }[]
  /**
   * Precision: the share of the selected people who belong to the role. Recall: the share of the role's people whom it selects.
   * Both 0 to 1.
   */
  readonly precision: number
  readonly recall: number
}

interface InboxRolesQuery {
  /** Empty: all states. */
  readonly states: readonly InboxRoleState[]
  /** By density, as in `inboxBand`. Empty: all bands. */
  readonly bands: readonly ('most' | 'many' | 'few')[]
  /** In lower case. Each must be in the name, the description, the session's name or a value of the nearest rule. */
  readonly words: readonly string[]
  /** Undefined: roles of all sessions. */
  readonly sessionId?: string | undefined
  readonly order: 'confidence' | 'fewest-gains' | 'most-people' | 'most-entitlements' | 'name'
}

/** The position at which a page ends: the sort value and the id. */
type Position = readonly [value: string | number, id: string]

/** The ids of one page, with their ascending sort values; equal values are ordered by id. */
export async function inboxRoleRows(
  sql: TenantSql,
  { states, bands, words, sessionId, order }: InboxRolesQuery,
  { size, after }: { readonly size: number; readonly after: Position | undefined },
): Promise<readonly { readonly id: string; readonly value: string | number }[]> {
  const type = order === 'name' ? sql`text` : sql`float8`
  return sql`
    select id, value from (
      select role.id, ${orderValue(sql, order)} as value from ${roleOfSession(sql)}
      where ${states.length === 0 ? sql`true` : sql`${stateOf(sql)} = any(${[...states]})`}
        and ${bands.length === 0 ? sql`true` : sql`${bandOf(sql)} = any(${[...bands]})`}
        and ${isOfSession(sql, sessionId)} and ${hasWords(sql, words)}) asked
    ${after === undefined ? sql`` : sql`where (value, id) > (${after[0]}::${type}, ${after[1]}::uuid)`}
    order by value, id limit ${size}`
}

/** The number of roles that contain the words, by state and band. */
export async function inboxRoleCounts(
  sql: TenantSql,
  { words, sessionId }: Pick<InboxRolesQuery, 'words' | 'sessionId'>,
) {
  return sql<{ state: InboxRoleState; band: 'most' | 'many' | 'few'; count: number }[]>`
    select ${stateOf(sql)} as state, ${bandOf(sql)} as band, count(*)::integer as count
    from ${roleOfSession(sql)} where ${isOfSession(sql, sessionId)} and ${hasWords(sql, words)} group by 1, 2`
}

interface RoleRow extends Omit<InboxRole, 'name' | 'description' | 'sessionName' | 'entitlements' | 'nearest'> {
  readonly name: string | null
  readonly description: string | null
  readonly sessionName: string | null
  readonly nearest: NearestRule | null
  readonly keys: number[]
  readonly granted: number[]
  readonly excluded: number[]
}

/** Roles by their ids, in any order; unknown ids are left out. */
export async function inboxRolesById(sql: TenantSql, ids: readonly string[]): Promise<InboxRole[]> {
  if (ids.length === 0) return []
  const rows = await sql<RoleRow[]>`
    select role.id, role.name, role.description, ${stateOf(sql)} as state, role.role_id as "profileId",
      role.session_id as "sessionId", session.name as "sessionName", role.identity_count as "identityCount",
      role.density, role.quality, role.explanation as nearest, role.entitlement_keys as keys,
      role.granted_counts as granted, role.excluded_entitlement_keys as excluded,
      md5(role.identity_keys::text) as "peopleDigest", role.modified_at as "modifiedAt"
    from ${roleOfSession(sql)} where role.id = any(${[...ids]}::uuid[])`
  return rows.map(({ keys, granted, excluded, nearest, ...row }) => {
    const isExcluded = new Set(excluded)
    return {
      ...row,
      name: row.name ?? defaultRoleName(row.id),
      description: row.description ?? '',
      sessionName: row.sessionName ?? '',
      nearest: nearest ?? undefined,
      entitlements: keys
        .map((key, place) => ({ key, grantedCount: itemAt(granted, place) }))
        .filter(({ key }) => !isExcluded.has(key)),
    }
  })
}

function roleOfSession(sql: TenantSql) {
  return sql`potential_roles role
    join mining_sessions session on session.tenant_id = role.tenant_id and session.id = role.session_id`
}

/** Compared as text, because a caller may pass a text that is not an id; it then matches nothing. */
function isOfSession(sql: TenantSql, sessionId: string | undefined) {
  return sessionId === undefined ? sql`true` : sql`role.session_id::text = ${sessionId}`
}

/** A role that is being provisioned counts as accepted. A role whose provisioning failed is open again. */
function stateOf(sql: TenantSql) {
  return sql`case when role.provision_state in ('PENDING', 'COMPLETE') then 'accepted'
    when role.dismissed_at is not null then 'dismissed' else 'new' end`
}

function bandOf(sql: TenantSql) {
  return sql`case when role.density >= 80 then 'most' when role.density >= 50 then 'many' else 'few' end`
}

function hasWords(sql: TenantSql, words: readonly string[]) {
  if (words.length === 0) return sql`true`
  const text = sql`lower(concat_ws(' ', ${roleName(sql)}, role.description, session.name,
    jsonb_path_query_array(role.explanation, '$.filters[*].values[*]')::text))`
  return sql`not exists (select from unnest(${[...words]}::text[]) as word where position(word in ${text}) = 0)`
}

/** The ascending sort value, in a collation that sorts the same on every server. */
function orderValue(sql: TenantSql, order: InboxRolesQuery['order']) {
  switch (order) {
    case 'confidence':
      return sql`-(role.quality / 100.0)::float8`
    case 'fewest-gains':
      return sql`(select coalesce(sum(role.identity_count - own.granted), 0)::float8
        from unnest(role.entitlement_keys, role.granted_counts) own (key, granted)
        where not own.key = any(role.excluded_entitlement_keys))`
    case 'most-people':
      return sql`-role.identity_count::float8`
    case 'most-entitlements':
      return sql`-role.entitlement_count::float8`
    case 'name':
      return sql`lower(${roleName(sql)}) collate "C"`
  }
}
