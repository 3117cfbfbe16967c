import { createHash } from 'node:crypto'
import {
  changedRows,
  identityStatuses,
  openSnapshot,
  ordinalOf,
  type Removal,
  type Snapshot,
  type SnapshotParts,
} from '@assay/mining'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { CopyIn } from '../copy/copy-in.ts'
import { importOfGrants } from '../relations.ts'
import { storedSnapshot } from '../snapshot/load-snapshot.ts'
import { isFormatInForce } from '../snapshot/snapshot-format.ts'
import { storeSnapshot } from '../snapshot/store-snapshot.ts'
import { type CommitParticipant, finish } from './commit-import.ts'
import {
  type GrantRow,
  GrantsInPlace,
  type GrantTime,
  NotInPlace,
  rowChangesOf,
  writeGrants,
} from './grants-in-place.ts'
import { type Import, type ImportCounts, importKeyOf } from './import.ts'
import { selectImport } from './imports.ts'
import { readGrantTime } from './numbered-grants.ts'

/** A grant as a source contains it, with times as in a file. */
export interface SaidGrant {
  readonly identityId: string
  readonly applicationId: string
  readonly entitlementId: string
  readonly sourceId: number
  readonly grantedAt: string
  readonly lastUsedAt: string
}

export interface GrantChanges {
  /** The import in force that the changes apply to. */
  readonly base: number
  /** Rows that sources contained before and do not contain now. */
  readonly removed: readonly SaidGrant[]
  /** Rows that sources contain now and did not contain before. */
  readonly added: readonly SaidGrant[]
  /** Entitlements that exist only while a grant names them, by application and id. */
  readonly undescribed: readonly (readonly [applicationId: string, id: string])[]
}

interface ChangeOptions {
  readonly signal?: AbortSignal
  /** As in `commitImport`. */
  readonly participants?: readonly CommitParticipant[]
  readonly onSameContent?: (
    sql: TenantSql,
    same: { readonly tenantId: number; readonly importId: string },
  ) => Promise<void>
  readonly checkRemoval?: (removal: Removal) => void
}

/**
 * Brings an import into force that differs from the one in force only in some grants. It changes rows of grants and of the snapshot
 * in one transaction, and the result equals that of a whole import with the same data. Readers see all changes or none.
 * @throws NotInPlace, and changes nothing, when only a whole import can determine the result
 */
export async function commitGrantChanges(
  sql: Sql,
  tenantId: number,
  importId: string,
  changes: GrantChanges,
  options: ChangeOptions,
): Promise<Import> {
  return inTenant(
    sql,
    tenantId,
    async (scoped) => {
      try {
        return await commit(scoped, tenantId, importKeyOf(importId), changes, options)
      } catch (error) {
        CopyIn.abandon(scoped)
        throw error
      }
    },
    options.signal === undefined ? {} : { signal: options.signal },
  )
}

async function commit(
  sql: TenantSql,
  tenantId: number,
  key: number,
  said: GrantChanges,
  options: ChangeOptions,
): Promise<Import> {
  await sql`select from imports where id = ${key} for no key update`
  const begun = await selectImport(sql, key)
  if (begun.state !== 'committing') return begun
  const base = await baseOf(sql, said.base)
  if (begun.minesEffectiveAccess) throw new NotInPlace('effective access is mined')
  const keys = await keysOf(sql, said)
  const { base: _, undescribed: _undescribed, ...rows } = said
  const removed = rows.removed.map((row) => rowOf(row, keys))
  const added = rows.added.map((row) => rowOf(row, keys))
  const before = await snapshotInForce(sql)
  // Most of the added rows are not in force yet.
  const known = [...removed, ...added].filter((row) => before === undefined || holds(before, row))
  const grants = await GrantsInPlace.read(sql, base.grantsKey, known)
  for (const row of removed) grants.remove(row)
  for (const row of added) grants.add(row)
  const changed = grants.changes()
  const contentHash = createHash('sha256').update(base.contentHash).update(JSON.stringify(rows)).digest()
  if (changed.length === 0) {
    // The grants stay the same, but the number of rows that repeat them would change.
    if (added.length !== removed.length) throw new NotInPlace('rows that repeat grants come or go')
    await options.onSameContent?.(sql, { tenantId, importId: begun.id })
    return finish(sql, key, { contentHash, sameContentAs: said.base })
  }
  if (before === undefined) throw new NotInPlace('there is no snapshot')
  const parts: SnapshotParts = { ...before, ...changedRows(before, rowChangesOf(before, changed)) }
  refuseEnded(
    parts,
    said.undescribed.map((name) => keys.entitlements.get(name.join('\0'))),
  )
  options.checkRemoval?.({
    peopleBefore: before.identityStatus.reduce((sum, status) => sum + Number(status !== identityStatuses.deleted), 0),
    peopleRemoved: 0,
    grantsBefore: before.grantCount,
    grantsRemoved: changed.filter(({ after }) => after === undefined).length,
  })
  await writeGrants(sql, tenantId, base.grantsKey, changed)
  const grantCount = parts.rowEntitlement.length
  const saidCount = base.counts.grants + base.counts.repeatedGrants + added.length - removed.length
  const counts = { ...base.counts, grants: grantCount, repeatedGrants: saidCount - grantCount, accessProfiles: 0 }
  await storeSnapshot(sql, tenantId, {
    importKey: key,
    contentHash,
    hasUsage: base.hasUsage,
    parts,
    grantsKey: base.grantsKey,
  })
  const facts = {
    tenantId,
    importId: begun.id,
    createdBy: begun.createdBy,
    counts,
    accessProfiles: undefined,
    addFault: ({ reason }: { readonly reason: string }) => {
      throw new NotInPlace(reason)
    },
  }
  for (const participant of options.participants ?? []) await participant(sql, facts)
  options.signal?.throwIfAborted()
  return finish(sql, key, { contentHash, counts, usageThrough: base.usageThrough ?? undefined })
}

