import { identityStatuses, identityTypes } from '@assay/mining'
import type { CsvScanner } from '../csv/csv-scanner.ts'
import { AttributeColumn } from './attribute-column.ts'
import { cellText, isId, oneOf, orderText } from './cells.ts'
import { shown } from './faults.ts'
import { IncomingTable } from './incoming-table.ts'
import { KeyTable } from './key-table.ts'
import { ListColumn } from './list-column.ts'
import type { Loading } from './loading.ts'
import { ManagerChainColumn } from './manager-chain-column.ts'
import { type Columns, readCsv } from './read-csv.ts'
import { TenureColumn } from './tenure-column.ts'

const file = 'identities.csv'
const statusNames = ['enabled', 'disabled', 'deleted'] as const
const typeNames = ['human', 'service', 'agent', 'system'] as const

/** Built-in attributes and their columns; `directory_status` comes from `status`. */
const attributeColumns = [
  ['department', 'department'],
  ['job_title', 'job_title'],
  ['manager', 'manager_id'],
  ['employment_type', 'employment_type'],
  ['employment_status', 'employment_status'],
] as const

const tableColumns = [
  'tenant_id',
  'key',
  'id',
  'display_name',
  'email',
  'username',
  'department',
  'job_title',
  'manager_id',
  'employment_type',
  'employment_status',
  'status',
  'type',
  'attributes',
  'name_order',
  'email_order',
]

/** The identities of the import, their attributes for the snapshot, and the table for them. */
export class LoadedIdentities {
  readonly keys: KeyTable
  readonly attributes: (AttributeColumn | ListColumn | TenureColumn | ManagerChainColumn)[] = []
  #status = new Uint8Array(1024)
  #type = new Uint8Array(1024)

  constructor(keys: KeyTable) {
    this.keys = keys
  }

