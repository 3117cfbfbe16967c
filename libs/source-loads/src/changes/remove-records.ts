import type { RecordForms } from '@assay/sources'
import type { Fragment, TenantSql } from '@assay/store'
import { isRecordOf } from '../grants-of-load.ts'
import type { ChangeKind } from './change.ts'
import type { ChangedRecords } from './changed-records.ts'
import type { RecordNames } from './record-names.ts'
import type { ReducedChanges } from './reduced-changes.ts'

/** A pattern of the grants or usage of a load to remove. Null matches anything. */
interface Doomed {
  /** The index of the change that counts the removed rows; -1 for none. */
  readonly asking: number
  readonly form: number
  readonly holder: string | null
  readonly holderApplication: string | null
  readonly application: string | null
  /** For usage, the day. */
  readonly entitlement: string | null
  readonly isExact: boolean
}

interface Held extends ChangedRecords {
  readonly tenantId: number
  /** People that the changes add: their exact names refer to nobody else. */
  readonly added: readonly string[]
}

const anything = { holder: null, holderApplication: null, application: null, entitlement: null, isExact: true }

/**
 * Removes the records of a load that changes replace, delete or end.
 * @returns how many of the deletions of records before the changes removed one, and how many other records ended
 */
export async function removeRecords(
  sql: TenantSql,
  tenantId: number,
  target: ChangedRecords,
  forms: RecordForms,
  names: RecordNames,
  reduced: ReducedChanges,
): Promise<{ readonly found: number; readonly ended: number }> {
  const records = [...reduced.records.values()]
  const held: Held = { ...target, tenantId, added: addedPeople(reduced) }
  const askingOf = (at: number) => (records[at]?.asksBefore ? at : -1)
  const found = new Set<number>()
  const grants: Doomed[] = []
  const usage: Doomed[] = []
  for (const [at, { kind, ids }] of records.entries()) {
    const [first = '', second = '', third = '', fourth = ''] = ids
    if (kind === 'grant' || kind === 'membership') {
      for (const [form, one] of forms.grants.entries()) {
        const holders =
          kind === 'membership'
            ? names.ofGroup(one, first, second)
            : first === 'account'
              ? names.ofAccount(one, third, second)
              : names.ofPerson(one.holder, second)
        for (const holder of holders) {
          for (const entitlement of names.ofEntitlement(one, third, fourth)) {
            // An account, or a group that is named within its application, belongs to the application of the grant.
            if (holder.application !== null && holder.application !== third) continue
            const application = entitlement.application ?? holder.application
            grants.push({ asking: askingOf(at), form, ...holder, ...entitlement, application })
          }
        }
      }
    } else if (kind === 'usage') {
      for (const [form, one] of forms.usage.entries()) {
        for (const { holder } of names.ofPerson(one, first)) {
          const asking = askingOf(at)
          usage.push({ ...anything, asking, form, holder, application: second, entitlement: third })
        }
      }
    }
  }
  for (const at of (await removeHeld(sql, 'source_grants', held, grants)).askings) found.add(at)
  for (const at of (await removeHeld(sql, 'source_usage', held, usage)).askings) found.add(at)
  const described = await removeDescribed(sql, target.loadKey, reduced)
  for (const [at, record] of records.entries()) {
    if (record.asksBefore && described.has(`${record.kind}\0${record.ids.join('\0')}`)) found.add(at)
  }
  const ended = await removeEnded(sql, held, forms, names, reduced)
  return { found: found.size, ended }
}

const describedTables = [
  ['identity', 'source_people'],
  ['account', 'source_accounts'],
  ['application', 'source_applications'],
  ['entitlement', 'source_entitlements'],
] as const

/** Returns the keys of the records that existed. */
async function removeDescribed(sql: TenantSql, loadKey: number, { records }: ReducedChanges): Promise<Set<string>> {
  const gone = new Set<string>()
  for (const [kind, table] of describedTables) {
    const named = [...records.values()].filter((record) => record.kind === kind)
    if (named.length === 0) continue
    const ids = named.map((record) => record.ids.at(-1) ?? '')
    if (kind === 'identity' || kind === 'application') {
      const rows = await sql<{ id: string }[]>`
        delete from ${sql(table)} where load_id = ${loadKey} and id = any (${ids}::text[]) returning id`
      for (const { id } of rows) gone.add(`${kind}\0${id}`)
      continue
    }
    const rows = await sql<{ application: string; id: string }[]>`
      delete from ${sql(table)} r
      using unnest(${named.map((record) => record.ids[0] ?? '')}::text[], ${ids}::text[]) d (application, id)
      where r.load_id = ${loadKey} and r.application = d.application and r.id = d.id returning r.application, r.id`
    for (const { application, id } of rows) gone.add(`${kind}\0${application}\0${id}`)
  }
  return gone
}

