import type { Fragment, TenantSql } from '@assay/store'
import type { ElementList } from './criteria.ts'
import { elementFields } from './fields.ts'
import type { Column } from './match-condition.ts'

/**
 * The kinds of list elements: entitlements that an identity holds (`grant`), its accounts, those of its accounts that sources
 * brought (`login`), access profiles of which it is a member.
 */
export type ElementKind = 'grant' | 'account' | 'login' | 'profile'

/** The columns of an element by field; a field may have several. */
type Columns = Readonly<Record<string, readonly Fragment[]>>

/**
 * The columns in which a field is searched. Empty if this kind of element does not have the field, which then matches nothing.
 */
export function elementColumns(sql: TenantSql, kind: ElementKind, list: ElementList, field: string): Column[] {
  const columns = columnsOf[kind](sql, list)
  const named = (name: string) => (columns[name] ?? []).map((is, index) => ({ name: `${list} ${name} ${index}`, is }))
  if (field !== '*') return named(field)
  return Object.keys(columns)
    .filter((name) => elementFields[list][name] === 'text')
    .flatMap(named)
}

const columnsOf: Readonly<Record<ElementKind, (sql: TenantSql, list: ElementList) => Columns>> = {
  grant(sql, list) {
    switch (list) {
      case 'accounts':
        return sourceColumns(sql, 'entitlement')
      case 'apps':
        return {
          ...sourceColumns(sql, 'entitlement'),
          id: [sql`entitlement.application_id`],
          name: [sql`entitlement.application_name`],
        }
      case 'access':
        return {
          ...sourceColumns(sql, 'entitlement'),
          id: [sql`entitlement.id`],
          name: [sql`entitlement.display_name`],
          displayName: [sql`entitlement.display_name`],
          description: [sql`entitlement.description`],
          type: [sql`'ENTITLEMENT'`],
          attribute: [sql`entitlement.attribute`],
          value: [sql`entitlement.id`],
          privileged: [sql`entitlement.privileged`],
        }
    }
  },
  account: (sql) => ({
    ...sourceColumns(sql, 'account'),
    name: [
      sql`coalesce(nullif(account.name, ''), account.id, identity.username)`,
      sql`coalesce(account.id, identity.display_name)`,
    ],
    accountId: [sql`coalesce(account.id, identity.username)`, sql`coalesce(account.id, identity.id)`],
    privileged: [sql`account.privileged`],
    disabled: [sql`account.disabled`],
    locked: [sql`false`],
    manuallyCorrelated: [sql`false`],
    supportsPasswordChange: [sql`false`],
  }),
  login: (sql) => sourceColumns(sql, 'account'),
  profile: (sql) => ({
    id: [sql`profile.id::text`],
    name: [sql`profile.display_name`],
    displayName: [sql`profile.display_name`],
    description: [sql`profile.description`],
    type: [sql`'ROLE'`],
    privileged: [sql`false`],
  }),
}

const sourceColumns = (sql: TenantSql, element: 'entitlement' | 'account') => ({
  'source.id': [sql`${sql(`${element}.application_id`)}`],
  'source.name': [sql`${sql(`${element}.application_name`)}`],
})
