import type { RecordForms } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import type { LoadCounts } from '../load.ts'

/** How the records of a load name others. */
export type LoadForms = RecordForms & { readonly keyNames: readonly string[] }

export async function formsOf(sql: TenantSql, loadKey: number): Promise<LoadForms> {
  const [row] = await sql<{ forms: LoadForms | null }[]>`select forms from source_loads where id = ${loadKey}`
  if (!row?.forms) throw new Error(`load ${loadKey} has no forms`)
  return row.forms
}

/** As one text: the database keeps members in an order of its own. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  )
}

export async function countsOf(sql: TenantSql, loadKey: number): Promise<LoadCounts> {
  const [counts] = await sql<LoadCounts[]>`
    select (select count(*) from source_people where load_id = ${loadKey})::float8 as people,
      (select count(*) from source_accounts where load_id = ${loadKey})::float8 as accounts,
      (select count(*) from source_applications where load_id = ${loadKey})::float8 as applications,
      (select count(*) from source_entitlements where load_id = ${loadKey})::float8 as entitlements,
      (select count(*) from source_grants where load_id = ${loadKey})::float8 as grants,
      (select count(*) from source_usage where load_id = ${loadKey})::float8 as "usageRows"`
  if (counts === undefined) throw new Error(`the records of load ${loadKey} were not counted`)
  return { ...counts }
}
