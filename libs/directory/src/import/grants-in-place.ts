import { ordinalOf, type RowChanges, type Snapshot } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { IncomingTable } from './incoming-table.ts'

/** A row of grants, as a source contains it or as it is stored. */
export interface GrantRow {
  readonly identityKey: number
  readonly entitlementKey: number
  readonly granted: GrantTime | undefined
  readonly used: GrantTime | undefined
  readonly sourceId: number | null
  /** As in the column of the table. */
  readonly otherSources: readonly number[] | null
}

export interface GrantTime {
  readonly seconds: number
  readonly micros: number
}

/** The changes cannot be made to the grants in force; a whole composition is needed. */
export class NotInPlace extends Error {
  override readonly name = 'NotInPlace'
}

interface StoredGrant extends GrantRow {
  /** The position of the row in its table (ctid). */
  readonly place: string
}

/** The grants that the changes affect: as they are in force, and as they become. */
export class GrantsInPlace {
  readonly #stored: ReadonlyMap<string, StoredGrant>
  readonly #next = new Map<string, GrantRow | undefined>()

  private constructor(stored: ReadonlyMap<string, StoredGrant>) {
    this.#stored = stored
  }

  /** @param grantsKey the import whose partition contains the grants */
  static async read(
    sql: TenantSql,
    grantsKey: number,
    pairs: readonly Pick<GrantRow, 'identityKey' | 'entitlementKey'>[],
  ): Promise<GrantsInPlace> {
    // Whether the index is worth it depends on the number of pairs.
    await sql`select set_config('plan_cache_mode', 'force_custom_plan', true)`
    const rows = await sql<StoredRow[]>`
      select g.ctid::text as place, g.identity_key as "identityKey", g.entitlement_key as "entitlementKey",
        (extract(epoch from g.granted_at) * 1000000)::bigint::text as granted,
        (extract(epoch from g.last_used_at) * 1000000)::bigint::text as used,
        g.source_id as "sourceId", g.other_sources as "otherSources"
      from grants g
      join (select distinct identity_key, entitlement_key from unnest(
        ${pairs.map(({ identityKey }) => identityKey)}::integer[],
        ${pairs.map(({ entitlementKey }) => entitlementKey)}::integer[]) p (identity_key, entitlement_key)) wanted
        using (identity_key, entitlement_key)
      where g.import_id = ${grantsKey}`
    const stored = rows.map((row) => ({ ...row, granted: timeOf(row.granted), used: timeOf(row.used) }))
    return new GrantsInPlace(new Map(stored.map((row) => [nameOf(row), row])))
  }

  /** Removes a row of a source. @throws NotInPlace unless the row is everything that is known of the grant */
  remove(row: GrantRow): void {
    const before = this.#get(row)
    if (before === undefined) throw new NotInPlace('a grant that ends is not in force')
    if (before.otherSources !== null || before.sourceId !== row.sourceId || compared(before, row) !== 0) {
      throw new NotInPlace('a grant that ends is said by several rows')
    }
    this.#next.set(nameOf(row), undefined)
  }

  /** Adds a row of a source. Of several rows of one grant it keeps the one that `merge_duplicate_grants` would keep. */
  add(row: GrantRow): void {
    const before = this.#get(row)
    if (before === undefined) {
      this.#next.set(nameOf(row), row)
      return
    }
    const kept = (compared(before, row) || (before.sourceId ?? 0) - (row.sourceId ?? 0)) <= 0 ? before : row
    const sources = new Set([before.sourceId, ...(before.otherSources ?? []), row.sourceId])
    sources.delete(kept.sourceId)
    const otherSources = [...sources].filter((source) => source !== null).sort((one, other) => one - other)
    this.#next.set(nameOf(row), { ...kept, otherSources })
  }

  /** The differences from the grants in force, by identity and entitlement. */
  changes(): { readonly before: StoredGrant | undefined; readonly after: GrantRow | undefined }[] {
    const all = [...this.#next].map(([name, after]) => ({ before: this.#stored.get(name), after }))
    return all
      .filter(({ before, after }) => !isSame(before, after))
      .sort((one, other) => byKeys(one.after ?? one.before, other.after ?? other.before))
  }

  #get(row: GrantRow): GrantRow | undefined {
    const name = nameOf(row)
    return this.#next.has(name) ? this.#next.get(name) : this.#stored.get(name)
  }
}

type Changes = ReturnType<GrantsInPlace['changes']>

