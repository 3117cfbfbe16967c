import { CopyIn, IncomingTable } from '@assay/directory'
import type { AccountRecord, GrantRecord, PersonRecord, RecordForms, SourceRecords, UsageRecord } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import { type CopiedGrants, GrantCopy } from './copied-grants.ts'
import type { SpooledGrantBlocks } from './grant-blocks.ts'
import type { LoadCounts } from './load.ts'

/** A record that the records of another map may complete. */
type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

interface StoreChoices {
  readonly onRecords?: (phase: string, done: number) => void
  /** See `mostSharedGrants` of `copied-grants.ts`. */
  readonly mostSharedGrants?: number
  /** Receives the grants of a load whose records do not change afterwards, except by change sets. */
  readonly blocks?: SpooledGrantBlocks
}

interface StoredRecords {
  readonly counts: LoadCounts
  readonly forms: RecordForms
  readonly keyNames: readonly string[]
  /** The caller must attach them. */
  readonly grants: CopiedGrants
}

/**
 * Stores the records that the maps of one load made from its files; grants are stored while they are read. When two maps describe
 * one record, the first with a value wins.
 */
export async function storeRecords(
  sql: TenantSql,
  tenantId: number,
  loadKey: number,
  sources: readonly SourceRecords[],
  { onRecords = () => {}, mostSharedGrants, blocks }: StoreChoices = {},
): Promise<StoredRecords> {
  onRecords('reading people, accounts and entitlements', 0)
  for (const source of sources) await source.read()
  const forms = new JoinedForms()
  const offsets = sources.map((source) => forms.add(source.forms))
  const people = joined(
    sources.flatMap((source, at) => source.people.map((one) => ({ ...one, form: one.form + offset(at).people }))),
    ({ id }) => id,
  )
  const accounts = joined(
    sources.flatMap((source, at) => source.accounts.map((one) => ({ ...one, form: one.form + offset(at).accounts }))),
    ({ application, id }) => `${application}\0${id}`,
  )
  const applications = joined(
    sources.flatMap((source) => source.applications),
    ({ id }) => id,
  )
  const entitlements = joined(
    sources.flatMap((source) => source.entitlements),
    ({ application, id }) => `${application}\0${id}`,
  )
  await storePeople(sql, tenantId, loadKey, people)
  await storeAccounts(sql, tenantId, loadKey, accounts)
  await storeApplications(sql, tenantId, loadKey, applications)
  await storeEntitlements(sql, tenantId, loadKey, entitlements)
  const copy = new GrantCopy(sql, {
    ...{ tenantId, loadKey },
    ...(mostSharedGrants !== undefined && { mostSharedGrants }),
    ...(blocks !== undefined && { blocks }),
  })
  let usageRows = 0
  for (const [at, source] of sources.entries()) {
    const before = copy.count
    const batches = counted(source.grants(), (count) => onRecords('grants stored', before + count))
    await copy.add(batches, offset(at).grants)
    for await (const batch of source.usage()) {
      await storeUsage(sql, tenantId, loadKey, batch, usageRows, offset(at).usage)
      usageRows += batch.length
    }
  }
  const grants = await copy.finish()
  const keyNames = [
    ...new Set([people, accounts, entitlements].flatMap((all) => all.flatMap(({ keys }) => keys.map(([key]) => key)))),
  ]
  const counts = {
    people: people.length,
    accounts: accounts.length,
    applications: applications.length,
    entitlements: entitlements.length,
    grants: copy.count,
    usageRows,
  }
  return { counts, forms: forms.forms, keyNames, grants }

  function offset(at: number): FormOffsets {
    const found = offsets[at]
    if (found === undefined) throw new Error('a source without forms')
    return found
  }
}

/** Yields the same batches, and reports the number of records so far. */
async function* counted<T>(batches: AsyncIterable<readonly T[]>, onCount: (count: number) => void) {
  let count = 0
  for await (const batch of batches) {
    yield batch
    count += batch.length
    onCount(count)
  }
}

/** The offsets of the forms of some records among those of a load. */
export interface FormOffsets {
  readonly people: number
  readonly accounts: number
  readonly grants: number
  readonly usage: number
}

/** The forms of several maps, joined in order. */
class JoinedForms {
  readonly forms: Growing<RecordForms> = { people: [], accounts: [], grants: [], usage: [] }

  add({ people, accounts, grants, usage }: RecordForms): FormOffsets {
    const { forms } = this
    const offsets = {
      people: forms.people.length,
      accounts: forms.accounts.length,
      grants: forms.grants.length,
      usage: forms.usage.length,
    }
    forms.people.push(...people)
    forms.accounts.push(...accounts)
    forms.grants.push(...grants)
    forms.usage.push(...usage)
    return offsets
  }
}

interface Described {
  readonly fields: Readonly<Record<string, unknown>>
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly keys?: readonly (readonly [string, string])[]
}

