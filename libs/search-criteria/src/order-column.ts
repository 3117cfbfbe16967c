import { inForceSince } from '@assay/directory'
import type { Fragment, TenantSql } from '@assay/store'
import {
  countedFields,
  countOf,
  firstAttribute,
  instantText,
  managesSomebody,
  rolesOwned,
  stateOf,
  statusWord,
} from './criteria-condition.ts'
import type { HeldKind } from './document-query.ts'
import { attributeColumns, type FieldType, namesOfAttributes, spelledAttributes } from './fields.ts'
import { flatColumn, flatFields } from './flat-columns.ts'
import { constantColumn } from './match-condition.ts'
import { constantsOf } from './searched-fields.ts'

/** A value by which documents are ordered and counted. */
export interface OrderColumn {
  readonly type: FieldType
  /** The value in a `documentQuery` that has the field; null if a document has no value. */
  readonly is: Fragment
}

/** Members of documents that never have a value. */
const withoutValue: Readonly<Record<HeldKind, readonly string[]>> = {
  identities: ['created', 'modified', 'processingState'],
  roles: ['dimensionSchemaAttributeCount'],
  entitlements: ['created', 'modified', 'hash'],
}

/** The value of a single-valued member of documents, or of `attributes.<name>`; undefined for other names. */
export function orderColumn(
  sql: TenantSql,
  kind: HeldKind,
  field: string,
  lists: ReadonlySet<string>,
): OrderColumn | undefined {
  if (withoutValue[kind].includes(field)) return { type: 'text', is: sql`null::text` }
  const constants: Readonly<Record<string, string | number | boolean>> = constantsOf[kind]
  const value = Object.hasOwn(constants, field) ? constants[field] : undefined
  if (value !== undefined && !field.includes('.')) {
    const type = typeof value === 'string' ? 'text' : (typeof value as 'number' | 'boolean')
    return { type, is: constantColumn(sql, field, value).is }
  }
  if (kind === 'identities') return identityOrder(sql, field, lists)
  const types: Readonly<Record<string, FieldType>> = flatFields[kind]
  if (!Object.hasOwn(types, field) || field.includes('.')) return undefined
  const { is } = flatColumn(sql, kind, field)
  switch (types[field]) {
    case 'text':
      // Unchanged, so that an index on it can be used.
      return { type: 'text', is: field === 'id' ? is : sql`nullif(${is}, '')` }
    case 'number':
      return { type: 'number', is: sql`${is}::float8` }
    default:
      return { type: 'boolean', is }
  }
}

function identityOrder(sql: TenantSql, field: string, lists: ReadonlySet<string>): OrderColumn | undefined {
  if (countedFields.has(field) || field === 'roleCount')
    return { type: 'number', is: sql`${countOf(sql, field)}::float8` }
  const text = (is: Fragment): OrderColumn => ({ type: 'text', is })
  switch (field) {
    case 'id':
      return text(sql`identity.id`)
    case 'name':
      return text(sql`coalesce(nullif(identity.username, ''), nullif(identity.display_name, ''), identity.id)`)
    case 'displayName':
    case 'attributes.displayName':
      return text(sql`coalesce(nullif(identity.display_name, ''), nullif(identity.username, ''), identity.id)`)
    case 'attributes.uid':
      return text(sql`coalesce(nullif(identity.username, ''), identity.id)`)
    case 'email':
      return text(sql`nullif(identity.email, '')`)
    case 'status':
      return text(statusWord(sql))
    case 'synced':
      return text(instantText(sql, inForceSince(sql)))
    case 'ownsCount':
      return { type: 'number', is: sql`${rolesOwned(sql)}::float8` }
    case 'inactive':
    case 'disabled':
      return { type: 'boolean', is: sql`(identity.status <> 'enabled')` }
    case 'isManager':
      return { type: 'boolean', is: managesSomebody(sql) }
    case 'attributes.cloudStatus':
    case 'attributes.identityState':
      return text(stateOf(sql, field))
    case 'attributes.firstname':
    case 'attributes.lastname':
      return text(firstAttribute(sql, spelledAttributes[field]))
  }
  if (Object.hasOwn(namesOfAttributes, field)) return text(firstAttribute(sql, namesOfAttributes[field] ?? []))
  const attribute = /^attributes\.(.+)$/s.exec(field)?.[1]
  if (attribute === undefined || lists.has(attribute)) return undefined
  const column = Object.hasOwn(attributeColumns, attribute) ? attributeColumns[attribute] : undefined
  return text(column === undefined ? custom(sql, attribute) : sql`nullif(${sql(`identity.${column}`)}, '')`)
}

function custom(sql: TenantSql, name: string): Fragment {
  return sql`nullif(identity.attributes ->> ${name}::text, '')`
}