/** Removes the records that end with deleted people, accounts, applications and entitlements. */
async function removeEnded(
  sql: TenantSql,
  held: Held,
  forms: RecordForms,
  names: RecordNames,
  { ended }: ReducedChanges,
): Promise<number> {
  const byHolder: Doomed[] = []
  const byEntitlement: Doomed[] = []
  const usage: Doomed[] = []
  const of = (wanted: ChangeKind) => [...ended.values()].filter(({ kind }) => kind === wanted).map(({ ids }) => ids)
  for (const [form, one] of forms.grants.entries()) {
    const holders = [
      ...of('identity').flatMap(([id = '']) => names.ofPerson(one.holder, id)),
      ...of('account').flatMap(([application = '', id = '']) => names.ofAccount(one, application, id)),
      ...of('entitlement').flatMap(([application = '', id = '']) => names.ofGroup(one, application, id)),
    ]
    for (const holder of holders) byHolder.push({ ...anything, asking: -1, form, ...holder })
    for (const [application = '', id = ''] of of('entitlement')) {
      for (const entitlement of names.ofEntitlement(one, application, id)) {
        byEntitlement.push({ ...anything, asking: -1, form, ...entitlement })
      }
    }
  }
  for (const [form, one] of forms.usage.entries()) {
    for (const [id = ''] of of('identity')) {
      for (const { holder } of names.ofPerson(one, id)) usage.push({ ...anything, asking: -1, form, holder })
    }
  }
  let removed = 0
  removed += (await removeHeld(sql, 'source_grants', held, byHolder)).removed
  removed += (await removeHeld(sql, 'source_grants', held, byEntitlement)).removed
  removed += (await removeHeld(sql, 'source_usage', held, usage)).removed
  const applications = of('application').map(([id = '']) => id)
  if (applications.length === 0) return removed
  for (const table of ['source_accounts', 'source_entitlements', 'source_usage', 'source_grants'] as const) {
    const isHolder = table === 'source_grants' ? sql`or holder_application = any (${applications}::text[])` : sql``
    const gone = await sql`
      delete from ${sql(table)} where ${isRecordOf(sql, table, held.loadKey)} and (application = any (${applications}::text[]) ${isHolder})`
    removed += gone.count
  }
  return removed
}

function addedPeople({ records }: ReducedChanges): string[] {
  return [...records.values()].flatMap(({ kind, ids, record }) => (kind === 'identity' && record ? [ids[0] ?? ''] : []))
}

const rowsAtOnce = 10_000

/** Removes rows that match `doomed`. All of `doomed` have null in the same members, so that one pass finds the rows by hash. */
async function removeHeld(
  sql: TenantSql,
  table: 'source_grants' | 'source_usage',
  { tenantId, loadKey, recordsLoad, added }: Held,
  doomed: readonly Doomed[],
): Promise<{ readonly removed: number; readonly askings: readonly number[] }> {
  if (doomed.length === 0) return { removed: 0, askings: [] }
  // PostgreSQL has no statistics of lower-case texts: it would sort all grants of the load to join them with a few changes.
  await sql`select set_config('enable_mergejoin', 'off', true)`
  let removed = 0
  const askings: number[] = []
  for (let at = 0; at < doomed.length; at += rowsAtOnce) {
    const batch = doomed.slice(at, at + rowsAtOnce)
    const named = sql`
      unnest(${batch.map(({ asking }) => asking)}::integer[], ${batch.map(({ form }) => form)}::smallint[],
        ${batch.map(({ holder }) => holder)}::text[], ${batch.map((one) => one.holderApplication)}::text[],
        ${batch.map(({ application }) => application)}::text[], ${batch.map(({ entitlement }) => entitlement)}::text[],
        ${batch.map(({ isExact }) => Number(isExact))}::integer[])
        d (asking, form, holder, holder_application, application, entitlement, is_exact)`
    const found = sql`${isRecordOf(sql, table, recordsLoad)} and g.form = d.form ${conditions(sql, table, batch, added)}`
    // Records in force stay until these changes are in force.
    const gone =
      recordsLoad === loadKey
        ? sql`delete from ${sql(table)} g using ${named} where ${found} returning g.ordinal, d.asking`
        : sql`select g.ordinal, d.asking from ${sql(table)} g join ${named} on ${found}`
    const marked =
      recordsLoad === loadKey
        ? sql``
        : sql`, marked as (
            insert into source_grant_changes (tenant_id, load_id, is_added, ordinal)
            select distinct ${tenantId}::integer, ${loadKey}::integer, false, ordinal from gone on conflict do nothing)`
    const [counted] = await sql<{ removed: number; askings: number[] | null }[]>`
      with gone as (${gone}) ${marked}
      select count(distinct ordinal)::float8 as removed, array_agg(distinct asking) filter (where asking >= 0) as askings
      from gone`
    removed += counted?.removed ?? 0
    askings.push(...(counted?.askings ?? []))
  }
  await sql`select set_config('enable_mergejoin', 'on', true)`
  return { removed, askings }
}

function conditions(
  sql: TenantSql,
  table: 'source_grants' | 'source_usage',
  batch: readonly Doomed[],
  added: readonly string[],
): Fragment {
  const hasHolder = batch[0]?.holder !== null
  const hasEntitlement = batch[0]?.entitlement !== null
  // Compositions look for an exact name first, then for one in any letter case.
  const holder = hasHolder
    ? sql`and lower(g.holder) = lower(d.holder) and (g.holder = d.holder
        or g.holder <> all (${added}::text[]) and not exists (select from source_people p where p.load_id = g.load_id and p.id = g.holder))`
    : sql``
  const within = sql`and (d.application is null or g.application = d.application)`
  if (table === 'source_usage') {
    return sql`${holder} ${within} ${hasEntitlement ? sql`and g.day::text = d.entitlement` : sql``}`
  }
  const entitlement = hasEntitlement
    ? sql`and lower(g.entitlement) = lower(d.entitlement) and (g.entitlement = d.entitlement or d.is_exact = 0 and not exists (
        select from source_entitlements e
        where e.load_id = g.load_id and e.application = g.application and e.id = g.entitlement))`
    : sql``
  return sql`${holder} ${within} ${entitlement}
    and (d.holder_application is null or g.holder_application = d.holder_application)`
}
