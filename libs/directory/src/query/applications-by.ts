import { exactText, filterCondition, type Listed, type ListQuery, sortOrder } from '@assay/collection-query'
import { notFound } from '@assay/errors'
import { onlyRow, type TenantSql } from '@assay/store'
import { type Application, applicationColumns, applicationsByKey } from '../read/applications.ts'
import { inForceSince } from '../relations.ts'
import { listedKeys } from './listed-keys.ts'

/** The fields of a filter on applications. `since`: when the access data in force came into force. */
export type ApplicationField = 'id' | 'name' | 'description' | 'since'
export type ApplicationSorter = 'id' | 'name' | 'description'

/** The applications of the import in force, by id. */
export async function applicationsBy(
  sql: TenantSql,
  { filter, sorters, page, wantsTotal }: ListQuery<ApplicationField, ApplicationSorter>,
): Promise<Listed<Application>> {
  const condition = filterCondition(sql, filter, {
    id: exactText(sql, sql`id`),
    name: sql`display_name`,
    description: sql`nullif(description, '')`,
    since: inForceSince(sql),
  })
  const order = sortOrder(
    sql,
    sorters,
    { id: sql`id`, name: sql`name_order`, description: sql`lower(nullif(description, ''))` },
    [sql`id`],
  )
  const { keys, total } = await listedKeys(sql, {
    from: sql`applications`,
    key: sql`key`,
    condition: sql`not deleted and ${condition}`,
    order,
    page,
    wantsTotal,
  })
  const found = await applicationsByKey(sql, keys)
  return { items: keys.flatMap((key) => found.get(key) ?? []), total }
}

/** @throws not_found also for an application that the import in force does not contain */
export async function applicationInForce(sql: TenantSql, id: string): Promise<Application> {
  const [found] = await sql<Application[]>`
    select ${applicationColumns(sql)} from applications where id = ${id} and not deleted`
  if (found === undefined) throw notFound('application', id)
  return found
}

/** When the access data in force came into force; undefined before the first import. */
export async function dataInForceSince(sql: TenantSql): Promise<Date | undefined> {
  const { since } = onlyRow(await sql<{ since: Date | null }[]>`select ${inForceSince(sql)} as since`)
  return since ?? undefined
}
