import { entitlementRelation, inForceSince } from '@assay/directory'
import { profileEntitlementRelation } from '@assay/profiles'
import type { Fragment, TenantSql } from '@assay/store'
import { instantText } from './criteria-condition.ts'
import { listed } from './fragments.ts'
import { type Column, constantColumn } from './match-condition.ts'
import { constantsOf, entitlementFields, roleFields } from './searched-fields.ts'
import { textBoundary } from './words.ts'

/** Kinds of documents that are rows without searchable lists. */
type FlatKind = 'roles' | 'entitlements'

/** The column of a field: of `role` and its `owner`, or of `entitlement`. `*` means every text. */
export function flatColumn(sql: TenantSql, kind: FlatKind, field: string): Column {
  const constants: Readonly<Record<string, string | number | boolean>> = constantsOf[kind]
  const constant = Object.hasOwn(constants, field) ? constants[field] : undefined
  if (constant !== undefined) return constantColumn(sql, field, constant)
  if (field === '*') {
    const texts = allTexts[kind].map((name) => flatColumn(sql, kind, name).is)
    return { name: field, is: sql`concat_ws(${textBoundary}::text, ${listed(sql, texts)})` }
  }
  return kind === 'roles' ? roleColumn(sql, field) : columnNamed(entitlementColumns(sql), field)
}

function columnNamed(columns: Readonly<Record<string, Fragment>>, field: string): Column {
  const is = columns[field]
  if (is === undefined) throw new Error(`the field ${field} has no column`)
  return { name: field, is }
}

/** The fields whose values differ between documents. */
export const flatFields = { roles: roleFields, entitlements: entitlementFields }

const allTexts: Readonly<Record<FlatKind, readonly string[]>> = {
  roles: ['id', 'name', 'description', 'owner.id', 'owner.name'],
  entitlements: ['id', 'name', 'description', 'attribute', 'source.id', 'source.name'],
}

function roleColumn(sql: TenantSql, field: string): Column {
  const given = (column: string) => sql`
    (select ${sql(`entitlement.${column}`)} from ${profileEntitlementRelation(sql)} given
     join ${entitlementRelation(sql)} entitlement on entitlement.key = given.entitlement_key
     where given.profile_id = role.id) as element (value)`
  const inOneText = (elements: Fragment) =>
    sql`(select string_agg(element.value, ${textBoundary}::text) from ${elements})`
  switch (field) {
    case 'entitlements.id':
    case 'entitlements.name': {
      const elements = given(field === 'entitlements.id' ? 'id' : 'display_name')
      return { name: field, is: inOneText(elements), elements }
    }
    default:
      return columnNamed(roleColumns(sql), field)
  }
}

function roleColumns(sql: TenantSql): Readonly<Record<string, Fragment>> {
  return {
    id: sql`role.id::text`,
    name: sql`role.display_name`,
    description: sql`role.description`,
    created: instantText(sql, sql`role.created_at`),
    modified: instantText(sql, sql`role.updated_at`),
    synced: instantText(sql, sql`role.updated_at`),
    enabled: sql`role.enabled`,
    requestable: sql`role.published`,
    'owner.id': sql`owner.id`,
    'owner.name': sql`owner.display_name`,
    'owner.email': sql`owner.email`,
    entitlementCount: sql`(
      select count(*) from ${profileEntitlementRelation(sql)} given where given.profile_id = role.id)`,
  }
}

function entitlementColumns(sql: TenantSql): Readonly<Record<string, Fragment>> {
  const name = sql`coalesce(nullif(entitlement.display_name, ''), entitlement.id)`
  const schema = sql`coalesce(nullif(entitlement.resource_type, ''), 'group')`
  return {
    id: sql`entitlement.id`,
    name,
    displayName: name,
    description: sql`entitlement.description`,
    synced: instantText(sql, inForceSince(sql)),
    attribute: sql`entitlement.attribute`,
    value: sql`entitlement.id`,
    schema,
    sourceSchemaObjectType: schema,
    privileged: sql`entitlement.privileged`,
    'source.id': sql`entitlement.application_id`,
    'source.name': sql`coalesce(nullif(entitlement.application_name, ''), entitlement.application_id)`,
  }
}
