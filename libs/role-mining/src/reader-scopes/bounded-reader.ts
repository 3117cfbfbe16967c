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
 * Whether the people of the scope in the data in force, and the suggestions inside it, are computed. Called in a transaction of the bounded
 * reader.
 * @throws permission_denied for a scope that does not exist any more
 */
export async function isScopeSettled(sql: TenantSql, scopeId: string): Promise<boolean> {
  const { isCurrent } = await settledScope(sql, scopeId)
  return isCurrent && !(await hasUnsettledSuggestions(sql, scopeId))
}

/**
 * The version of the snapshot in force as the bounded reader sees it; undefined before the first import. While the scope is not settled, it
 * is a version that no snapshot has.
 * @throws permission_denied for a scope that does not exist any more
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

/** A scope whose people in a snapshot are computed. */
interface ScopeOnSnapshot {
  readonly loaded: LoadedSnapshot
  readonly keys: ScopeKeys
  /** The version, as `boundedVersion` returns it. */
  readonly version: string
}

/**
 * Computes the people of a scope in the data in force, and the suggestions inside it, unless that is done already. It holds no connection
 * while it checks cohorts.
 * @param use runs work with the whole snapshot in force
 * @returns undefined before the first import, and for a scope that does not exist any more
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

/** The part of a snapshot that a bounded reader sees. */
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
