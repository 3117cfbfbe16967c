import type { AccountRecord, GrantRecord, PersonRecord, RecordForms, UsageRecord } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import { isRecordOf } from '../grants-of-load.ts'
import {
  type FormOffsets,
  storeAccounts,
  storeApplications,
  storeEntitlements,
  storeGrants,
  storePeople,
  storeUsage,
} from '../store-records.ts'
import type { ChangedRecords } from './changed-records.ts'
import type { RecordTable } from './copy-records.ts'
import { type NamedRecord, RecordNames } from './record-names.ts'
import type { ReducedChanges, ReducedRecord } from './reduced-changes.ts'
import { removeRecords } from './remove-records.ts'

const rowsAtOnce = 2_000

/** Applies changes to the records of a load. */
export async function applyChanges(
  sql: TenantSql,
  tenantId: number,
  target: ChangedRecords,
  { forms, offsets }: { readonly forms: RecordForms; readonly offsets: FormOffsets },
  reduced: ReducedChanges,
): Promise<{ readonly found: number; readonly ended: number }> {
  const { loadKey, recordsLoad } = target
  const names = new RecordNames()
  await names.read(sql, recordsLoad, reduced)
  const removed = await removeRecords(sql, tenantId, target, forms, names, reduced)
  const added = <T>(kinds: readonly ReducedRecord['kind'][]) =>
    [...reduced.records.values()].flatMap(({ kind, record }) =>
      record !== undefined && kinds.includes(kind) ? [record as T] : [],
    )
  const next = (table: RecordTable) => nextOrdinal(sql, table, recordsLoad)
  const people = added<PersonRecord>(['identity']).map((person) => ({
    ...person,
    form: person.form + offsets.people,
    keys: reduced.ended.has(`identity\0${person.id}`) ? person.keys : withKeys(person, names.people.get(person.id)),
  }))
  await storePeople(sql, tenantId, loadKey, people, await next('source_people'))
  const accounts = added<AccountRecord>(['account']).map((one) => ({ ...one, form: one.form + offsets.accounts }))
  await storeAccounts(sql, tenantId, loadKey, accounts, await next('source_accounts'))
  const applications = added<{ id: string }>(['application'])
  await storeApplications(sql, tenantId, loadKey, applications, await next('source_applications'))
  const entitlements = added<{ application: string; id: string }>(['entitlement'])
  await storeEntitlements(sql, tenantId, loadKey, entitlements, await next('source_entitlements'))
  const grants = added<GrantRecord>(['grant', 'membership'])
  const firstGrant = await next('source_grants')
  for (let at = 0; at < grants.length; at += rowsAtOnce) {
    await storeGrants(sql, tenantId, loadKey, grants.slice(at, at + rowsAtOnce), firstGrant + at, offsets.grants)
  }
  const usage = added<UsageRecord>(['usage'])
  const firstUsage = await next('source_usage')
  for (let at = 0; at < usage.length; at += rowsAtOnce) {
    await storeUsage(sql, tenantId, loadKey, usage.slice(at, at + rowsAtOnce), firstUsage + at, offsets.usage)
  }
  return removed
}

/** Keys that a change does not contain stay, since records of this source may refer to the person by them. */
function withKeys(person: PersonRecord, before: NamedRecord | undefined): PersonRecord['keys'] {
  const given = new Set(person.keys.map(([name]) => name))
  return [...person.keys, ...(before?.keys ?? []).filter(([name]) => !given.has(name))]
}

async function nextOrdinal(sql: TenantSql, table: RecordTable, loadKey: number): Promise<number> {
  const [row] = await sql<{ next: number }[]>`
    select (coalesce(max(ordinal), -1) + 1)::float8 as next from ${sql(table)} where ${isRecordOf(sql, table, loadKey)}`
  return row?.next ?? 0
}
