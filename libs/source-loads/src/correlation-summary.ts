import { failedPrecondition } from '@assay/errors'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { sourcesToCompose } from './compose-sources.ts'
import { accountOwners, orphansOf, readToCompose } from './correlation.ts'
import type { OrphanReason } from './orphans.ts'
import { sourceKey } from './sources.ts'
import type { ComposedSource } from './stored-records.ts'

/** How the accounts of one source were assigned to identities. */
export interface Correlation {
  readonly source: string
  readonly accounts: number
  /** The most frequent rule first. */
  readonly linked: readonly { readonly rule: string; readonly accounts: number }[]
  /** Without holders that only grants name. */
  readonly orphans: Readonly<Record<OrphanReason, number>>
}

/** An account whose identity the rules would change. */
interface CorrelationChange {
  readonly source: string
  readonly application: string
  readonly account: string
  /** The id of the identity; undefined for an orphan. */
  readonly before: string | undefined
  readonly after: string | undefined
  /** Empty for an orphan. */
  readonly rule: string
}

export interface CorrelationPreview {
  readonly correlations: readonly Correlation[]
  readonly changedCount: number
  /** The first hundred, by source, application and account. */
  readonly changes: readonly CorrelationChange[]
}

/** A preview keeps at most this many records of people, accounts, applications and entitlements in memory. */
const mostPreviewed = 100_000
const mostChanges = 100

/** By the composition in force, for one source or for all (''); sources without accounts are left out. */
export async function correlationInForce(sql: TenantSql, source: string): Promise<Correlation[]> {
  const only = source === '' ? null : await sourceKey(sql, source)
  const owners = await sql<{ source: string; rule: string; accounts: number }[]>`
    select s.name as source, o.rule, count(*)::integer as accounts
    from source_account_owners o join sources s on s.id = o.source_id and s.retired_at is null
    where ${only}::integer is null or s.id = ${only}
    group by s.id, s.name, o.rule order by s.position, s.id`
  const orphans = await sql<{ source: string; reason: OrphanReason; accounts: number }[]>`
    select s.name as source, o.reason, count(*)::integer as accounts
    from source_orphans o join sources s on s.id = o.source_id and s.retired_at is null
    where o.application <> '' and (${only}::integer is null or s.id = ${only})
    group by s.name, o.reason`
  return correlationsOf(owners, orphans)
}

/**
 * The result of the rules of correlation for the stored records, compared with the composition in force: links that are not yet
 * combined, and another order of the sources. It changes nothing.
 * @throws not_found; failed_precondition for more records than the limit
 */
export async function previewCorrelation(
  sql: Sql,
  tenantId: number,
  source: string,
  signal?: AbortSignal,
): Promise<CorrelationPreview> {
  const reading = { isolation: 'repeatable read', ...(signal && { signal }) } as const
  const { sources, before, compose } = await inTenant(sql, tenantId, (scoped) => readPreview(scoped, source), reading)
  // From here on it uses no connection.
  const { composition } = await compose()
  const isAsked = (one: { readonly source: string }) => source === '' || one.source === source
  const owners = accountOwners(composition).filter(isAsked)
  const changes = owners.flatMap(({ source: name, application, id, identityId, rule }) => {
    const owned = before.get(accountKey(name, application, id))
    if (owned === (identityId ?? undefined)) return []
    return [{ source: name, application, account: id, before: owned, after: identityId ?? undefined, rule }]
  })
  const order = sources.map(({ name }) => name)
  changes.sort((a, b) => order.indexOf(a.source) - order.indexOf(b.source) || compared(a, b))
  const orphans = orphansOf(composition).filter((orphan) => orphan.application !== '' && isAsked(orphan))
  const correlations = correlationsOf(
    owners.map(({ source: name, rule }) => ({ source: name, rule, accounts: 1 })),
    orphans.map(({ source: name, reason }) => ({ source: name, reason, accounts: 1 })),
  )
  return {
    correlations: correlations.toSorted((a, b) => order.indexOf(a.source) - order.indexOf(b.source)),
    changedCount: changes.length,
    changes: changes.slice(0, mostChanges),
  }
}

async function readPreview(sql: TenantSql, source: string) {
  if (source !== '') await sourceKey(sql, source)
  const sources = await sourcesToCompose(sql, { loads: [], isOnly: false })
  const definePeople = sources.some(({ definesPeople, counts }) => definesPeople && counts.people > 0)
  // When no source defines people, the accounts of each source decide which people exist.
  const accountsOf = source === '' || !definePeople ? sources : sources.filter(({ name }) => name === source)
  refuseTooMany(sources, accountsOf)
  const compose = await readToCompose(sql, sources, accountsOf)
  return { sources, before: await ownersInForce(sql), compose }
}

function refuseTooMany(sources: readonly ComposedSource[], accountsOf: readonly ComposedSource[]): void {
  const records = sources.reduce((sum, source) => {
    const { people, accounts, applications, entitlements } = source.counts
    const isRead = accountsOf.includes(source)
    return sum + (source.definesPeople || isRead ? people : 0) + (isRead ? accounts : 0) + applications + entitlements
  }, 0)
  if (records <= mostPreviewed) return
  throw failedPrecondition(
    `the sources have ${records} people, accounts, applications and entitlements, and a preview takes at most ${mostPreviewed}; request one source, or the correlation in force without a preview`,
  )
}

async function ownersInForce(sql: TenantSql): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>()
  const rows = sql<{ source: string; application: string; account_id: string; identity_id: string }[]>`
    select s.name as source, o.application, o.account_id, o.identity_id
    from source_account_owners o join sources s on s.id = o.source_id where o.identity_id is not null`
  for await (const batch of rows.cursor(5_000)) {
    for (const row of batch) owners.set(accountKey(row.source, row.application, row.account_id), row.identity_id)
  }
  return owners
}

function accountKey(source: string, application: string, id: string): string {
  return `${source}\0${application}\0${id}`
}

function compared(one: CorrelationChange, other: CorrelationChange): number {
  const [a, b] = [one, other].map(({ source, application, account }) => accountKey(source, application, account))
  return a === b ? 0 : String(a) < String(b) ? -1 : 1
}

interface OwnerCount {
  readonly source: string
  /** Empty for orphans. */
  readonly rule: string
  readonly accounts: number
}

interface OrphanCount {
  readonly source: string
  readonly reason: OrphanReason
  readonly accounts: number
}

function correlationsOf(owners: readonly OwnerCount[], orphans: readonly OrphanCount[]): Correlation[] {
  return [...Map.groupBy(owners, ({ source }) => source)].map(([source, all]) => {
    const byRule = [...Map.groupBy(all, ({ rule }) => rule)].map(([rule, rows]) => ({ rule, accounts: total(rows) }))
    const of = (reason: OrphanReason) =>
      total(orphans.filter((orphan) => orphan.source === source && orphan.reason === reason))
    return {
      source,
      accounts: total(all),
      linked: byRule
        .filter(({ rule }) => rule !== '')
        .sort((a, b) => b.accounts - a.accounts || (a.rule < b.rule ? -1 : 1)),
      orphans: { none: of('none'), ambiguous: of('ambiguous'), conflict: of('conflict') },
    }
  })
}

function total(rows: readonly { readonly accounts: number }[]): number {
  return rows.reduce((sum, { accounts }) => sum + accounts, 0)
}
