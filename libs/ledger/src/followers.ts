import { type Sql, type TenantSql, withDomainErrors } from '@assay/store'
import { actorMember, firstIdAt } from './entry-content.ts'

/** The part of an entry that says nothing about a person, so nothing in it can be erased. */
export interface FollowedEntry {
  readonly id: string
  /** The position in the chain. */
  readonly position: number
  /** ISO 8601, in UTC. */
  readonly at: string
  readonly kind: string
  /** `id` is undefined when it identifies a person. */
  readonly subject: { readonly type: string; readonly id: string | undefined }
  readonly actor: { readonly type: string; readonly id: string; readonly role: string | undefined }
  readonly reason: string
  readonly load: number | undefined
  readonly run: string | undefined
  readonly version: string | undefined
  /** The number of people that the entry concerns. */
  readonly peopleCount: number
  readonly facts: Readonly<Record<string, unknown>>
}

interface Content {
  readonly at: string
  readonly kind: string
  readonly subject: { readonly type: string; readonly id?: string }
  readonly actor: Readonly<Record<string, unknown>>
  readonly reason: string
  readonly load?: number
  readonly run?: string
  readonly version?: string
  readonly peopleCount?: number
  readonly facts?: Readonly<Record<string, unknown>>
}

interface Row {
  readonly id: string
  readonly position: number
  readonly content: string
}

/** Registers a follower that reads the tenant's ledger from its newest link on. Calling it again has no effect. */
export async function followLedger(sql: TenantSql, tenantId: number, follower: string): Promise<void> {
  await sql`
    insert into ledger_followers (tenant_id, follower, position)
    values (${tenantId}, ${follower}, ${await newestPosition(sql)}) on conflict do nothing`
}

export async function unfollowLedger(sql: TenantSql, follower: string): Promise<void> {
  await sql`delete from ledger_followers where follower = ${follower}`
}

/** Tenants whose ledger has links that the follower has not read. Workers call it. */
export async function tenantsBehindLedger(sql: Sql, follower: string): Promise<number[]> {
  const rows = await withDomainErrors(
    sql<{ id: number }[]>`select id from tenants_behind_ledger(${follower}) as one (id)`,
  )
  return rows.map(({ id }) => id)
}

/**
 * Reads the next entries of the chain, at most `most`, and marks them as read. Call it in the transaction that processes them.
 * @returns undefined when no such follower is registered, or when another process reads for it at this moment
 */
export async function readOn(sql: TenantSql, follower: string, most: number): Promise<FollowedEntry[] | undefined> {
  const [place] = await sql<{ position: number }[]>`
    select position from ledger_followers where follower = ${follower} for update skip locked`
  if (place === undefined) return undefined
  const entries = await entriesAfter(sql, place.position, most)
  const last = entries.at(-1)
  if (last !== undefined)
    await sql`update ledger_followers set position = ${last.position} where follower = ${follower}`
  return entries
}

/** The position up to which the follower has read; undefined when no such follower is registered. */
export async function readPosition(sql: TenantSql, follower: string): Promise<number | undefined> {
  const [place] = await sql<{ position: number }[]>`
    select position from ledger_followers where follower = ${follower}`
  return place?.position
}

/** Entries of the chain after a position, in the order of the chain. */
export async function entriesAfter(sql: TenantSql, position: number, most: number): Promise<FollowedEntry[]> {
  const rows = await sql<Row[]>`
    select e.id, l.position, e.content from ledger_links l join ledger_entries e on e.id = l.entry_id
    where l.position > ${position} order by l.position limit ${most}`
  return rows.map(followedEntry)
}

/** Sealed entries by their ids; ids without a sealed entry are left out. */
export async function followedEntries(sql: TenantSql, ids: readonly string[]): Promise<Map<string, FollowedEntry>> {
  const rows = await sql<Row[]>`
    select e.id, l.position, e.content from ledger_links l join ledger_entries e on e.id = l.entry_id
    where l.entry_id = any (${[...ids]}::uuid[])`
  return new Map(rows.map((row) => [row.id, followedEntry(row)]))
}

/** Entries that are near in time may be sealed in another order; this number of entries is looked at. */
const nearInTime = 1000

/** The position before the first entry since a time that is sealed; without one, the newest position. */
export async function positionBefore(sql: TenantSql, time: Date): Promise<number> {
  const [found] = await sql<{ position: number | null }[]>`
    select min(position) as position from (
      select position from ledger_links where entry_id >= ${firstIdAt(time)}::uuid order by entry_id limit ${nearInTime}) near`
  return found?.position == null ? newestPosition(sql) : found.position - 1
}

/** The position of the newest link; without links, of the checkpoint; 0 at the start. */
async function newestPosition(sql: TenantSql): Promise<number> {
  const [found] = await sql<{ position: number }[]>`
    select greatest((select max(position) from ledger_links), (select max(position) from ledger_heads), 0) as position`
  return found?.position ?? 0
}

function followedEntry({ id, position, content }: Row): FollowedEntry {
  const told = JSON.parse(content) as Content
  const { type, role } = told.actor
  return {
    id,
    position,
    at: told.at,
    kind: told.kind,
    subject: { type: told.subject.type, id: told.subject.id },
    actor: {
      type: String(type),
      id: String(told.actor[actorMember(String(type))] ?? ''),
      role: role === undefined ? undefined : String(role),
    },
    reason: told.reason,
    load: told.load,
    run: told.run,
    version: told.version,
    peopleCount: told.peopleCount ?? 0,
    facts: told.facts ?? {},
  }
}
