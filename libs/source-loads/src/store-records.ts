import type { AccountRecord, GrantRecord, PersonRecord, RecordForms, SourceRecords, UsageRecord } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import { copyGrants } from './copied-grants.ts'
import type { LoadCounts } from './load.ts'

const rowsAtOnce = 2_000

/** A record that the records of another map may add to. */
type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

/**
 * Stores what the maps of one load made of its files, grants while they are read. Where two maps describe one record, the
 * first with a value wins.
 */
export async function storeRecords(
  sql: TenantSql,
  tenantId: number,
  loadKey: number,
  sources: readonly SourceRecords[],
  onRecords: (phase: string, done: number) => void = () => {},
): Promise<{ readonly counts: LoadCounts; readonly forms: RecordForms; readonly keyNames: readonly string[] }> {
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
  let grants = 0
  let usageRows = 0
  for (const [at, source] of sources.entries()) {
    grants += await copyGrants(
      sql,
      { tenantId, loadKey, first: grants, formOffset: offset(at).grants },
      counted(source.grants(), (count) => onRecords('grants stored', grants + count)),
    )
    for await (const batch of source.usage()) {
      await storeUsage(sql, tenantId, loadKey, batch, usageRows, offset(at).usage)
      usageRows += batch.length
    }
  }
  const keyNames = [
    ...new Set([people, accounts, entitlements].flatMap((all) => all.flatMap(({ keys }) => keys.map(([key]) => key)))),
  ]
  const counts = {
    people: people.length,
    accounts: accounts.length,
    applications: applications.length,
    entitlements: entitlements.length,
    grants,
    usageRows,
  }
  return { counts, forms: forms.forms, keyNames }

  function offset(at: number): FormOffsets {
    const found = offsets[at]
    if (found === undefined) throw new Error('a source without forms')
    return found
  }
}

/** The same batches; tells how many records came so far. */
async function* counted<T>(batches: AsyncIterable<readonly T[]>, onCount: (count: number) => void) {
  let count = 0
  for await (const batch of batches) {
    yield batch
    count += batch.length
    onCount(count)
  }
}

/** Where the forms of some records begin among those of a load. */
export interface FormOffsets {
  readonly people: number
  readonly accounts: number
  readonly grants: number
  readonly usage: number
}

/** The forms of several maps, one after the other. */
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

/** @param from the ordinal of the first */
function* batches<T>(records: readonly T[], from: number): Generator<[batch: readonly T[], first: number]> {
  for (let at = 0; at < records.length; at += rowsAtOnce) yield [records.slice(at, at + rowsAtOnce), from + at]
}

/** Half a character, which PostgreSQL refuses, becomes U+FFFD. */
function jsonOf(record: object): string {
  return JSON.stringify(record, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value))
}

export async function storePeople(
  sql: TenantSql,
  tenantId: number,
  loadKey: number,
  people: readonly PersonRecord[],
  from = 0,
): Promise<void> {
  for (const [batch, first] of batches(people, from)) {
    await sql`
      insert into source_people (tenant_id, load_id, ordinal, id, record)
      select ${tenantId}, ${loadKey}, ${first} + n - 1, id, record::jsonb
      from unnest(${batch.map(({ id }) => id)}::text[], ${batch.map(jsonOf)}::text[]) with ordinality r (id, record, n)`
  }
}

export async function storeAccounts(
  sql: TenantSql,
  tenantId: number,
  loadKey: number,
  accounts: readonly AccountRecord[],
  from = 0,
): Promise<void> {
  for (const [batch, first] of batches(accounts, from)) {
    await sql`
      insert into source_accounts (tenant_id, load_id, ordinal, application, id, record)
      select ${tenantId}, ${loadKey}, ${first} + n - 1, application, id, record::jsonb
      from unnest(${batch.map(({ application }) => application)}::text[], ${batch.map(({ id }) => id)}::text[],
        ${batch.map(jsonOf)}::text[]) with ordinality r (application, id, record, n)`
  }
}

export async function storeApplications(
  sql: TenantSql,
  tenantId: number,
  loadKey: number,
  applications: readonly { readonly id: string }[],
  from = 0,
): Promise<void> {
  for (const [batch, first] of batches(applications, from)) {
    await sql`
      insert into source_applications (tenant_id, load_id, ordinal, id, record)
      select ${tenantId}, ${loadKey}, ${first} + n - 1, id, record::jsonb
      from unnest(${batch.map(({ id }) => id)}::text[], ${batch.map(jsonOf)}::text[]) with ordinality r (id, record, n)`
  }
}

export async function storeEntitlements(
  sql: TenantSql,
  tenantId: number,
  loadKey: number,
  entitlements: readonly { readonly application: string; readonly id: string }[],
  from = 0,
): Promise<void> {
  for (const [batch, first] of batches(entitlements, from)) {
    await sql`
      insert into source_entitlements (tenant_id, load_id, ordinal, application, id, record)
      select ${tenantId}, ${loadKey}, ${first} + n - 1, application, id, record::jsonb
      from unnest(${batch.map(({ application }) => application)}::text[], ${batch.map(({ id }) => id)}::text[],
        ${batch.map(jsonOf)}::text[]) with ordinality r (application, id, record, n)`
  }
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
