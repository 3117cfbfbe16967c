import { identityRelation, inForceSince } from '@assay/directory'
import { profileRelation } from '@assay/profiles'
import { namesOfAttributes } from '@assay/search-criteria'
import type { TenantSql } from '@assay/store'
import { AccessTexts } from './access-texts.ts'
import type { DocumentForm, WriteDocument } from './document-search.ts'
import { DocumentText } from './document-text.ts'
import { heldAccess } from './held-access.ts'
import {
  type DescribedIdentity,
  firstAttribute,
  shownAttributes,
  shownName,
  statusWord,
} from './identity-attributes.ts'
import { commonMembers, orNull, timeText } from './shared-members.ts'

interface IdentityRow extends DescribedIdentity {
  readonly key: number
  readonly manager: { readonly id: string; readonly username: string; readonly displayName: string } | null
  readonly synced: Date | null
}

/** The members that depend on the access of an identity. */
const ofAccess = [
  'accounts',
  'access',
  'apps',
  'accountCount',
  'appCount',
  'accessCount',
  'entitlementCount',
  'roleCount',
]

export async function identityDocuments(
  sql: TenantSql,
  keys: readonly string[],
  form: DocumentForm,
): Promise<ReadonlyMap<string, WriteDocument>> {
  const wanted = keys.map(Number)
  const { members } = form
  const rows = await identityRows(sql, wanted)
  const managers = members.has('isManager') ? await managersAmong(sql, rows) : new Set()
  const owned = members.has('owns') || members.has('ownsCount') ? await rolesOwned(sql, rows) : undefined
  const isAccessShown = ofAccess.some((name) => members.has(name))
  const access = isAccessShown ? new AccessTexts(await heldAccess(sql, wanted), members) : undefined
  const written = (row: IdentityRow) => {
    const document = new DocumentText(members)
    addPerson(document, row, managers.has(row.id))
    access?.addTo(document, row)
    if (owned !== undefined) addOwned(document, owned.get(row.id) ?? [])
    const common = commonMembers('identity', timeText(row.synced), form)
    for (const [name, value] of Object.entries(common)) document.add(name, value)
    return document.toString()
  }
  return new Map(rows.map((row) => [String(row.key), () => written(row)]))
}

function addPerson(document: DocumentText, row: IdentityRow, isManager: boolean): void {
  const { id, displayName, email, username, status, attributes, manager } = row
  document
    .add('id', id)
    .add('name', username || displayName || id)
    .add('displayName', shownName(row))
  for (const [name, columns] of Object.entries(namesOfAttributes))
    document.add(name, firstAttribute(attributes, columns))
  document
    .add('email', orNull(email))
    .add('created', null)
    .add('modified', null)
    .add('inactive', status !== 'enabled')
    .add('disabled', status !== 'enabled')
    .add('protected', false)
    .add('locked', false)
    .add('status', statusWord(status))
    .add(
      'manager',
      manager && { id: manager.id, name: manager.username || shownName(manager), displayName: shownName(manager) },
    )
    .add('isManager', isManager)
    .add('identityProfile', null)
    .add('source', null)
    .add('attributes', shownAttributes(row))
    .add('processingState', null)
    .add('processingDetails', null)
    .add('tags', [])
    .add('tagsCount', 0)
    .add('visibleSegments', null)
    .add('visibleSegmentCount', 0)
    .add('accessProfileCount', 0)
}

interface OwnedRole {
  readonly ownerId: string
  readonly id: string
  readonly name: string
}

function addOwned(document: DocumentText, roles: readonly OwnedRole[]): void {
  const none = { sources: [], entitlements: [], accessProfiles: [] }
  const owns = {
    ...none,
    roles: roles.map(({ id, name }) => ({ id, name })),
    apps: [],
    governanceGroups: [],
    fallbackApprover: false,
  }
  document.add('owns', roles.length > 0 ? [owns] : []).add('ownsCount', roles.length)
}

async function identityRows(sql: TenantSql, keys: readonly number[]): Promise<readonly IdentityRow[]> {
  return sql<IdentityRow[]>`
    select identity.key, identity.id, identity.display_name as "displayName", identity.email, identity.username,
      identity.department, identity.job_title as "jobTitle", identity.manager_id as "managerId",
      identity.employment_type as "employmentType", identity.employment_status as "employmentStatus", identity.status, identity.type,
      identity.attributes, ${inForceSince(sql)} as synced,
      case when manager.id is not null then
        jsonb_build_object('id', manager.id, 'username', manager.username, 'displayName', manager.display_name) end as manager
    from ${identityRelation(sql)} identity
    left join ${identityRelation(sql)} manager on manager.id = identity.manager_id and manager.status <> 'deleted'
    where identity.key = any(${[...keys]}::integer[])`
}

/** The identities that are managers. It reads one row for each: for a manager of thousands the first row of the index is enough. */
async function managersAmong(
  sql: TenantSql,
  identities: readonly { readonly id: string }[],
): Promise<ReadonlySet<unknown>> {
  const ids = identities.map(({ id }) => id)
  const rows = await sql<{ id: string }[]>`
    select id from unnest(${ids}::text[]) person (id)
    where exists (
      select from ${identityRelation(sql)} report
      where report.manager_id = person.id and report.manager_id <> '' and report.status <> 'deleted')`
  return new Set(rows.map(({ id }) => id))
}

async function rolesOwned(
  sql: TenantSql,
  identities: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, readonly OwnedRole[]>> {
  const ids = identities.map(({ id }) => id)
  const rows = await sql<OwnedRole[]>`
    select answers_for_id as "ownerId", id, display_name as name from ${profileRelation(sql)} profile
    where answers_for_id = any(${ids}::text[]) order by id`
  return Map.groupBy(rows, ({ ownerId }) => ownerId)
}
