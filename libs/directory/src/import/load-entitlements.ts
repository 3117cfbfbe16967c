import type { CsvScanner } from '../csv/csv-scanner.ts'
import { ByteIndex } from './byte-index.ts'
import { cellText, isId, oneOf, orderText } from './cells.ts'
import { shown } from './faults.ts'
import type { CsvFileName } from './file-forms.ts'
import { IncomingTable } from './incoming-table.ts'
import { KeyTable } from './key-table.ts'
import type { LoadedApplications } from './load-applications.ts'
import type { Loading } from './loading.ts'
import { type Columns, readCsv } from './read-csv.ts'

const file = 'entitlements.csv'
const textColumns = ['description', 'resource_type', 'resource', 'attribute', 'risk_level'] as const
const tableColumns = [
  ...['tenant_id', 'key', 'application_key', 'id', 'display_name'],
  ...textColumns,
  ...['privileged', 'deleted', 'name_order'],
]

/** The application of entitlements that no file describes and that are named without an application. */
export const derivedApplicationId = 'default'
const derivedApplication = Buffer.from(derivedApplicationId)

const ambiguous = -2

/** The entitlements of the import. Ids may repeat across applications, so an id without its application may be ambiguous. */
export class LoadedEntitlements {
  readonly keys: KeyTable
  readonly isDerived: boolean
  readonly #applications: LoadedApplications
  /** Entitlement ids without their application, and the entitlement that each one names. */
  readonly #plain = new ByteIndex()
  readonly #plainTarget: number[] = []
  #application = new Int32Array(1024)

  constructor(keys: KeyTable, applications: LoadedApplications, isDerived: boolean) {
    this.keys = keys
    this.#applications = applications
    this.isDerived = isDerived
  }

