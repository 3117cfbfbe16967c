import { entitlementsByKey, identityNamesByKey } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { type CellChange, impactMarks } from '@assay/mining'
import { csvRows } from '@assay/role-sessions'
import type { TenantSql } from '@assay/store'
import type { ComputedImpact } from './compute-impact.ts'
import { cellsOfIdentity, everything, type FoundCell, identityPlaces } from './impact-pages.ts'
import { dayText } from './snapshot-facts.ts'

type ImpactFormat = 'csv' | 'ndjson'

/** The columns of a file. */
const columns = [
  'identityId',
  'identityName',
  'applicationId',
  'entitlementId',
  'entitlementName',
  'change',
  'privileged',
  'riskLevel',
  'lastUsedDay',
] as const

/** A pair of a person and an entitlement, with names. */
export type NamedCell = Readonly<Record<Exclude<(typeof columns)[number], 'privileged'>, string>> & {
  readonly privileged: boolean
}

/** Short transactions, so that no transaction is open while a client reads. */
type InTransaction = <T>(work: (sql: TenantSql) => Promise<T>) => Promise<T>

/** The names of this number of pairs are read at a time; they make one piece of the file. */
const cellsAtATime = 2000

/** The file in pieces, the most affected people first. */
export async function* exportedCells(
  within: InTransaction,
  computed: ComputedImpact,
  changes: readonly CellChange[],
  format: ImpactFormat,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  if (format === 'csv') yield encoder.encode(csvRows([columns]))
  for (const cells of batches(computed, changes)) {
    const named = await within((sql) => namedCells(sql, computed, cells))
    yield encoder.encode(format === 'csv' ? csvRows(named.map(csvLine)) : named.map(jsonLine).join(''))
  }
}

function* batches(computed: ComputedImpact, changes: readonly CellChange[]): Generator<FoundCell[]> {
  const { identity } = computed.impact.identities
  const { places } = identityPlaces(computed, { ...everything, changes }, { size: identity.length })
  let batch: FoundCell[] = []
  for (const place of places) {
    for (const cell of cellsOfIdentity(computed, itemAt(identity, place), changes)) {
      batch.push(cell)
      if (batch.length < cellsAtATime) continue
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

export async function namedCells(
  sql: TenantSql,
  { snapshot, question }: ComputedImpact,
  cells: readonly FoundCell[],
): Promise<NamedCell[]> {
  const { identityKey, entitlementKey } = snapshot
  const people = await identityNamesByKey(sql, [...new Set(cells.map(({ identity }) => itemAt(identityKey, identity)))])
  const given = await entitlementsByKey(sql, [
    ...new Set(cells.map(({ entitlement }) => itemAt(entitlementKey, entitlement))),
  ])
  return cells.map(({ identity, entitlement, change, lastUsedDay }) => {
    const person = people.get(itemAt(identityKey, identity))
    const details = given.get(itemAt(entitlementKey, entitlement))
    return {
      identityId: person?.id ?? '',
      identityName: person?.displayName ?? '',
      applicationId: details?.applicationId ?? '',
      entitlementId: details?.id ?? '',
      entitlementName: details?.displayName ?? '',
      change,
      privileged: (itemAt(question.marks, entitlement) & impactMarks.privileged) > 0,
      riskLevel: details?.riskLevel ?? '',
      lastUsedDay: dayText(lastUsedDay),
    }
  })
}

function csvLine(cell: NamedCell): string[] {
  return columns.map((column) => String(cell[column]))
}

function jsonLine(cell: NamedCell): string {
  return `${JSON.stringify(Object.fromEntries(columns.map((column) => [column, cell[column]])))}\n`
}