  setKind(identity: number, status: number, type: number): void {
    if (identity >= this.#status.length) {
      const larger = [new Uint8Array(identity * 2), new Uint8Array(identity * 2)] as const
      larger[0].set(this.#status)
      larger[1].set(this.#type)
      ;[this.#status, this.#type] = larger
    }
    this.#status[identity] = status
    this.#type[identity] = type
  }

  statuses(): Uint8Array {
    return Uint8Array.from(this.keys.presentOrdinals(), (ordinal) => this.#status[ordinal]!)
  }

  types(): Uint8Array {
    return Uint8Array.from(this.keys.presentOrdinals(), (ordinal) => this.#type[ordinal]!)
  }
}

export async function knownIdentities(loading: Loading): Promise<LoadedIdentities> {
  const query = 'select key, id, 0 from identities order by key'
  return new LoadedIdentities(await KeyTable.load(loading.sql, query, () => 0))
}

/** Reads identities.csv into the table. Identities that the file does not contain become deleted there and keep their keys. */
export async function loadIdentities(loading: Loading): Promise<LoadedIdentities> {
  const loaded = await knownIdentities(loading)
  const { keys } = loaded
  const { sql, tenantId, faults } = loading
  const incoming = await IncomingTable.open(sql, 'identities', tableColumns)
  const { rows } = incoming.copy
  let chained: AttributeColumn | undefined
  await readCsv(
    loading,
    file,
    (columns) => {
      const id = columns.of('id')
      const displayName = columns.of('display_name')
      const email = columns.of('email')
      const username = columns.of('username')
      const status = columns.of('status')
      const type = columns.of('type')
      const builtIn = attributeColumns.map(([key, column]) => ({
        attribute: new AttributeColumn(key),
        field: columns.of(column),
      }))
      const directoryStatus = new AttributeColumn('directory_status')
      if (columns.hasManagerChains) chained = builtIn.find(({ attribute }) => attribute.key === 'manager')?.attribute
      const columnOf = ({ name, separator, isPath, tenureOf }: Columns['attributes'][number]) => {
        if (tenureOf !== undefined) {
          return new TenureColumn(name, tenureOf, loading.today, (...fault) => faults.addCell(file, ...fault))
        }
        return separator === undefined ? new AttributeColumn(name) : new ListColumn(name, separator, isPath)
      }
      const custom = columns.attributes.map((column) => ({
        attribute: columnOf(column),
        field: column.field,
        json: `${JSON.stringify(column.name)}:`,
      }))
      loaded.attributes.push(...builtIn.map(({ attribute }) => attribute), directoryStatus)
      loaded.attributes.push(...custom.map(({ attribute }) => attribute))
      return (row: CsvScanner) => {
        if (!isId(file, row, id, 'id', faults)) return
        const statusName = oneOf(file, row, status, 'status', statusNames, faults)
        const typeName = oneOf(file, row, type, 'type', typeNames, faults)
        if (statusName === undefined || typeName === undefined) return
        if (keys.findPresent(row.bytes, row.starts[id]!, row.ends[id]!) >= 0) {
          return faults.addCell(file, row, id, () => `the identity ${shown(row.text(id))} occurs a second time`)
        }
        const identity = keys.add(row.bytes, row.starts[id]!, row.ends[id]!)
        loaded.setKind(identity, identityStatuses[statusName], identityTypes[typeName])
        directoryStatus.setText(identity, statusName)
        const name = cellText(row, displayName) || row.text(id)
        const address = cellText(row, email)
        rows.row(tableColumns.length)
        rows.int32(tenantId)
        rows.int32(keys.keyOf(identity))
        rows.bytes(row.bytes, row.starts[id]!, row.ends[id]!)
        rows.text(name)
        rows.text(address)
        rows.text(cellText(row, username))
        for (const { attribute, field } of builtIn) {
          rows.text(field < 0 ? '' : attribute.set(identity, row, field))
        }
        rows.text(statusName)
        rows.text(typeName)
        let json = ''
        for (const { attribute, field, json: name } of custom) {
          const value = attribute.set(identity, row, field)
          if (value === '') continue
          const asJson = attribute instanceof AttributeColumn ? attribute.jsonOf(identity) : value
          json += `${json === '' ? '' : ','}${name}${asJson}`
        }
        rows.jsonb(`{${json}}`)
        rows.text(orderText(name))
        rows.text(orderText(address))
      }
    },
    () => incoming.copy.flush(),
  )
  await incoming.finish()
  if (chained !== undefined && !faults.isFatal) {
    const chains = new ManagerChainColumn(chained, keys)
    await chains.store(sql, keys)
    loaded.attributes.push(chains)
  }
  await finishIdentities(loading, incoming)
  return loaded
}

/** Stores identities of which only the id is known, as in a pair file: `loaded.keys` contains them. */
export async function storeBareIdentities(loading: Loading, loaded: LoadedIdentities): Promise<void> {
  const { keys } = loaded
  const incoming = await IncomingTable.open(loading.sql, 'identities', tableColumns)
  const { rows } = incoming.copy
  for (const identity of keys.presentOrdinals()) {
    loaded.setKind(identity, identityStatuses.enabled, identityTypes.human)
    const id = keys.idOf(identity)
    const cells = [id, id, '', '', '', '', '', '', '', 'enabled', 'human']
    rows.row(tableColumns.length)
    rows.int32(loading.tenantId)
    rows.int32(keys.keyOf(identity))
    for (const cell of cells) rows.text(cell)
    rows.jsonb('{}')
    rows.text(orderText(id))
    rows.text('')
    if (rows.length > 512 * 1024) await incoming.copy.flush()
  }
  for (const [key] of attributeColumns) loaded.attributes.push(new AttributeColumn(key))
  const directoryStatus = new AttributeColumn('directory_status')
  for (const identity of keys.presentOrdinals()) directoryStatus.setText(identity, 'enabled')
  loaded.attributes.push(directoryStatus)
  await incoming.finish()
  await finishIdentities(loading, incoming)
}

async function finishIdentities({ sql }: Loading, incoming: IncomingTable): Promise<void> {
  await incoming.merge()
  await sql`
    update identities set status = 'deleted' where status <> 'deleted'
      and not exists (select from incoming_identities i where i.key = identities.key)`
}
