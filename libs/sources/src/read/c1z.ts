import { UnreadableFile } from '../faults.ts'
import { BrokenRow, DocumentRow, type Row } from '../row.ts'
import { isMembers, listOf, type Members, textOf, valueAt } from '../value.ts'
import { connectorMessage } from './connector-messages.ts'
import type { RowReading, Skeleton } from './part.ts'
import { type Cell, type Database, type Table, tableCells } from './sqlite.ts'

const tables = {
  types: 'v1_resource_types',
  resources: 'v1_resources',
  entitlements: 'v1_entitlements',
  grants: 'v1_grants',
  syncs: 'v1_sync_runs',
} as const

/** Whether the database has the tables that a connector writes into a .c1z file. */
export function isConnectorFile(database: Database): boolean {
  return Object.values(tables).every((name) => tableOf(database, name) !== undefined)
}

function tableOf({ tables: all }: Database, name: string): Table | undefined {
  return all.find((table) => table.name === name)
}

/** The members of its records, the same for every connector. */
export const connectorSkeleton: Skeleton = new Map([
  ['', new Set(['resources', 'entitlements', 'grants'])],
  ['resources', new Set(['id', 'displayName', 'traits', 'application'])],
  ['entitlements', new Set(['id', 'resource', 'application'])],
  ['grants', new Set(['entitlement', 'principal', 'application'])],
])

/**
 * The records of the newest complete sync, each with `application`, the name of the file. Resources have their `traits` and
 * `account`, an id that is unique even when several types of resources are users. Grants have `grant`: `assigned`, or `inherited
 * through a group` when a person holds the entitlement only through a group.
 */
export async function* connectorRows(
  database: Database,
  { paths }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  const sync = await newestSync(database)
  const application = applicationOf(database.name)
  const traits = await traitsOfTypes(database, sync)
  const userTypes = [...traits].filter(([, of]) => of.includes('user') || of.includes('agent'))
  const accountOf = (type: string, id: string) => (userTypes.length > 1 && type !== 'user' ? `${type}:${id}` : id)
  const wanted = new Set(paths.map(({ path }) => path))
  if (wanted.has('resources')) {
    yield* records(
      database,
      tables.resources,
      sync,
      [],
      (cells) => {
        const resource = connectorMessage('resource', bytesOf(cells.data))
        const type = textOf(valueAt(resource, 'id.resourceType'))
        return {
          ...resource,
          ...person(resource),
          application,
          traits: traits.get(type),
          account: accountOf(type, textOf(valueAt(resource, 'id.resource'))),
        }
      },
      'resources',
    )
  }
  if (wanted.has('entitlements')) {
    yield* records(
      database,
      tables.entitlements,
      sync,
      [],
      (cells) => {
        return { ...connectorMessage('entitlement', bytesOf(cells.data)), application }
      },
      'entitlements',
    )
  }
  if (wanted.has('grants')) {
    const columns = [
      'resource_type_id',
      'resource_id',
      'entitlement_id',
      'principal_resource_type_id',
      'principal_resource_id',
      'expansion',
    ]
    yield* records(database, tables.grants, sync, columns, (cells) => grantOf(cells, application, traits), 'grants')
  }
}

type Cells = Readonly<Record<string, Cell>>

/** Newer files leave values out of the message that are in columns. */
function grantOf(cells: Cells, application: string, traits: ReadonlyMap<string, readonly string[]>): Members {
  const grant = connectorMessage('grant', bytesOf(cells.data))
  const type = textCell(cells.principal_resource_type_id)
  const entitlement = textCell(cells.entitlement_id) || textOf(valueAt(grant, 'entitlement.id'))
  const sources = listOf(valueAt(grant, 'sources.sources')).map(textOf)
  const expansion = bytesOf(cells.expansion)
  const expandable =
    expansion.length > 0
      ? connectorMessage('grantExpandable', expansion)
      : listOf(grant.annotations)
          .map((each) => valueAt(each, 'expandable'))
          .find(isMembers)
  return {
    ...grant,
    application,
    entitlement: { ...(isMembers(grant.entitlement) ? grant.entitlement : {}), id: entitlement },
    principal: { id: { resourceType: type, resource: textCell(cells.principal_resource_id) } },
    traits: traits.get(type),
    expandable,
    grant: sources.length > 0 && !sources.includes(entitlement) ? 'inherited through a group' : 'assigned',
  }
}

