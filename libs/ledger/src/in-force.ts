import { invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { firstIdAt } from './entry-content.ts'
import { FoldedState, isGone, kindsOfThings, type ThingType, thingTypes } from './folded-state.ts'
import { type EntryRow, type LedgerEntry, readEntry } from './read-entry.ts'

/** The state of a thing that was in force at a time, computed from entries. */
export interface ThingInForce {
  readonly type: ThingType
  /** For the access data, the id of the import. */
  readonly id: string
  /** The known members of the thing. */
  readonly state: Readonly<Record<string, unknown>>
  /** Whether the entries give the whole state. Otherwise it has only the members that entries changed. */
  readonly isComplete: boolean
  /** The fields of entries that were erased, so that their content is missing from the state. */
  readonly erased: readonly string[]
  /** Names of the members that are too long for a list. */
  readonly omitted: readonly string[]
  /** The last entry that changed it. */
  readonly entry: LedgerEntry
}

interface InForceQuery {
  readonly at: Date
  readonly type?: string | undefined
  /** Only the thing with this id, with all its members, long ones included. */
  readonly id?: string | undefined
}

/** Where a page of things ends. */
export type ThingPosition = readonly [type: string, id: string]

/** Stands for the id of the access data, since only one load of them is in force at a time. */
const onlyOne = ''
const longestListed = 2_000
/** At most this number of entries is read for a thing, so that an answer does not take too long. */
const mostEntries = 1_000
const entriesAtOnce = 50

/**
 * The state at a time (inclusive) of the access data, settings, policies, access profiles, sources, clients and schedules, sorted by type
 * and id. It is computed from entries alone: each member has the value of the last entry up to the time, or else the previous value in the
 * first entry after it.
 * @throws invalid_argument for a type whose state the ledger cannot show
 */
export async function listInForce(
  sql: TenantSql,
  { at, type, id }: InForceQuery,
  page: { readonly size: number; readonly after?: ThingPosition | undefined },
): Promise<{ readonly things: readonly ThingInForce[]; readonly last: ThingPosition | undefined }> {
  const types = type === undefined ? thingTypes : thingTypes.filter((one) => one === type)
  if (types.length === 0) throw invalidArgument('subject_type', `must be one of ${thingTypes.join(', ')}`)
  const end = firstIdAt(new Date(at.getTime() + 1))
  const found = await newestEntries(sql, { types, id, end }, page)
  const shown = found.slice(0, page.size)
  const things: ThingInForce[] = []
  for (const one of shown) things.push(await thingOf(sql, one, end, id === undefined))
  const last = found.length > page.size ? shown.at(-1) : undefined
  return { things, last: last && [last.type, last.id] }
}

interface Found {
  readonly type: ThingType
  readonly id: string
}

/** Things that had an entry and existed at that time, one more than a page holds. */
async function newestEntries(
  sql: TenantSql,
  { types, id, end }: { readonly types: readonly ThingType[]; readonly id: string | undefined; readonly end: string },
  { size, after }: { readonly size: number; readonly after?: ThingPosition | undefined },
): Promise<Found[]> {
  const kinds = types.flatMap((type) => kindsOfThings[type].map((kind) => ({ type, kind })))
  const gone = kinds.map(({ kind }) => kind).filter(isGone)
  return sql<Found[]>`
    select newest.type, newest.id from (
      select distinct on (1, 2) known.type collate "C" as type,
        (case when known.type = 'access_data' then ${onlyOne}::text else entry.subject_id end) collate "C" as id, entry.kind
      from unnest(${kinds.map(({ type }) => type)}::text[], ${kinds.map(({ kind }) => kind)}::text[]) as known (type, kind)
        join ledger_entries entry on entry.kind = known.kind
      where entry.id < ${end}::uuid and entry.subject_id is not null
        ${id === undefined ? sql`` : sql`and entry.subject_id = ${id}`}
      order by 1, 2, entry.id desc
    ) newest
    where newest.kind <> all (${gone}::text[])
      ${after === undefined ? sql`` : sql`and (newest.type, newest.id) > (${after[0]}::text, ${after[1]}::text)`}
    order by newest.type, newest.id limit ${size + 1}`
}

async function thingOf(sql: TenantSql, { type, id }: Found, end: string, isListed: boolean): Promise<ThingInForce> {
  const folded = new FoldedState()
  let newest: LedgerEntry | undefined
  let read = 0
  for await (const entry of entriesBefore(sql, type, id, end)) {
    newest ??= entry
    read++
    if (folded.before(entry)) break
  }
  if (!folded.isComplete && read < mostEntries)
    for (const entry of await entriesFrom(sql, type, id, end)) if (folded.afterwards(entry)) break
  const members = Object.entries(folded.members())
  const omitted = members.filter(([, value]) => isListed && JSON.stringify(value).length > longestListed)
  const kept = members.filter((member) => !omitted.includes(member))
  // At least one entry exists, since the query found the thing by an entry.
  const entry = newest as LedgerEntry
  return {
    type,
    id: id === onlyOne ? (entry.subject.id ?? '') : id,
    state: Object.fromEntries(kept),
    isComplete: folded.isComplete,
    erased: folded.erased(),
    omitted: omitted.map(([name]) => name),
    entry,
  }
}

/** Entries before `end`, newest first, at most `mostEntries`. */
async function* entriesBefore(sql: TenantSql, type: ThingType, id: string, end: string): AsyncGenerator<LedgerEntry> {
  let position = end
  for (let read = 0; read < mostEntries; read += entriesAtOnce) {
    const rows = await sql<EntryRow[]>`
      ${stateRows(sql, type, id)} and entry.id < ${position}::uuid order by entry.id desc limit ${entriesAtOnce}`
    yield* rows.map(readEntry)
    const last = rows.at(-1)
    if (rows.length < entriesAtOnce || last === undefined) return
    position = last.id
  }
}

/** Entries from `end` on, oldest first. */
async function entriesFrom(sql: TenantSql, type: ThingType, id: string, end: string): Promise<LedgerEntry[]> {
  const rows = await sql<EntryRow[]>`
    ${stateRows(sql, type, id)} and entry.id >= ${end}::uuid order by entry.id limit ${entriesAtOnce}`
  return rows.map(readEntry)
}

function stateRows(sql: TenantSql, type: ThingType, id: string) {
  return sql`
    select entry.id, entry.content, entry.hash, null as position,
      coalesce((select json_agg(json_build_object('field', beside.field, 'isOmitted', false, 'value', beside.value))
        from ledger_values beside
        where beside.entry_id = entry.id and beside.field in ('actor', 'before', 'after')), '[]') as values
    from ledger_entries entry
    where entry.kind = any (${[...kindsOfThings[type]]}::text[]) ${id === onlyOne ? sql`` : sql`and entry.subject_id = ${id}`}`
}
