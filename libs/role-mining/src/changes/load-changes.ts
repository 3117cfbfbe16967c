import type { SnapshotChanges } from '@assay/mining'
import type { TenantSql } from '@assay/store'

/** What a load changed. */
export interface LoadChange {
  readonly importId: string
  readonly previousImportId: string
  readonly measuredAt: Date
  readonly changes: SnapshotChanges
}

/** Details of so many loads are kept, the newest; of all older ones nothing. */
const keptChanges = 50
/** Values of one attribute, and entitlements, that are kept of a change, the most changed. */
const mostValues = 2000
const mostEntitlements = 20_000

export async function storeLoadChange(
  sql: TenantSql,
  tenantId: number,
  { importId, previousImportId }: Pick<LoadChange, 'importId' | 'previousImportId'>,
  changes: SnapshotChanges,
): Promise<void> {
  const summary: SnapshotChanges = {
    ...changes,
    attributes: changes.attributes.map((one) => ({ ...one, values: one.values.slice(0, mostValues) })),
    entitlements: changes.entitlements.slice(0, mostEntitlements),
  }
  await sql`
    insert into load_changes (tenant_id, import_id, previous_import_id, summary)
    values (${tenantId}, ${importId}::integer, ${previousImportId}::integer, ${sql.json(summary as never)})
    on conflict (tenant_id, import_id) do nothing`
  await sql`
    delete from load_changes
    where import_id not in (select import_id from load_changes order by import_id desc limit ${keptChanges})`
}

interface ChangeRow {
  importId: number
  previousImportId: number
  measuredAt: Date
  changes: SnapshotChanges
}

const toChange = (row: ChangeRow): LoadChange => ({
  ...row,
  importId: String(row.importId),
  previousImportId: String(row.previousImportId),
})

/** Where a page of loads ends. */
export type LoadChangePosition = readonly [importId: number]

/** Newest first. */
export async function listLoadChanges(
  sql: TenantSql,
  page: { readonly size: number; readonly after?: LoadChangePosition | undefined },
): Promise<{ readonly loads: readonly LoadChange[]; readonly last: LoadChangePosition | undefined }> {
  const rows = await sql<ChangeRow[]>`
    select import_id as "importId", previous_import_id as "previousImportId", measured_at as "measuredAt", summary as changes
    from load_changes ${page.after === undefined ? sql`` : sql`where import_id < ${page.after[0]}`}
    order by import_id desc limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { loads: shown.map(toChange), last: end && [end.importId] }
}

/** The changes of the loads after one import and up to another, oldest first. */
export async function changesOfLoads(sql: TenantSql, after: string, upTo: string): Promise<readonly LoadChange[]> {
  const rows = await sql<ChangeRow[]>`
    select import_id as "importId", previous_import_id as "previousImportId", measured_at as "measuredAt", summary as changes
    from load_changes where import_id > ${after}::integer and import_id <= ${upTo}::integer order by import_id`
  return rows.map(toChange)
}

export async function hasLoadChange(sql: TenantSql, importId: string): Promise<boolean> {
  const [row] = await sql`select from load_changes where import_id = ${importId}::integer`
  return row !== undefined
}

/** What a load changed, in sentences. */
export function loadChangeSentences({
  joined,
  left,
  peopleAfter,
  grantsAdded,
  grantsRemoved,
  grantsAfter,
  attributes,
}: SnapshotChanges): string[] {
  const counted = (count: number) => count.toLocaleString('en')
  if (joined + left + grantsAdded + grantsRemoved === 0 && attributes.every(({ moved }) => moved === 0))
    return ['Nothing about enabled people and their grants changed.']
  const sentences = [
    `${counted(joined)} people joined and ${counted(left)} left; there are ${counted(peopleAfter)} now.`,
    `${counted(grantsAdded)} grants came and ${counted(grantsRemoved)} went; there are ${counted(grantsAfter)} now.`,
  ]
  for (const { attribute, moved } of attributes)
    if (moved > 0) sentences.push(`${counted(moved)} people have another ${attribute}.`)
  return sentences
}
