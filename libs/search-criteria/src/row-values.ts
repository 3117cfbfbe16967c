import type { Fragment, TenantSql } from '@assay/store'
import { listed } from './fragments.ts'

/** Returns a value of the row by its name. `make` returns the expression for it, and is called once. */
export type RowValue = (name: string, make: () => Fragment) => Fragment

/**
 * A condition on one row whose values are computed once, for any number of terms: 200 terms on one text read the text once, and
 * 200 on a count count once.
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
  // Without the offset the planner would move each expression back to its uses.
  return sql`(select ${condition} from (select ${computed} offset 0) as row_values)`
}
