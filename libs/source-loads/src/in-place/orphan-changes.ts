import type { Composition } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import { orphansOf } from '../correlation.ts'

type Orphan = ReturnType<typeof orphansOf>[number]

/** A change in the number of rows of grants that name an orphan. */
export interface OrphanChange {
  readonly orphan: Orphan
  /** How many rows were added; negative for removed rows. */
  readonly rows: number
}

/** The number of rows that name each orphan of a composition. */
export function orphanRows({ directory }: Composition): ReadonlyMap<string, number> {
  return new Map([...directory.orphans].map(([name, { rows }]) => [name, rows]))
}

/** @param counts by name: before removed rows were counted, between removed and added rows, and after added rows */
export function orphanChanges(
  composition: Composition,
  [before, between, after]: readonly ReadonlyMap<string, number>[],
): OrphanChange[] {
  const orphans = orphansOf(composition)
  return [...composition.directory.orphans.keys()].flatMap((name, at) => {
    const gone = (between?.get(name) ?? 0) - (before?.get(name) ?? 0)
    const come = (after?.get(name) ?? 0) - (between?.get(name) ?? 0)
    const orphan = orphans[at]
    return orphan === undefined || come === gone ? [] : [{ orphan, rows: come - gone }]
  })
}

/** Changes the number of rows of orphans. New orphans are added at the end, and those without a row are removed. */
export async function storeOrphanChanges(
  sql: TenantSql,
  tenantId: number,
  idOf: ReadonlyMap<string, number>,
  changes: readonly OrphanChange[],
): Promise<void> {
  if (changes.length === 0) return
  const sources = changes.map(({ orphan }) => idOf.get(orphan.source) ?? 0)
  const values = changes.map(({ orphan }) => orphan.value)
  const rows = changes.map((change) => change.rows)
  const changed = sql`
    unnest(${sources}::integer[], ${values}::text[], ${rows}::bigint[]) with ordinality c (source_id, value, row_count, n)`
  await sql`
    insert into source_orphans (tenant_id, source_id, application, value, reason, candidates, row_count, place)
    select ${tenantId}, c.source_id, d.application, c.value, d.reason,
      array(select jsonb_array_elements_text(d.candidates::jsonb)), 0, d.place
    from ${changed}
    join unnest(${changes.map(({ orphan }) => orphan.application)}::text[], ${changes.map(({ orphan }) => orphan.reason)}::text[],
      ${changes.map(({ orphan }) => JSON.stringify(orphan.candidates))}::text[], ${changes.map(({ orphan }) => orphan.place)}::text[])
      with ordinality d (application, reason, candidates, place, n) using (n)
    where not exists (select from source_orphans o
      where o.source_id = c.source_id and o.value = c.value and o.reason <> 'conflict')
    order by n`
  await sql`
    update source_orphans o set row_count = o.row_count + c.row_count from ${changed}
    where o.source_id = c.source_id and o.value = c.value and o.reason <> 'conflict'`
  // An orphan account exists also without grants.
  await sql`delete from source_orphans where row_count <= 0 and application = ''`
}

/** Stores the places of orphan accounts in the files of a new load. */
export async function storePlaces(
  sql: TenantSql,
  source: { readonly id: number; readonly name: string; readonly definesPeople: boolean; readonly recordsLoad: number },
): Promise<void> {
  const { id, name, definesPeople, recordsLoad } = source
  const orphans = await sql`select from source_orphans where source_id = ${id} and application <> '' limit 1`
  if (orphans.length === 0) return
  const people = sql`
    union all select ${name}::text, id, record from source_people
    where load_id = ${recordsLoad} and ${!definesPeople}::boolean`
  await sql`
    update source_orphans o
    set place = coalesce(nullif(a.record #>> '{place,part}', ''), ${name}) || ':' || (a.record #>> '{place,at}')
    from (select application, id, record from source_accounts where load_id = ${recordsLoad} ${people}) a (application, id, record)
    where o.source_id = ${id} and o.application = a.application and o.value = a.id and a.record #>> '{place,at}' <> ''`
}
