import { Composition, Faults, type LinkOf } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import type { OrphanReason } from './orphans.ts'
import { type ComposedSource, heldSourceOf, storedSourceOf } from './stored-records.ts'

interface ComposedOf {
  /** The present day, such as 2025-01-31. */
  readonly day?: string
  /** The sources whose accounts are needed; of other sources only the accounts that may be people themselves. */
  readonly accountsOf?: readonly ComposedSource[]
}

/** People and accounts of all sources, combined; grants are not read yet. */
export async function composed(
  sql: TenantSql,
  sources: readonly ComposedSource[],
  { day, accountsOf = sources }: ComposedOf = {},
): Promise<{ readonly composition: Composition; readonly faults: Faults }> {
  const linkOf = await links(sql, sources)
  const stored = sources.map((source) => storedSourceOf(sql, source, accountsOf.includes(source) ? 'all' : 'typed'))
  return putTogether(stored, linkOf, day)
}

/**
 * Reads all data about people and accounts. Returns a function that combines them in memory, outside the transaction, since that
 * takes longer than reading.
 */
export async function readToCompose(
  sql: TenantSql,
  sources: readonly ComposedSource[],
  accountsOf: readonly ComposedSource[] = sources,
): Promise<() => ReturnType<typeof composed>> {
  const linkOf = await links(sql, sources)
  const held: ReturnType<typeof storedSourceOf>[] = []
  for (const source of sources) {
    held.push(await heldSourceOf(sql, source, accountsOf.includes(source) ? 'all' : 'typed'))
  }
  return () => putTogether(held, linkOf)
}

async function putTogether(stored: readonly ReturnType<typeof storedSourceOf>[], linkOf: LinkOf, day?: string) {
  const faults = new Faults()
  // Cells with several values were split and checked when they were read.
  const composition = new Composition(stored, { faults, split: '', linkOf, ...(day && { now: new Date(day) }) })
  await composition.read()
  return { composition, faults }
}

async function links(sql: TenantSql, sources: readonly ComposedSource[]): Promise<LinkOf> {
  const rows = await sql<{ source_id: number; application: string; account_id: string; identity_id: string }[]>`
    select source_id, application, account_id, identity_id from source_account_links
    where source_id = any (${sources.map(({ id }) => id)}::integer[])`
  const nameOf = new Map(sources.map(({ id, name }) => [id, name]))
  const linked = new Map(
    rows.map((row) => [linkKey(nameOf.get(row.source_id) ?? '', row.application, row.account_id), row.identity_id]),
  )
  return ({ source, application, id }) => linked.get(linkKey(source, application, id))
}

function linkKey(source: string, application: string, id: string): string {
  return `${source}\0${application}\0${id}`
}

/** The identity of an account. */
interface AccountOwner {
  readonly source: string
  readonly application: string
  readonly id: string
  /** Empty: the id is the name. */
  readonly name: string
  readonly isDisabled: boolean
  readonly identityId: string | null
  readonly rule: string
}

export function accountOwners({ directory }: Composition): AccountOwner[] {
  return directory.accounts.map(({ source, application, id, name, isDisabled, person, rule }) => ({
    source,
    application,
    id,
    name,
    isDisabled,
    identityId: directory.people[person]?.id ?? null,
    rule: rule ?? '',
  }))
}

interface FoundOrphan {
  readonly source: string
  readonly application: string
  readonly value: string
  readonly reason: OrphanReason
  readonly candidates: readonly string[]
  readonly rows: number
  readonly place: string
}

const mostCandidates = 20

/** The orphans of a composition whose grants have been read, then the accounts that two rules would assign differently. */
export function orphansOf({ directory }: Composition): FoundOrphan[] {
  const nobodys = [...directory.orphans.values()].map((orphan) => ({
    source: orphan.source,
    application: orphan.application,
    value: orphan.value,
    reason: orphan.reason === 'ambiguous' ? ('ambiguous' as const) : ('none' as const),
    candidates: orphan.candidates.slice(0, mostCandidates),
    rows: orphan.rows,
    // A holder that only grants name has no place, since grants are stored without places.
    place: orphan.application === '' ? '' : `${orphan.place.part}:${orphan.place.at}`,
  }))
  const disputed = directory.conflicts.flatMap(({ account, other }) => {
    const found = directory.accounts[account]
    if (found === undefined) return []
    const candidates = [found.person, other].map((person) => directory.people[person]?.id ?? '')
    const { source, application, id, place } = found
    return [
      {
        source,
        application,
        value: id,
        reason: 'conflict' as const,
        candidates,
        rows: 1,
        place: `${place.part}:${place.at}`,
      },
    ]
  })
  return [...nobodys, ...disputed]
}
