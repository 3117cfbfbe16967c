import { keysOfScope, type ScopeKeys, settledScope, settleScope, snapshotVersion } from '@assay/directory'
import { ordinalsOf, readSnapshot, restrictSnapshot } from '@assay/mining'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import {
  forgetSettledSuggestions,
  hasUnsettledSuggestions,
  settleSuggestions,
  unsettledSuggestions,
} from './settle-suggestions.ts'

/**
 * Whether it is settled whom the scope means in the data in force, and which suggestions lie inside; asked by the bounded reader.
 * @throws permission_denied for a scope that is gone
 */
export async function isScopeSettled(sql: TenantSql, scopeId: string): Promise<boolean> {
  const { isCurrent } = await settledScope(sql, scopeId)
  return isCurrent && !(await hasUnsettledSuggestions(sql, scopeId))
}

/**
 * Tells what the bounded reader sees of the snapshot in force from everything else; undefined before the first import. One that
 * nothing has while the scope is not settled.
 * @throws permission_denied for a scope that is gone
 */
export async function boundedVersion(sql: TenantSql, scopeId: string): Promise<string | undefined> {
  const version = await snapshotVersion(sql)
  const { revision, isCurrent } = await settledScope(sql, scopeId)
  if (version === undefined) return undefined
  const isSettled = isCurrent && !(await hasUnsettledSuggestions(sql, scopeId))
  return isSettled ? versionWithin(version, scopeId, revision) : 'unsettled'
}

function versionWithin(version: string, scopeId: string, revision: number): string {
  return `${version}/within ${scopeId}/${revision}`
}

/** A scope that was settled for a snapshot. */
interface ScopeOnSnapshot {
  readonly loaded: LoadedSnapshot
  readonly keys: ScopeKeys
  /** As `boundedVersion` tells it. */
  readonly version: string
}

/**
 * Settles whom a scope means in the data in force, and which suggestions lie inside, as far as that is not done. No connection is held
 * while cohorts are looked at.
 * @param use runs work with the snapshot in force, unbounded
 * @returns undefined before the first import, and for a scope that is gone
 */
export async function settleReaderScope(
  sql: Sql,
  tenantId: number,
  scopeId: string,
  use: <T>(work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>) => Promise<T>,
): Promise<ScopeOnSnapshot | undefined> {
  await inTenant(sql, tenantId, async (scoped) => {
    if (await settleScope(scoped, tenantId, scopeId)) await forgetSettledSuggestions(scoped, scopeId)
  })
  const found = await use(async (scoped, loaded) => ({
    loaded,
    keys: await keysOfScope(scoped, scopeId),
    suggestions: await unsettledSuggestions(scoped, scopeId),
  }))
  const { loaded, keys, suggestions } = found
  if (loaded === undefined || keys === undefined) return undefined
  if (suggestions.length > 0)
    await settleSuggestions(sql, tenantId, loaded.snapshot, { id: scopeId, keys }, suggestions)
  return { loaded, keys, version: versionWithin(loaded.version, scopeId, keys.revision) }
}

/** What a bounded reader sees of a snapshot. */
export function restrictedTo({ loaded, keys, version }: ScopeOnSnapshot): LoadedSnapshot {
  const { snapshot, importId } = loaded
  const buffer = restrictSnapshot(snapshot, {
    identities: marked(snapshot.identityKey, keys.people),
    ...(keys.boundsApplications && { applications: marked(snapshot.applicationKey, keys.applications) }),
  })
  return { importId, version, buffer, snapshot: readSnapshot(buffer) }
}

function marked(known: Int32Array, keys: Int32Array): Uint8Array {
  const marks = new Uint8Array(known.length)
  for (const ordinal of ordinalsOf(known, keys).ordinals) marks[ordinal] = 1
  return marks
}
