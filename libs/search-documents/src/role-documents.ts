import { entitlementRelation, identityRelation } from '@assay/directory'
import { profileEntitlementRelation, profileRelation } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import type { DocumentForm, WriteDocument } from './document-search.ts'
import { DocumentText } from './document-text.ts'
import { commonMembers, orNull, timeText } from './shared-members.ts'

interface RoleRow {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly enabled: boolean
  readonly requestable: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly entitlementCount: number
  readonly owner: { readonly id: string; readonly name: string; readonly email: string } | null
}

/** Access profiles as documents of roles. */
export async function roleDocuments(
  sql: TenantSql,
  ids: readonly string[],
  form: DocumentForm,
): Promise<ReadonlyMap<string, WriteDocument>> {
  const { members } = form
  const rows = await sql<RoleRow[]>`
    select role.id, role.display_name as name, role.description, role.enabled,
      role.published as requestable, role.created_at as "createdAt", role.updated_at as "updatedAt",
      (select count(*)::integer from ${profileEntitlementRelation(sql)} given where given.profile_id = role.id) as "entitlementCount",
      case when owner.id is not null then
        jsonb_build_object('id', owner.id, 'name', owner.display_name, 'email', nullif(owner.email, '')) end as owner
    from ${profileRelation(sql)} role
    left join ${identityRelation(sql)} owner on owner.id = role.answers_for_id and owner.status <> 'deleted'
    where role.id = any(${[...ids]}::uuid[])`
  const given = members.has('entitlements') ? await entitlementTexts(sql, ids, form) : new Map<string, string[]>()
  return new Map(rows.map((row) => [row.id, () => roleDocument(row, given.get(row.id) ?? [], form)]))
}

function roleDocument(row: RoleRow, given: readonly string[], form: DocumentForm): string {
  const { id, name, description, enabled, requestable, createdAt, updatedAt, owner, entitlementCount } = row
  const document = new DocumentText(form.members)
    .add('id', id)
    .add('name', name)
    .add('description', orNull(description))
    .add('created', timeText(createdAt))
    .add('modified', timeText(updatedAt))
    .add('enabled', enabled)
    .add('requestable', requestable)
    .add('requestCommentsRequired', false)
    .add('owner', { type: 'IDENTITY', id: null, name: null, email: null, ...owner })
    .add('accessProfiles', [])
    .add('accessProfileCount', 0)
    .addList('entitlements', () => given)
    .add('entitlementCount', entitlementCount)
    .add('segments', [])
    .add('segmentCount', 0)
    .add('tags', [])
    .add('dimensional', false)
    .add('dimensionSchemaAttributes', null)
    .add('dimensionSchemaAttributeCount', null)
    .add('dimensions', null)
  const common = commonMembers('role', timeText(updatedAt), form)
  for (const [member, value] of Object.entries(common)) document.add(member, value)
  return document.toString()
}

interface GivenRow {
  readonly profileId: string
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attribute: string
  readonly schema: string
  readonly privileged: boolean
}

/** The entitlements that each role gives, as texts in the order of their ids. */
async function entitlementTexts(
  sql: TenantSql,
  ids: readonly string[],
  { members }: DocumentForm,
): Promise<ReadonlyMap<string, string[]>> {
  const rows = await sql<GivenRow[]>`
    select given.profile_id as "profileId", entitlement.id,
      coalesce(nullif(entitlement.display_name, ''), entitlement.id) as name, entitlement.description, entitlement.attribute,
      coalesce(nullif(entitlement.resource_type, ''), 'group') as schema, entitlement.privileged
    from ${profileEntitlementRelation(sql)} given
    join ${entitlementRelation(sql)} entitlement on entitlement.key = given.entitlement_key
    where given.profile_id = any(${[...ids]}::uuid[])
    order by entitlement.id collate "C", entitlement.application_id collate "C"`
  const choice = members.below('entitlements')
  const grouped = Map.groupBy(rows, ({ profileId }) => profileId)
  return new Map(
    [...grouped].map(([id, of]) => [id, of.map((row) => JSON.stringify(choice.of(givenEntitlement(row))))]),
  )
}

function givenEntitlement({ id, name, description, attribute, schema, privileged }: GivenRow) {
  return {
    id,
    name,
    description: orNull(description),
    attribute: orNull(attribute),
    value: id,
    schema,
    privileged,
    hasPermissions: false,
    sourceSchemaObjectType: schema,
    hash: null,
  }
}