/** Writes the changes into the partition of an import. */
export async function writeGrants(sql: TenantSql, tenantId: number, grantsKey: number, changes: Changes) {
  const gone = changes.flatMap(({ before }) => (before === undefined ? [] : [before.place]))
  await sql`delete from grants where import_id = ${grantsKey} and ctid = any (${gone}::text[]::tid[])`
  const columns = ['tenant_id', 'import_id', 'identity_key', 'entitlement_key', 'granted_at', 'last_used_at']
  const incoming = await IncomingTable.open(sql, 'grants', [...columns, 'source_id', 'other_sources'])
  const { rows } = incoming.copy
  for (const { after } of changes) {
    if (after === undefined) continue
    rows.row(columns.length + 2)
    for (const number of [tenantId, grantsKey, after.identityKey, after.entitlementKey]) rows.int32(number)
    for (const time of [after.granted, after.used]) {
      if (time === undefined) rows.nothing()
      else rows.timestamp(time.seconds, time.micros)
    }
    if (after.sourceId === null) rows.nothing()
    else rows.int32(after.sourceId)
    if (after.otherSources === null) rows.nothing()
    else rows.int32s(Uint32Array.from(after.otherSources))
    if (rows.length > 512 * 1024) await incoming.copy.flush()
  }
  await incoming.finish()
  await incoming.insert()
}

/** The same changes for a snapshot. @throws NotInPlace when the snapshot does not contain an identity or entitlement */
export function rowChangesOf({ identityKey, entitlementKey }: Snapshot, changes: Changes): RowChanges {
  const rows = {
    identity: new Uint32Array(changes.length),
    entitlement: new Uint32Array(changes.length),
    day: new Int32Array(changes.length),
  }
  for (const [at, { before, after }] of changes.entries()) {
    const pair = after ?? before
    if (pair === undefined) continue
    rows.identity[at] = placeOf(identityKey, pair.identityKey)
    rows.entitlement[at] = placeOf(entitlementKey, pair.entitlementKey)
    rows.day[at] = after === undefined ? -1 : dayOf(after.used)
  }
  return rows
}

interface StoredRow extends Omit<StoredGrant, 'granted' | 'used'> {
  /** Microseconds since 1970. */
  readonly granted: string | null
  readonly used: string | null
}

function timeOf(micros: string | null): GrantTime | undefined {
  if (micros === null) return undefined
  const all = BigInt(micros)
  const rest = ((all % 1_000_000n) + 1_000_000n) % 1_000_000n
  return { seconds: Number((all - rest) / 1_000_000n), micros: Number(rest) }
}

function nameOf({ identityKey, entitlementKey }: Pick<GrantRow, 'identityKey' | 'entitlementKey'>): string {
  return `${identityKey} ${entitlementKey}`
}

function byKeys(one: GrantRow | undefined, other: GrantRow | undefined): number {
  if (one === undefined || other === undefined) return 0
  return one.identityKey - other.identityKey || one.entitlementKey - other.entitlementKey
}

/** Negative when the first row is kept: the later last use, then the earlier grant time. A row without a time comes last. */
function compared(one: GrantRow, other: GrantRow): number {
  return (
    -times(one.used, other.used, Number.NEGATIVE_INFINITY) ||
    times(one.granted, other.granted, Number.POSITIVE_INFINITY)
  )
}

function times(one: GrantTime | undefined, other: GrantTime | undefined, none: number): number {
  const [a, b] = [one?.seconds ?? none, other?.seconds ?? none]
  if (a !== b) return a < b ? -1 : 1
  return (one?.micros ?? 0) - (other?.micros ?? 0)
}

function isSame(one: GrantRow | undefined, other: GrantRow | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return (
    compared(one, other) === 0 &&
    one.sourceId === other.sourceId &&
    JSON.stringify(one.otherSources) === JSON.stringify(other.otherSources)
  )
}

function placeOf(keys: Int32Array, key: number): number {
  const ordinal = ordinalOf(keys, key)
  if (ordinal < 0) throw new NotInPlace('the snapshot lacks an identity or an entitlement of a grant')
  return ordinal
}

/** The day in the form of snapshots: 1970-01-02 to 2149-06-06, and 0 for unknown. */
function dayOf(used: GrantTime | undefined): number {
  return used === undefined ? 0 : Math.min(Math.max(Math.floor(used.seconds / 86_400), 1), 0xffff)
}
