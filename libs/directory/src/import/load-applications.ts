import { cellText, isId, orderText } from './cells.ts'
import { shown } from './faults.ts'
import { IncomingTable } from './incoming-table.ts'
import { KeyTable } from './key-table.ts'
import type { Loading } from './loading.ts'
import { readCsv } from './read-csv.ts'

const file = 'applications.csv'
const tableColumns = ['tenant_id', 'key', 'id', 'display_name', 'description', 'deleted', 'name_order']

/** The applications of the import. Without applications.csv these are the applications that the other files name. */
export interface LoadedApplications {
  readonly keys: KeyTable
  readonly isDerived: boolean
}

export async function loadApplications(loading: Loading): Promise<LoadedApplications> {
  const { sql, tenantId, faults } = loading
  const keys = await KeyTable.load(sql, 'select key, id, 0 from applications order by key', () => 0)
  if (!loading.has(file)) return { keys, isDerived: true }
  const incoming = await IncomingTable.open(sql, 'applications', tableColumns)
  const { rows } = incoming.copy
  await readCsv(
    loading,
    file,
    (columns) => {
      const id = columns.of('id')
      const displayName = columns.of('display_name')
      const description = columns.of('description')
      return (row) => {
        if (!isId(file, row, id, 'id', faults)) return
        if (keys.findPresent(row.bytes, row.starts[id]!, row.ends[id]!) >= 0) {
          return faults.addCell(file, row, id, () => `the application ${shown(row.text(id))} occurs a second time`)
        }
        const application = keys.add(row.bytes, row.starts[id]!, row.ends[id]!)
        const name = cellText(row, displayName) || row.text(id)
        rows.row(tableColumns.length)
        rows.int32(tenantId)
        rows.int32(keys.keyOf(application))
        rows.bytes(row.bytes, row.starts[id]!, row.ends[id]!)
        rows.text(name)
        rows.text(cellText(row, description))
        rows.boolean(false)
        rows.text(orderText(name))
      }
    },
    () => incoming.copy.flush(),
  )
  await finishApplications(loading, incoming)
  return { keys, isDerived: false }
}

/** Stores applications of which only the id is known. */
export async function storeDerivedApplications(loading: Loading, { keys }: LoadedApplications): Promise<void> {
  const incoming = await IncomingTable.open(loading.sql, 'applications', tableColumns)
  const { rows } = incoming.copy
  for (const application of keys.presentOrdinals()) {
    const id = keys.idOf(application)
    rows.row(tableColumns.length)
    rows.int32(loading.tenantId)
    rows.int32(keys.keyOf(application))
    rows.text(id)
    rows.text(id)
    rows.text('')
    rows.boolean(false)
    rows.text(orderText(id))
    if (rows.length > 512 * 1024) await incoming.copy.flush()
  }
  await finishApplications(loading, incoming)
}

async function finishApplications({ sql }: Loading, incoming: IncomingTable): Promise<void> {
  await incoming.finish()
  await incoming.merge()
  await sql`
    update applications set deleted = true where not deleted
      and not exists (select from incoming_applications i where i.key = applications.key)`
}