  add(application: number, bytes: Uint8Array, start: number, end: number): number {
    const count = this.keys.presentCount
    const entitlement = this.keys.add(bytes, start, end, application)
    if (this.keys.presentCount === count) return entitlement
    if (entitlement >= this.#application.length) {
      const larger = new Int32Array(entitlement * 2)
      larger.set(this.#application)
      this.#application = larger
    }
    this.#application[entitlement] = application
    const plain = this.#plain.add(bytes, start, end)
    this.#plainTarget[plain] = this.#plainTarget[plain] === undefined ? entitlement : ambiguous
    return entitlement
  }

  /** Finds an entitlement by the id of its application and its own id; -1 when there is none. */
  find(application: string, id: string): number {
    const of = this.#applications.keys.findText(application)
    return of < 0 ? -1 : this.keys.findText(id, of)
  }

  applicationOf(entitlement: number): number {
    return this.#application[entitlement]!
  }

  /**
   * The entitlement that a row of another file names; when it names none, it adds a fault and returns -1. `application` is -1 when
   * the file has no such column. `prefix` is the beginning of the names of both columns.
   */
  resolve(
    loading: Loading,
    name: CsvFileName,
    row: CsvScanner,
    field: number,
    application: number,
    prefix: '' | 'holder_' = '',
  ): number {
    const { bytes } = row
    const start = row.starts[field]!
    const end = row.ends[field]!
    const isNamed = application >= 0 && row.starts[application]! < row.ends[application]!
    if (this.isDerived) return this.#derive(loading, name, row, field, isNamed ? application : -1, prefix)
    if (isNamed) {
      const of = this.#applications.keys.findPresent(bytes, row.starts[application]!, row.ends[application]!)
      if (of < 0) {
        loading.faults.addCell(name, row, application, () => `there is no application ${shown(row.text(application))}`)
        return -1
      }
      const found = this.keys.findPresent(bytes, start, end, of)
      if (found < 0) {
        loading.faults.addCell(
          name,
          row,
          field,
          () => `there is no entitlement ${shown(row.text(field))} in the application ${shown(row.text(application))}`,
        )
      }
      return found
    }
    const plain = this.#plain.find(bytes, start, end)
    if (plain >= 0 && this.#plainTarget[plain]! >= 0) return this.#plainTarget[plain]!
    loading.faults.addCell(name, row, field, () =>
      plain < 0
        ? `there is no entitlement ${shown(row.text(field))}`
        : `the entitlement ${shown(row.text(field))} is in several applications; name one in ${prefix}application_id`,
    )
    return -1
  }

  /** Adds the entitlement that a grant names, when there is no entitlements.csv. */
  #derive(
    loading: Loading,
    name: CsvFileName,
    row: CsvScanner,
    field: number,
    application: number,
    prefix: string,
  ): number {
    if (!isId(name, row, field, `${prefix}entitlement_id`, loading.faults)) return -1
    const { keys, isDerived } = this.#applications
    const { bytes } = row
    let of: number
    if (application < 0) {
      if (isDerived) of = keys.add(derivedApplication, 0, derivedApplication.length)
      else if (keys.presentCount === 1) of = keys.presentOrdinals()[0]!
      else {
        loading.faults.addCell(
          name,
          row,
          field,
          () => `${prefix}application_id is needed: there are several applications and no entitlements.csv`,
        )
        return -1
      }
    } else if (isDerived) {
      if (!isId(name, row, application, `${prefix}application_id`, loading.faults)) return -1
      of = keys.add(bytes, row.starts[application]!, row.ends[application]!)
    } else {
      of = keys.findPresent(bytes, row.starts[application]!, row.ends[application]!)
      if (of < 0) {
        loading.faults.addCell(name, row, application, () => `there is no application ${shown(row.text(application))}`)
        return -1
      }
    }
    return this.add(of, bytes, row.starts[field]!, row.ends[field]!)
  }
}

export async function loadEntitlements(
  loading: Loading,
  applications: LoadedApplications,
): Promise<LoadedEntitlements> {
  const { sql, tenantId, faults } = loading
  const query = 'select key, id, application_key from entitlements order by key'
  const keys = await KeyTable.load(sql, query, (key) => applications.keys.ordinalOfKey(key))
  const loaded = new LoadedEntitlements(keys, applications, !loading.has(file))
  if (loaded.isDerived) return loaded
  const incoming = await IncomingTable.open(sql, 'entitlements', tableColumns)
  const { rows } = incoming.copy
  await readCsv(
    loading,
    file,
    (columns: Columns) => {
      const id = columns.of('id')
      const applicationId = columns.of('application_id')
      const displayName = columns.of('display_name')
      const privileged = columns.of('privileged')
      const texts = textColumns.map((column) => columns.of(column))
      return (row) => {
        if (!isId(file, row, id, 'id', faults)) return
        if (!isId(file, row, applicationId, 'application_id', faults)) return
        const isPrivileged = oneOf(file, row, privileged, 'privileged', ['false', 'true'], faults)
        if (isPrivileged === undefined) return
        const application = applicationOf(applications, row, applicationId)
        if (application < 0) {
          const reason = () => `there is no application ${shown(row.text(applicationId))}`
          return faults.addCell(file, row, applicationId, reason)
        }
        if (keys.findPresent(row.bytes, row.starts[id]!, row.ends[id]!, application) >= 0) {
          return faults.addCell(file, row, id, () => `the entitlement ${shown(row.text(id))} occurs a second time`)
        }
        const entitlement = loaded.add(application, row.bytes, row.starts[id]!, row.ends[id]!)
        const name = cellText(row, displayName) || row.text(id)
        rows.row(tableColumns.length)
        rows.int32(tenantId)
        rows.int32(keys.keyOf(entitlement))
        rows.int32(applications.keys.keyOf(application))
        rows.bytes(row.bytes, row.starts[id]!, row.ends[id]!)
        rows.text(name)
        for (const field of texts) rows.text(cellText(row, field))
        rows.boolean(isPrivileged === 'true')
        rows.boolean(false)
        rows.text(orderText(name))
      }
    },
    () => incoming.copy.flush(),
  )
  await finishEntitlements(loading, incoming)
  return loaded
}

function applicationOf({ keys, isDerived }: LoadedApplications, row: CsvScanner, field: number): number {
  const start = row.starts[field]!
  const end = row.ends[field]!
  return isDerived ? keys.add(row.bytes, start, end) : keys.findPresent(row.bytes, start, end)
}

/** Stores entitlements of which only the id and the application are known. */
export async function storeDerivedEntitlements(
  loading: Loading,
  applications: LoadedApplications,
  entitlements: LoadedEntitlements,
): Promise<void> {
  const incoming = await IncomingTable.open(loading.sql, 'entitlements', tableColumns)
  const { rows } = incoming.copy
  for (const entitlement of entitlements.keys.presentOrdinals()) {
    const id = entitlements.keys.idOf(entitlement)
    rows.row(tableColumns.length)
    rows.int32(loading.tenantId)
    rows.int32(entitlements.keys.keyOf(entitlement))
    rows.int32(applications.keys.keyOf(entitlements.applicationOf(entitlement)))
    rows.text(id)
    rows.text(id)
    for (const _ of textColumns) rows.text('')
    rows.boolean(false)
    rows.boolean(false)
    rows.text(orderText(id))
    if (rows.length > 512 * 1024) await incoming.copy.flush()
  }
  await finishEntitlements(loading, incoming)
}

async function finishEntitlements({ sql }: Loading, incoming: IncomingTable): Promise<void> {
  await incoming.finish()
  await incoming.merge()
  await sql`
    update entitlements set deleted = true where not deleted
      and not exists (select from incoming_entitlements i where i.key = entitlements.key)`
}
