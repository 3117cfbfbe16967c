import { knownAttributes } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { shownAttributeName } from '../attribute-names.ts'
import { identityRows } from '../potential-roles/role-identities.ts'
import type { ExportPlan } from './export-plan.ts'
import { csvCell, csvRows } from './safe-csv.ts'

/** Runs one query after another, each in a transaction of its own: nobody's connection waits for a slow reader. */
export type InTenant = <T>(work: (sql: TenantSql) => Promise<T>) => Promise<T>

const identitiesAtATime = 2_000
/** Nobody holds most of a large role's entitlements: a batch of identities may have a million lines. */
const linesAtATime = 20_000

/** `id,name` and a column for each attribute, by name. */
export async function* identitiesFile(within: InTenant, { identityKeys }: ExportPlan): AsyncGenerator<string> {
  const custom = await within(knownAttributes)
  const columns = [...new Set(['email', ...custom.map(shownAttributeName)])]
  yield csvRows([['id', 'name', ...columns]])
  for (const keys of batches(identityKeys)) {
    const identities = await within((sql) => identityRows(sql, keys))
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

/** What everybody would gain if the role were assigned, identity by identity. */
export async function* changesFile(within: InTenant, plan: ExportPlan): AsyncGenerator<string> {
  yield csvRows([['identityId', 'entitlementId', 'change']])
  const rows = await entitlementRows(within, plan)
  const entitlements = plan.entitlements.flatMap(({ key }) => rows.get(key) ?? [])
  const place = new Map(entitlements.map(({ key }, i) => [key, i]))
  const endOfLine = entitlements.map(({ id }) => `,${csvCell(id)},gain\r\n`)
  const isHeld = new Uint8Array(entitlements.length)
  for (const keys of batches(plan.identityKeys)) {
    const holders = await within((sql) => holdings(sql, keys, [...place.keys()]))
    let lines: string[] = []
    for (const { id, held } of holders) {
      isHeld.fill(0)
      for (let at = 0; at < held.length; at += 4) isHeld[place.get(held.readInt32BE(at)) ?? isHeld.length] = 1
      const start = csvCell(id)
      for (let i = 0; i < isHeld.length; i++) if (isHeld[i] === 0) lines.push(start + endOfLine[i])
      if (lines.length < linesAtATime) continue
      yield lines.join('')
      lines = []
    }
    yield lines.join('')
  }
}

async function entitlementRows(within: InTenant, { entitlements }: ExportPlan): Promise<Map<number, EntitlementRow>> {
  const rows = await within(
    (sql) => sql<EntitlementRow[]>`
      select e.key, e.id, e.display_name as name, e.description, e.attribute, a.display_name as "applicationName",
        a.id as "sourceId"
      from entitlements e join applications a on a.key = e.application_key
      where e.key = any(${entitlements.map(({ key }) => key)}::integer[])`,
  )
  return new Map(rows.map((row) => [row.key, row]))
}

/** Per identity the entitlements that it holds of those asked for, as 32-bit numbers: a fraction of what arrays cost. */
function holdings(sql: TenantSql, identityKeys: readonly number[], entitlementKeys: readonly number[]) {
  return sql<{ id: string; held: Buffer }[]>`
    select identities.id, coalesce(granted.held, ''::bytea) as held
    from unnest(${[...identityKeys]}::integer[]) with ordinality as wanted (key, place)
    join identities on identities.key = wanted.key
    left join (
      select identity_key, string_agg(int4send(entitlement_key), ''::bytea) as held from grants
      where import_id = (select import_id from snapshots) and identity_key = any(${[...identityKeys]}::integer[])
        and entitlement_key = any(${[...entitlementKeys]}::integer[])
      group by identity_key
    ) granted on granted.identity_key = wanted.key
    order by wanted.place`
}

function* batches(keys: readonly number[]): Generator<readonly number[]> {
  for (let at = 0; at < keys.length; at += identitiesAtATime) yield keys.slice(at, at + identitiesAtATime)
}
