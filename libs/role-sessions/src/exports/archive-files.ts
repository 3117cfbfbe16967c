import { entitlementRelation, holdingsOf, knownAttributes } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { shownAttributeName } from '../attribute-names.ts'
import { identityRows } from '../potential-roles/role-identities.ts'
import type { ExportPlan } from './export-plan.ts'
import { GainLines } from './gain-lines.ts'
import { csvRows } from './safe-csv.ts'
import type { Block } from './zip-stream.ts'

/** Runs each query in a separate transaction, so that a slow reader holds no connection. */
export type InTenant = <T>(work: (sql: TenantSql) => Promise<T>) => Promise<T>

const identitiesAtATime = 2_500
const batchesAhead = 2

/** `id,name` and a column for each attribute, ordered by name. */
export async function* identitiesFile(within: InTenant, { identityKeys }: ExportPlan): AsyncGenerator<string> {
  const custom = await within(knownAttributes)
  const columns = [...new Set(['email', ...custom.map(shownAttributeName)])]
  yield csvRows([['id', 'name', ...columns]])
  for await (const identities of ahead(batches(identityKeys), (keys) => within((sql) => identityRows(sql, keys)))) {
    yield csvRows(
      identities.map(({ id, name, attributes }) => [id, name, ...columns.map((column) => attributes[column] ?? '')]),
    )
  }
}

interface EntitlementRow {
  readonly key: number
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attribute: string
  readonly applicationName: string
  readonly sourceId: string
}

/** Entitlements with their figures, most popular first. */
export async function* entitlementsFile(within: InTenant, plan: ExportPlan): AsyncGenerator<string> {
  const header = 'id,name,description,attribute,applicationName,sourceId,identityCount,popularity,popularityInOrg'
  yield csvRows([header.split(',')])
  const rows = await entitlementRows(within, plan)
  const percent = (part: number, whole: number) =>
    String(whole === 0 ? 0 : Math.floor((1000 * part) / whole + 0.5) / 10)
  yield csvRows(
    plan.entitlements.flatMap(({ key, granted, organisation }) => {
      const row = rows.get(key)
      if (row === undefined) return []
      const { id, name, description, attribute, applicationName, sourceId } = row
      const figures = [
        String(granted),
        percent(granted, plan.identityKeys.length),
        percent(organisation, plan.organisationSize),
      ]
      return [[id, name, description, attribute, applicationName, sourceId, ...figures]]
    }),
  )
}

/**
 * What each identity would gain if the role were assigned. The entitlements of an identity are ordered by id: similar ids
 * follow each other, which makes the archive smaller and faster to compress.
 */
export async function* changesFile(within: InTenant, plan: ExportPlan): AsyncGenerator<string | Block> {
  yield csvRows([['identityId', 'entitlementId', 'change']])
  const rows = await entitlementRows(within, plan)
  const entitlements = plan.entitlements
    .flatMap(({ key }) => rows.get(key) ?? [])
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.key - b.key))
  const place = new Map(entitlements.map(({ key }, i) => [key, i]))
  const lines = new GainLines(entitlements.map(({ id }) => id))
  const isHeld = new Uint8Array(entitlements.length)
  const wanted = [...place.keys()]
  const load = (keys: readonly number[]) => within((sql) => holdingsOf(sql, keys, wanted))
  for await (const holders of ahead(batches(plan.identityKeys), load)) {
    for (const { id, held } of holders) {
      isHeld.fill(0)
      for (let at = 0; at < held.length; at += 4) isHeld[place.get(held.readInt32BE(at)) ?? isHeld.length] = 1
      const block = lines.add(id, isHeld)
      if (block !== undefined) yield block
    }
  }
  yield lines.rest()
}

async function entitlementRows(within: InTenant, { entitlements }: ExportPlan): Promise<Map<number, EntitlementRow>> {
  const rows = await within(
    (sql) => sql<EntitlementRow[]>`
      select key, id, display_name as name, description, attribute, application_name as "applicationName",
        application_id as "sourceId"
      from ${entitlementRelation(sql)} entitlement
      where key = any(${entitlements.map(({ key }) => key)}::integer[])`,
  )
  return new Map(rows.map((row) => [row.key, row]))
}

/** Loads the next parts while the caller uses the one before. */
async function* ahead<Part, Loaded>(parts: Iterable<Part>, load: (part: Part) => Promise<Loaded>) {
  const loading: Promise<Loaded>[] = []
  for (const part of parts) {
    const next = load(part)
    // The error is thrown when this part is awaited, or ignored if the caller has stopped.
    next.catch(() => {})
    loading.push(next)
    if (loading.length > batchesAhead) yield (await loading.shift()) as Loaded
  }
  for (const next of loading) yield await next
}

function* batches(keys: readonly number[]): Generator<readonly number[]> {
  for (let at = 0; at < keys.length; at += identitiesAtATime) yield keys.slice(at, at + identitiesAtATime)
}
