import type { Fragment, TenantSql } from '@assay/store'

/** Flat, since a nest of one fragment a term would be as deep as the query is long. */
export function joined(sql: TenantSql, word: 'and' | 'or', parts: readonly Fragment[]): Fragment {
  const between = word === 'and' ? sql`and` : sql`or`
  return sql`(${parts.flatMap((part, index) => (index === 0 ? [part] : [between, part]))})`
}

/** With commas between them. */
export function listed(sql: TenantSql, parts: readonly Fragment[]): Fragment {
  return sql`${parts.flatMap((part, index) => (index === 0 ? [part] : [sql`,`, part]))}`
}
