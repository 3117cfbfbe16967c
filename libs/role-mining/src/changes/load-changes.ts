import type { SnapshotChanges } from '@assay/mining'
import { asJson, type TenantSql } from '@assay/store'

/** The changes of a load. */
export interface LoadChange {
  readonly importId: string
  readonly previousImportId: string
  readonly measuredAt: Date
  readonly changes: SnapshotChanges
}

/** The details of this number of the newest loads are stored; those of older loads are removed. */
const keptChanges = 50
/** At most this number of values of one attribute, and of entitlements, is stored for a load, those with the most changes. */
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
    values (${tenantId}, ${importId}::integer, ${previousImportId}::integer, ${asJson(sql, summary)})
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

/** The position at which a page of loads ends. */
export type LoadChangePosition = readonly [importId: number]

/** A list shows at most this number of values of each attribute, and of entitlements, for a load, those with the most changes. */
const toldValues = 10
const toldEntitlements = 20

/** A change, shortened for a list. */
export function asTold(load: LoadChange): LoadChange {
  const { changes } = load
  const attributes = changes.attributes.map((one) => ({ ...one, values: one.values.slice(0, toldValues) }))
  return { ...load, changes: { ...changes, attributes, entitlements: changes.entitlements.slice(0, toldEntitlements) } }
}

/** Newest first; each with the ten most changed values of an attribute, and its twenty most changed entitlements. */
export async function listLoadChanges(
  sql: TenantSql,
  page: { readonly size: number; readonly after?: LoadChangePosition | undefined },
): Promise<{ readonly loads: readonly LoadChange[]; readonly last: LoadChangePosition | undefined }> {
  // The database shortens the summaries: one may have megabytes, which this process would parse for a few lines.
  const rows = await sql<ChangeRow[]>`
    select import_id as "importId", previous_import_id as "previousImportId", measured_at as "measuredAt",
      summary || jsonb_build_object(
        'entitlements', jsonb_path_query_array(summary -> 'entitlements', ${`$[0 to ${toldEntitlements - 1}]`}::jsonpath),
        'attributes', (
          select coalesce(jsonb_agg(one || jsonb_build_object(
            'values', jsonb_path_query_array(one -> 'values', ${`$[0 to ${toldValues - 1}]`}::jsonpath)) order by place), '[]')
          from jsonb_array_elements(summary -> 'attributes') with ordinality as attribute (one, place))) as changes
    from load_changes ${page.after === undefined ? sql`` : sql`where import_id < ${page.after[0]}`}
    order by import_id desc limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { loads: shown.map(toChange), last: end && [end.importId] }
}

/** The requested changes: values of attributes, and entitlements by key. */
interface AskedChanges {
  readonly attributes: readonly string[]
  readonly values: readonly string[]
  readonly entitlements: readonly number[]
}

/**
 * The changes of the loads after one import and up to another, oldest first, restricted to the requested values and entitlements. `isCut`
 * says that a load had more changes than are stored, so that some requested changes may be missing.
 */
export async function changesOfLoads(
  sql: TenantSql,
  { after, upTo }: { readonly after: string; readonly upTo: string },
  { attributes, values, entitlements }: AskedChanges,
): Promise<readonly (LoadChange & { readonly isCut: boolean })[]> {
  const rows = await sql<(ChangeRow & { isCut: boolean })[]>`
    select import_id as "importId", previous_import_id as "previousImportId", measured_at as "measuredAt",
      summary || jsonb_build_object(
        'entitlements', (
          select coalesce(jsonb_agg(one), '[]') from jsonb_array_elements(summary -> 'entitlements') one
          where (one ->> 'key')::integer = any(${entitlements}::integer[])),
        'attributes', (
          select coalesce(jsonb_agg(attribute || jsonb_build_object('values', (
            select coalesce(jsonb_agg(one), '[]') from jsonb_array_elements(attribute -> 'values') one
            where one ->> 'value' = any(${values}::text[])))), '[]')
          from jsonb_array_elements(summary -> 'attributes') attribute
          where attribute ->> 'attribute' = any(${attributes}::text[]))) as changes,
      jsonb_array_length(summary -> 'entitlements') >= ${mostEntitlements} or exists (
        select from jsonb_array_elements(summary -> 'attributes') attribute
        where jsonb_array_length(attribute -> 'values') >= ${mostValues}) as "isCut"
    from load_changes where import_id > ${after}::integer and import_id <= ${upTo}::integer order by import_id`
  return rows.map(({ isCut, ...row }) => ({ ...toChange(row), isCut }))
}

export async function hasLoadChange(sql: TenantSql, importId: string): Promise<boolean> {
  const [row] = await sql`select from load_changes where import_id = ${importId}::integer`
  return row !== undefined
}

/** The changes of a load as sentences. */
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
    `${joined === 1 ? '1 person' : `${counted(joined)} people`} joined and ${counted(left)} left; now: ${counted(peopleAfter)}.`,
    `${grantsAdded === 1 ? '1 grant' : `${counted(grantsAdded)} grants`} came and ${counted(grantsRemoved)} went; now: ${counted(grantsAfter)}.`,
  ]
  for (const { attribute, moved } of attributes) {
    if (moved > 0)
      sentences.push(
        `${moved === 1 ? '1 person has' : `${counted(moved)} people have`} another ${attribute.replaceAll('_', ' ')}.`,
      )
  }
  return sentences
}
