import type { Fragment, TenantSql } from '@assay/store'
import { listed } from './fragments.ts'

/** Gives a value of the row by its name; `make` says how to compute it, and is asked once. */
export type RowValue = (name: string, make: () => Fragment) => Fragment

/**
 * A condition on one row whose values are computed once, however many terms ask for them: 200 terms on one text cost one
 * look at the text, and 200 on a count cost one count.
 */
export function withRowValues(sql: TenantSql, build: (value: RowValue) => Fragment): Fragment {
  const values = new Map<string, { readonly column: Fragment; readonly computed: Fragment }>()
  const condition = build((name, make) => {
    const known = values.get(name)
    if (known !== undefined) return known.column
    const alias = `value${values.size}`
    const column = sql`${sql(`row_values.${alias}`)}`
    values.set(name, { column, computed: sql`${make()} as ${sql(alias)}` })
    return column
  })
  if (values.size === 0) return condition
  const computed = listed(
    sql,
    [...values.values()].map((value) => value.computed),
  )
  // Without the offset the planner would put each expression back where it is used.
  return sql`(select ${condition} from (select ${computed} offset 0) as row_values)`
}