function joined<T extends Described>(records: readonly T[], keyOf: (record: T) => string): T[] {
  const byKey = new Map<string, T>()
  for (const record of records) {
    const key = keyOf(record)
    const before = byKey.get(key)
    if (before === undefined) byKey.set(key, record)
    else {
      byKey.set(key, {
        ...before,
        fields: { ...record.fields, ...before.fields },
        ...(before.attributes && { attributes: { ...record.attributes, ...before.attributes } }),
        ...(before.keys && { keys: [...before.keys, ...(record.keys ?? [])] }),
      })
    }
  }
  return [...byKey.values()]
}

/** Lone surrogates as JSON writes them, which PostgreSQL refuses, and other texts that look like them. */
const halfCharacter = /\\ud[89a-f]/

/** Replaces a lone surrogate with U+FFFD. */
function jsonOf(record: object): string {
  const text = JSON.stringify(record)
  if (!halfCharacter.test(text)) return text
  return JSON.stringify(record, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value))
}

interface Named {
  readonly id: string
  readonly application?: string
}

/** @param from the ordinal of the first row */
async function storeRows(
  sql: TenantSql,
  table: 'source_people' | 'source_accounts' | 'source_applications' | 'source_entitlements',
  { tenantId, loadKey }: { readonly tenantId: number; readonly loadKey: number },
  records: readonly Named[],
  from: number,
): Promise<void> {
  if (records.length === 0) return
  const hasApplication = table === 'source_accounts' || table === 'source_entitlements'
  const names = hasApplication ? ['application', 'id'] : ['id']
  const columns = ['tenant_id', 'load_id', 'ordinal', ...names, 'record']
  const incoming = await IncomingTable.open(sql, table, columns)
  const { copy } = incoming
  try {
    for (const [at, record] of records.entries()) {
      copy.rows.row(columns.length)
      copy.rows.int32(tenantId)
      copy.rows.int32(loadKey)
      copy.rows.int32(from + at)
      if (hasApplication) copy.rows.text(record.application ?? '')
      copy.rows.text(record.id)
      copy.rows.jsonb(jsonOf(record))
      if (copy.rows.length > bytesAtOnce) await copy.flush()
    }
    await incoming.finish()
  } catch (error) {
    CopyIn.abandon(sql)
    throw error
  }
  await incoming.insert()
  await incoming.drop()
}

/** The size of the batches that are sent while the next rows are prepared. */
const bytesAtOnce = 128 * 1024

export async function storePeople(
  sql: TenantSql,
  tenantId: number,
  loadKey: number,
  people: readonly PersonRecord[],
  from = 0,
): Promise<void> {
  await storeRows(sql, 'source_people', { tenantId, loadKey }, people, from)
}

export async function storeAccounts(
  sql: TenantSql,
  tenantId: number,
  loadKey: number,
  accounts: readonly AccountRecord[],
  from = 0,
): Promise<void> {
  await storeRows(sql, 'source_accounts', { tenantId, loadKey }, accounts, from)
}

export async function storeApplications(
  sql: TenantSql,
  tenantId: number,
  loadKey: number,
  applications: readonly { readonly id: string }[],
  from = 0,
): Promise<void> {
  await storeRows(sql, 'source_applications', { tenantId, loadKey }, applications, from)
}

export async function storeEntitlements(
  sql: TenantSql,
  tenantId: number,
  loadKey: number,
  entitlements: readonly { readonly application: string; readonly id: string }[],
  from = 0,
): Promise<void> {
  await storeRows(sql, 'source_entitlements', { tenantId, loadKey }, entitlements, from)
}

export async function storeGrants(
  sql: TenantSql,
  tenantId: number,
  loadKey: number,
  batch: readonly GrantRecord[],
  first: number,
  formOffset: number,
) {
  await sql`
    insert into source_grants (tenant_id, load_id, ordinal, form, holder, holder_application, application, entitlement, granted_at, last_used_at, ends)
    select ${tenantId}, ${loadKey}, ${first} + n - 1, form, holder, holder_application, application, entitlement,
      granted_at, last_used_at, ends
    from unnest(${batch.map(({ form }) => form + formOffset)}::smallint[], ${batch.map(({ holder }) => holder)}::text[],
      ${batch.map(({ holderApplication }) => holderApplication)}::text[],
      ${batch.map(({ application }) => application)}::text[], ${batch.map(({ entitlement }) => entitlement)}::text[],
      ${batch.map(({ grantedAt }) => grantedAt)}::text[], ${batch.map(({ lastUsedAt }) => lastUsedAt)}::text[],
      ${batch.map(({ ends }) => ends)}::text[])
      with ordinality r (form, holder, holder_application, application, entitlement, granted_at, last_used_at, ends, n)`
}

export async function storeUsage(
  sql: TenantSql,
  tenantId: number,
  loadKey: number,
  batch: readonly UsageRecord[],
  first: number,
  formOffset: number,
) {
  await sql`
    insert into source_usage (tenant_id, load_id, ordinal, form, holder, application, day)
    select ${tenantId}, ${loadKey}, ${first} + n - 1, form, holder, application, day
    from unnest(${batch.map(({ form }) => form + formOffset)}::smallint[], ${batch.map(({ holder }) => holder)}::text[],
      ${batch.map(({ application }) => application)}::text[], ${batch.map(({ day }) => day)}::date[])
      with ordinality r (form, holder, application, day, n)`
}
