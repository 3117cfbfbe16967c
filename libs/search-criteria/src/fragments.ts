import type { Fragment, TenantSql } from '@assay/store'

/** Joins conditions. The result is flat, because nested fragments would be as deep as the query is long. */
export function joined(sql: TenantSql, word: 'and' | 'or', parts: readonly Fragment[]): Fragment {
  const between = word === 'and' ? sql`and` : sql`or`
  return sql`(${parts.flatMap((part, index) => (index === 0 ? [part] : [between, part]))})`
}

/** Joins fragments with commas. */
export function listed(sql: TenantSql, parts: readonly Fragment[]): Fragment {
  return sql`${parts.flatMap((part, index) => (index === 0 ? [part] : [sql`,`, part]))}`
}