/** The common fields of a user, from the resource or from its trait. */
function person(resource: Members): Members {
  const trait = listOf(resource.annotations)
    .map((each) => valueAt(each, 'user'))
    .find(isMembers)
  if (trait === undefined) return {}
  const emails = listOf(trait.emails)
  const primary = emails.find((email) => textOf(valueAt(email, 'isPrimary')) === 'true') ?? emails[0]
  return {
    user: trait,
    email: valueAt(primary, 'address'),
    profile: resource.profile ?? trait.profile,
    status: { status: textOf(valueAt(resource, 'status.status')) || valueAt(trait, 'status.status') },
  }
}

async function* records(
  database: Database,
  tableName: string,
  sync: string,
  more: readonly string[],
  make: (cells: Cells) => Members,
  path: string,
): AsyncGenerator<readonly Row[], void, undefined> {
  const table = tableOf(database, tableName)
  if (table === undefined) return
  const columns = ['data', 'sync_id', ...more.filter((column) => table.columns.includes(column))]
  const part = `${database.name}[${tableName}]`
  for await (const batch of tableCells(database, table, columns)) {
    const rows: Row[] = []
    for (const { cells, number } of batch) {
      if (textCell(cells[1]) !== sync) continue
      try {
        const record = make(Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])))
        rows.push(new DocumentRow(part, number, path, record))
      } catch (error) {
        const reason = `holds a record that is no message of a connector (${error instanceof Error ? error.message : error}); run the connector again`
        rows.push(new BrokenRow(part, number, reason))
      }
    }
    if (rows.length > 0) yield rows
  }
}

/** The id of the newest sync that is complete and has ended. @throws UnreadableFile when there is none */
async function newestSync(database: Database): Promise<string> {
  const table = tableOf(database, tables.syncs)
  const columns = ['sync_id', 'ended_at', 'sync_type', 'is_partial'].filter((name) => table?.columns.includes(name))
  let newest = { id: '', ended: '' }
  let partial = 0
  if (table !== undefined) {
    for await (const batch of tableCells(database, table, columns)) {
      for (const { cells } of batch) {
        const of = (name: string) => textCell(cells[columns.indexOf(name)])
        const ended = of('ended_at')
        if (ended === '') continue
        const isWhole = columns.includes('sync_type')
          ? ['', 'full'].includes(of('sync_type'))
          : of('is_partial') !== '1'
        if (!isWhole) partial++
        else if (ended > newest.ended) newest = { id: of('sync_id'), ended }
      }
    }
  }
  if (newest.id !== '') return newest.id
  const why = partial > 0 ? 'holds parts of a sync only' : 'holds no sync that has ended'
  throw new UnreadableFile(database.name, 0, `${why}; run the connector to its end and take that file`)
}

async function traitsOfTypes(database: Database, sync: string): Promise<Map<string, readonly string[]>> {
  const traits = new Map<string, readonly string[]>()
  for await (const rows of records(
    database,
    tables.types,
    sync,
    [],
    (cells) => connectorMessage('resourceType', bytesOf(cells.data)),
    '',
  )) {
    for (const row of rows) traits.set(textOf(row.get('id')), listOf(row.get('traits')).map(textOf))
  }
  return traits
}

/** Files of connectors are called sync.c1z unless they were renamed; their folder then names the application. */
function applicationOf(name: string): string {
  const steps = name.split(/[/\\]/).map((step) => step.replace(/\.(c1z|db|sqlite3?|zst|gz)$/i, ''))
  const [own = '', folder = ''] = steps.toReversed()
  return own.toLowerCase() === 'sync' ? folder || 'baton' : own
}

function textCell(cell: Cell | undefined): string {
  return typeof cell === 'string' ? cell : ''
}

function bytesOf(cell: Cell | undefined): Uint8Array {
  return cell instanceof Uint8Array ? cell : new Uint8Array(0)
}
