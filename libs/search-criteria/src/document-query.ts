import { entitlementRelation, identityRelation } from '@assay/directory'
import { profileRelation } from '@assay/profiles'
import { callerShaped, type Fragment, type TenantSql } from '@assay/store'
import type { Criteria } from './criteria.ts'
import { condition, criteriaQuery } from './criteria-condition.ts'
import { ElementTests } from './element-tests.ts'
import { flatColumn } from './flat-columns.ts'
import { anyMatches } from './match-condition.ts'
import { withRowValues } from './row-values.ts'
import type { DocumentKind } from './searched-fields.ts'

/** The kinds of documents that can exist here. */
export type HeldKind = 'identities' | 'roles' | 'entitlements'

const rows: Readonly<Record<HeldKind, { readonly alias: string; readonly key: string }>> = {
  identities: { alias: 'identity', key: 'key' },
  roles: { alias: 'role', key: 'id' },
  entitlements: { alias: 'entitlement', key: 'key' },
}

export function isHeld(kind: DocumentKind): kind is HeldKind {
  return Object.hasOwn(rows, kind)
}

/** The key of a row of a `documentQuery`, unique in its kind, or its id; as text. */
export function keyColumn(sql: TenantSql, kind: HeldKind, name: 'key' | 'id' = 'key'): Fragment {
  const { alias, key } = rows[kind]
  return sql`${sql(`${alias}.${name === 'id' ? 'id' : key}`)}::text`
}

/** The parts of a query that finds documents of one kind, with all values as parameters. */
interface DocumentQuery {
  /** Definitions for a `with` clause, each followed by a comma. */
  readonly tables: Fragment
  /** The `from` clause, with an alias for the row: `identity`, `role` or `entitlement`. */
  readonly from: Fragment
  /** True or false for every row. */
  readonly condition: Fragment
}

/**
 * @param criteria a document must meet all of them; they were parsed for this kind
 * @param lists the custom attributes that are lists
 * @param fields fields of identities whose `orderColumn` is part of the query
 */
export function documentQuery(
  sql: TenantSql,
  kind: HeldKind,
  criteria: readonly Criteria[],
  lists: ReadonlySet<string>,
  fields: readonly string[],
): DocumentQuery {
  const named = idsNamed({ kind: 'clauses', must: criteria, should: [], mustNot: [] })
  // An index finds rows by id, so no other rows are read.
  const byId = named === undefined ? sql`true` : sql`${keyColumn(sql, kind, 'id')} = any(${[...named]}::text[])`
  // The excluded clause matches nothing, so that without criteria everything is found.
  const all: Criteria = { kind: 'clauses', must: criteria, should: [], mustNot: [{ kind: 'nothing' }] }
  switch (kind) {
    case 'identities': {
      const { tables, joins, condition: met } = criteriaQuery(sql, all, lists, fields)
      return { tables, from: sql`${presentPeople(sql)} identity ${joins}`, condition: sql`${byId} and ${met}` }
    }
    case 'roles':
      return {
        tables: sql``,
        from: sql`${profileRelation(sql)} role left join ${presentPeople(sql)} owner on owner.id = role.answers_for_id`,
        condition: sql`${byId} and ${flatCondition(sql, kind, all)}`,
      }
    case 'entitlements':
      return {
        tables: sql``,
        from: sql`(select * from ${entitlementRelation(sql)} held where not deleted) entitlement`,
        condition: sql`${byId} and ${flatCondition(sql, kind, all)}`,
      }
  }
}

/** The ids among which every result must be, if the criteria name them; otherwise undefined. */
function idsNamed(criteria: Criteria): readonly string[] | undefined {
  switch (criteria.kind) {
    case 'field': {
      const { field, match } = criteria
      if (field !== 'id' || match.kind !== 'text' || !match.isExact) return undefined
      const [first, ...others] = match.pattern
      return typeof first === 'object' && others.length === 0 ? [first.literal] : undefined
    }
    case 'clauses': {
      const { must, should } = criteria
      if (must.length > 0) return must.map(idsNamed).find((ids) => ids !== undefined)
      const each = should.map(idsNamed)
      return should.length > 0 && each.every((ids) => ids !== undefined) ? each.flatMap((ids) => ids ?? []) : undefined
    }
    default:
      return undefined
  }
}

const presentPeople = (sql: TenantSql) =>
  sql`(select * from ${identityRelation(sql)} someone where status <> 'deleted')`

function flatCondition(sql: TenantSql, kind: 'roles' | 'entitlements', criteria: Criteria): Fragment {
  const met = withRowValues(sql, (value) =>
    condition(sql, criteria, new ElementTests(sql), (field, match) =>
      anyMatches(sql, value, [flatColumn(sql, kind, field)], match),
    ),
  )
  return callerShaped(met)
}
