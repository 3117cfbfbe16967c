import { CopyIn } from '../copy/copy-in.ts'
import type { CsvScanner } from '../csv/csv-scanner.ts'
import { parseInstant } from '../csv/instant.ts'
import { shown } from './faults.ts'
import { GrantList } from './grant-list.ts'
import type { LoadedEntitlements } from './load-entitlements.ts'
import type { LoadedIdentities } from './load-identities.ts'
import type { Loading } from './loading.ts'
import { readCsv } from './read-csv.ts'

const file = 'grants.csv'

/** Opens the copy into the partition of this import. No reader sees the partition before it is attached. */
export async function openGrantCopy({ sql, importKey }: Loading, hasSources = false): Promise<CopyIn> {
  const [row] = await sql<{ name: string }[]>`select create_grant_partition(${importKey}) as name`
  if (row === undefined) throw new Error('no partition was made')
  const columns = ['identity_key', 'entitlement_key', 'granted_at', 'last_used_at']
  return CopyIn.open(sql, row.name, hasSources ? [...columns, 'source_id'] : columns, true)
}

/**
 * Reads grants.csv once. Each row is resolved, sent to Postgres at once, and stored as ten bytes for the snapshot. Repeated grants
 * pass through; the snapshot and the table remove them later, when all are known.
 */
export async function loadGrants(
  loading: Loading,
  identities: LoadedIdentities,
  entitlements: LoadedEntitlements,
): Promise<GrantList> {
  const grants = new GrantList()
  const sourceOf = loading.sourceOfGrant
  const copy = await openGrantCopy(loading, sourceOf !== undefined)
  const { rows } = copy
  const { faults } = loading
  let place = -1
  const identityKeys = identities.keys
  const entitlementKeys = entitlements.keys
  const granted = { seconds: 0, micros: 0 }
  const used = { seconds: 0, micros: 0 }
  await readCsv(
    loading,
    file,
    (columns) => {
      const identityId = columns.of('identity_id')
      const entitlementId = columns.of('entitlement_id')
      const applicationId = columns.of('application_id')
      const grantedAt = columns.of('granted_at')
      const lastUsedAt = columns.of('last_used_at')
      let identity = -1
      return (row: CsvScanner) => {
        const { bytes, starts, ends } = row
        place++
        const start = starts[identityId]!
        const end = ends[identityId]!
        // Most exports are grouped by identity.
        if (identity < 0 || !identityKeys.holds(identity, bytes, start, end)) {
          identity = identityKeys.findPresent(bytes, start, end)
          if (identity < 0) {
            return faults.addCell(file, row, identityId, () => `there is no identity ${shown(row.text(identityId))}`)
          }
        }
        const isGranted = hasInstant(row, grantedAt, granted)
        if (isGranted === undefined) return addTimeFault(row, grantedAt, 'granted_at')
        const isUsed = hasInstant(row, lastUsedAt, used)
        if (isUsed === undefined) return addTimeFault(row, lastUsedAt, 'last_used_at')
        const entitlement = entitlements.resolve(loading, file, row, entitlementId, applicationId)
        if (entitlement < 0) return
        grants.add(identity, entitlement, isUsed ? dayOf(used.seconds) : 0)
        rows.row(sourceOf === undefined ? 4 : 5)
        rows.int32(identityKeys.keyOf(identity))
        rows.int32(entitlementKeys.keyOf(entitlement))
        if (isGranted) rows.timestamp(granted.seconds, granted.micros)
        else rows.nothing()
        if (isUsed) rows.timestamp(used.seconds, used.micros)
        else rows.nothing()
        if (sourceOf !== undefined) rows.int32(sourceOf(place))
      }
    },
    () => copy.flush(),
  )
  await copy.finish()
  return grants

  function addTimeFault(row: CsvScanner, field: number, column: string): void {
    faults.addCell(
      file,
      row,
      field,
      () => `${column}: ${shown(row.text(field))} is neither a date (2025-01-31) nor a time (2025-01-31T12:00:00Z)`,
    )
  }
}

/** Returns false for an empty cell, and undefined for a text that is not a time. */
function hasInstant(row: CsvScanner, field: number, into: { seconds: number; micros: number }): boolean | undefined {
  if (field < 0 || row.starts[field] === row.ends[field]) return false
  return parseInstant(row.bytes, row.starts[field]!, row.ends[field]!, into) || undefined
}

/** The snapshot has 16 bits for a day: 1970-01-02 to 2149-06-06, and 0 for unknown. */
export function dayOf(seconds: number): number {
  return Math.min(Math.max(Math.floor(seconds / 86_400), 1), 0xffff)
}