async function snapshotInForce(sql: TenantSql): Promise<Snapshot | undefined> {
  const stored = await storedSnapshot(sql)
  return stored === undefined ? undefined : openSnapshot(stored.buffer)
}

/**
 * Whether a grant is among the assigned grants of the snapshot. True also for identities and entitlements that the snapshot does
 * not contain.
 */
function holds(
  { identityKey: identities, entitlementKey: entitlements, rowOffset, rowEntitlement }: Snapshot,
  { identityKey, entitlementKey }: GrantRow,
): boolean {
  const [identity, entitlement] = [ordinalOf(identities, identityKey), ordinalOf(entitlements, entitlementKey)]
  if (identity < 0 || entitlement < 0) return true
  let low = rowOffset[identity]!
  let high = rowOffset[identity + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rowEntitlement[middle]! < entitlement) low = middle + 1
    else high = middle
  }
  return low < rowOffset[identity + 1]! && rowEntitlement[low] === entitlement
}

interface Base {
  readonly grantsKey: number
  readonly contentHash: Buffer
  readonly hasUsage: boolean
  readonly counts: ImportCounts
  readonly usageThrough: string | null
}

async function baseOf(sql: TenantSql, wanted: number): Promise<Base> {
  const [found] = await sql<(Base & { readonly importKey: number })[]>`
    select s.import_id as "importKey", ${importOfGrants(sql)} as "grantsKey", s.content_hash as "contentHash",
      s.has_usage as "hasUsage", i.counts, i.usage_through::text as "usageThrough"
    from snapshots s join imports i on i.id = s.import_id
    where not i.mines_effective_access for update of s`
  if (found?.importKey !== wanted) throw new NotInPlace('another import is in force')
  if (!(await isFormatInForce(sql))) throw new NotInPlace('another version has written the snapshot')
  return found
}

interface Keys {
  readonly identities: ReadonlyMap<string, number>
  /** By application and id. */
  readonly entitlements: ReadonlyMap<string, number>
}

async function keysOf(sql: TenantSql, { removed, added, undescribed }: GrantChanges): Promise<Keys> {
  const all = [...removed, ...added]
  const ids = [...new Set(all.map(({ identityId }) => identityId))]
  const names = new Map<string, readonly [string, string]>(undescribed.map((name) => [name.join('\0'), name]))
  for (const { applicationId, entitlementId } of all) {
    names.set(`${applicationId}\0${entitlementId}`, [applicationId, entitlementId])
  }
  const wanted = [...names.values()]
  const identities = await sql<{ id: string; key: number }[]>`
    select id, key from identities where id = any (${ids}::text[])`
  const entitlements = await sql<{ application: string; id: string; key: number }[]>`
    select a.id as application, e.id, e.key
    from unnest(${wanted.map(([application]) => application)}::text[], ${wanted.map(([, id]) => id)}::text[]) w (application, id)
    join applications a on a.id = w.application
    join entitlements e on e.application_key = a.key and e.id = w.id and not e.deleted`
  return {
    identities: new Map(identities.map(({ id, key }) => [id, key])),
    entitlements: new Map(entitlements.map(({ application, id, key }) => [`${application}\0${id}`, key])),
  }
}

function rowOf(said: SaidGrant, { identities, entitlements }: Keys): GrantRow {
  const identityKey = identities.get(said.identityId)
  const entitlementKey = entitlements.get(`${said.applicationId}\0${said.entitlementId}`)
  if (identityKey === undefined || entitlementKey === undefined) {
    throw new NotInPlace('a grant names somebody or something that is not in force')
  }
  return {
    identityKey,
    entitlementKey,
    granted: timeOf(said.grantedAt),
    used: timeOf(said.lastUsedAt),
    sourceId: said.sourceId,
    otherSources: null,
  }
}

function timeOf(text: string): GrantTime | undefined {
  if (text === '') return undefined
  const time = readGrantTime(text)
  // A whole import reports the faults in its data.
  if (time === undefined) throw new NotInPlace('a time is none')
  return time
}

/** Entitlements that only grants name end with the last such grant. */
function refuseEnded({ entitlementKey, rowEntitlement }: SnapshotParts, keys: readonly (number | undefined)[]): void {
  if (keys.length === 0) return
  const wanted = new Set(keys)
  const held = new Uint8Array(entitlementKey.length)
  for (const entitlement of rowEntitlement) held[entitlement] = 1
  for (const [at, key] of entitlementKey.entries()) {
    if (held[at] === 0 && wanted.has(key)) throw new NotInPlace('an entitlement that only grants name ends')
  }
}
