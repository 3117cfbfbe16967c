import { IncomingTable, replaceAccounts } from '@assay/directory'
import { aborted } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { beginFollowers } from './changes/gathering-loads.ts'
import type { accountOwners, orphansOf } from './correlation.ts'
import { storeComposedState } from './in-place/composed-state.ts'
import { applyChangedGrants } from './in-place/grant-records.ts'
import { type OrphanChange, storeOrphanChanges, storePlaces } from './in-place/orphan-changes.ts'
import { retire } from './sources.ts'
import { removeLoadContent } from './stored-content.ts'
import type { ComposedSource } from './stored-records.ts'

interface Settled extends Committing {
  /** The day of the composition, and the links of users. */
  readonly day: string
  readonly links: string
  readonly sources: readonly ComposedSource[]
  readonly owners: ReturnType<typeof accountOwners>
  readonly orphans: ReturnType<typeof orphansOf>
}

const rowsAtOnce = 5_000

/** Stores the loads of a composition, the identities of accounts, and the orphans, in the transaction that brings it into force. */
export async function settleComposition(sql: TenantSql, settled: Settled): Promise<void> {
  const { tenantId, isOnly, sources, owners, orphans, day, links } = settled
  await commitLoads(sql, settled)
  if (isOnly) {
    const kept = sources.map(({ id }) => id)
    const others = await sql<{ name: string }[]>`
      select name from sources where retired_at is null and not id = any (${kept}::integer[])`
    await retire(
      sql,
      others.map(({ name }) => name),
    )
  }
  const idOf = new Map(sources.map(({ id, name }) => [name, id]))
  await storeOwners(sql, tenantId, idOf, owners)
  await replaceAccounts(sql, tenantId, accountsOfPeople(owners))
  await storeOrphans(sql, tenantId, idOf, orphans)
  await storeComposedState(sql, { day, links, sources })
}

interface SettledInPlace extends Omit<Committing, 'isOnly' | 'changedNothing'> {
  readonly day: string
  readonly links: string
  readonly sources: readonly ComposedSource[]
  readonly orphans: readonly OrphanChange[]
}

/** The same when only grants have changed: the identities of accounts stay. */
export async function settleInPlace(sql: TenantSql, settled: SettledInPlace, changedNothing: boolean): Promise<void> {
  const { tenantId, sources, orphans, day, links } = settled
  await commitLoads(sql, { ...settled, isOnly: false, changedNothing })
  await storeOrphanChanges(sql, tenantId, new Map(sources.map(({ id, name }) => [name, id])), orphans)
  for (const source of sources) {
    if (source.isStaged && source.changesLoad === null) await storePlaces(sql, source)
  }
  await storeComposedState(sql, { day, links, sources })
}

interface Committing {
  readonly tenantId: number
  readonly importKey: number
  readonly loads: readonly number[]
  readonly isOnly: boolean
  /** Whether the access in force stays as it was. */
  readonly changedNothing: boolean
  readonly sources: readonly ComposedSource[]
}

interface CommittedLoad {
  id: number
  source_id: number
  records_of: number | null
  defines_people: boolean | null
}

async function commitLoads(sql: TenantSql, committing: Committing): Promise<void> {
  const { tenantId, importKey, loads, isOnly, changedNothing, sources } = committing
  // The order in which concurrent change sets lock.
  await sql`
    select from sources where id in (select source_id from source_loads where id = any (${loads}::integer[]))
      ${isOnly ? sql`or retired_at is null` : sql``}
    order by id for no key update`
  const committed = await sql<CommittedLoad[]>`
    update source_loads set state = 'committed', committed_at = now(), import_id = ${importKey},
      changed_nothing = ${changedNothing}
    where id = any (${loads}::integer[]) and state = 'staged' returning id, source_id, records_of, defines_people`
  if (committed.length < loads.length) throw aborted('A load was aborted while it was combined with the other sources')
  for (const { id, source_id, records_of, defines_people } of committed) {
    if (records_of !== null) await applyChangedGrants(sql, id, records_of)
    await sql`update sources set load_id = ${id}, records_load_id = ${records_of ?? id},
      defines_people = coalesce(${defines_people}, defines_people) where id = ${source_id}`
    await removeLoadContent(sql, id)
    await beginFollowers(sql, tenantId, id)
  }
  const names = sources.map(({ name }) => name)
  const after = { loads: committed.map(({ id }) => String(id)), sources: names, isOnly, changedNothing }
  await recordEntry(sql, {
    kind: 'load.in_force',
    subject: { type: 'import', id: String(importKey) },
    after,
    facts: after,
    load: importKey,
  })
}

function* accountsOfPeople(owners: Settled['owners']) {
  for (const { identityId, application, id, name, isDisabled } of owners) {
    if (identityId !== null) yield { identityId, applicationId: application, id, name, isDisabled }
  }
}

async function storeOwners(
  sql: TenantSql,
  tenantId: number,
  idOf: ReadonlyMap<string, number>,
  owners: Settled['owners'],
): Promise<void> {
  await sql`delete from source_account_owners`
  const columns = ['tenant_id', 'source_id', 'application', 'account_id', 'identity_id', 'rule']
  const incoming = await IncomingTable.open(sql, 'source_account_owners', columns)
  const { copy } = incoming
  for (const { source, application, id, identityId, rule } of owners) {
    copy.rows.row(columns.length)
    copy.rows.int32(tenantId)
    copy.rows.int32(idOf.get(source) ?? 0)
    copy.rows.text(application)
    copy.rows.text(id)
    if (identityId === null) copy.rows.nothing()
    else copy.rows.text(identityId)
    copy.rows.text(rule)
    if (copy.rows.length > bytesAtOnce) await copy.flush()
  }
  await incoming.finish()
  await incoming.insert()
}

/** The size of the batches that are sent while the next rows are prepared. */
const bytesAtOnce = 128 * 1024

async function storeOrphans(
  sql: TenantSql,
  tenantId: number,
  idOf: ReadonlyMap<string, number>,
  orphans: Settled['orphans'],
): Promise<void> {
  await sql`delete from source_orphans`
  for (let at = 0; at < orphans.length; at += rowsAtOnce) {
    const batch = orphans.slice(at, at + rowsAtOnce)
    await sql`
      insert into source_orphans (tenant_id, source_id, application, value, reason, candidates, row_count, place)
      select ${tenantId}, source, application, value, reason,
        array(select jsonb_array_elements_text(candidates::jsonb)), row_count, place
      from unnest(${batch.map(({ source }) => idOf.get(source) ?? 0)}::integer[],
        ${batch.map(({ application }) => application)}::text[], ${batch.map(({ value }) => value)}::text[],
        ${batch.map(({ reason }) => reason)}::text[],
        ${batch.map(({ candidates }) => JSON.stringify(candidates))}::text[], ${batch.map(({ rows }) => rows)}::bigint[],
        ${batch.map(({ place }) => place)}::text[])
        with ordinality r (source, application, value, reason, candidates, row_count, place, n)
      order by n`
  }
}
