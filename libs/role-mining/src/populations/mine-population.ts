import { createHash } from 'node:crypto'

import { type IdentityNameRanks, identityNameRanks, type UsedSources, usedSources } from '@assay/directory'

import { failedPrecondition, invalidArgument, itemAt } from '@assay/errors'
import {
  type MinedRole,
  MiningError,
  minePotentialRolesInThreads,
  type RoleDetails,
  type RoleMiningSettings,
  type RoleOutline,
  resolveRoleSettings,
  type Snapshot,
  type SpareThreads,
} from '@assay/mining'
import { type CompiledPolicies, policiesInForce, type StoredLeftOut, storedLeftOut } from '@assay/policies'
import { profileEntitlementSets } from '@assay/profiles'
import type { TenantSql } from '@assay/store'

import type { SnapshotCache } from '../snapshot-cache.ts'

import { eventQueue } from './event-queue.ts'

/** The request of a caller; keys are those of the directory. */
export interface WantedRoles {
  /** Undefined for every enabled identity. */
  readonly identityKeys: readonly number[] | undefined
  readonly settings: Partial<Pick<RoleMiningSettings, 'type' | 'tightness' | 'minIdentities' | 'minEntitlements'>>
}

/** An entitlement of a role, by the key of the directory. */
interface CountedEntitlement {
  readonly entitlementKey: number
  readonly grantedCount: number
  readonly organisationCount: number
}

/** A role by keys of the directory. */
export interface PopulationRole
  extends Pick<MinedRole, 'tightness' | 'density' | 'freshness' | 'quality' | 'explanation'>,
    Pick<RoleDetails, 'organisationSize' | 'spreads'> {
  /** Sorted by name. */
  readonly identityKeys: readonly number[]
  /** Most popular first, as are the next two lists. */
  readonly entitlements: readonly CountedEntitlement[]
  readonly commonAccess: readonly CountedEntitlement[]
  readonly usages: readonly { readonly applicationKey: number; readonly identityCount: number }[]
  /** The entitlements that policies removed from it, in the order of the policies; absent when they removed none. */
  readonly leftOut?: readonly StoredLeftOut[]
}

export type PopulationEvent =
  | { readonly kind: 'progress'; readonly share: number }
  /** `basis` is equal for equal data: then the roles are equal and have the same order. */
  | {
      readonly kind: 'outline'
      readonly importId: string
      readonly basis: string
      readonly outline: RoleOutline
    }
  | { readonly kind: 'role'; readonly role: PopulationRole }
  | { readonly kind: 'summary'; readonly roleCount: number; readonly explainedGrantCount: number }

interface PopulationOptions {
  readonly threads: number
  readonly spares?: SpareThreads | undefined
  readonly signal: AbortSignal
  /** The number of roles that may wait for the reader; 64 by default. The threads wait while there are as many. */
  readonly mostUntaken?: number
}

/**
 * Mines a population on worker threads and stores nothing; yields each role as soon as it is finished. When the signal is aborted, the
 * threads end, and then the generator ends.
 * @throws invalid_argument with the name of the setting, failed_precondition when there is no snapshot
 */
export async function* minePopulation(
  snapshots: SnapshotCache,
  tenantId: number,
  { identityKeys, settings: wanted }: WantedRoles,
  { threads, spares, signal, mostUntaken = 64 }: PopulationOptions,
): AsyncGenerator<PopulationEvent, void> {
  checkRanges(wanted)
  const { loaded, profiles, companion, policies } = await snapshots.use(tenantId, async (sql, loaded) => {
    if (loaded === undefined) {
      throw failedPrecondition('There is no access data to mine yet; commit an import first', { reason: 'NO_SNAPSHOT' })
    }
    return {
      loaded,
      profiles: await profileEntitlementSets(sql),
      companion: await companionOf(sql, loaded.snapshot),
      policies: await policiesInForce(sql, loaded.snapshot),
    }
  })
  const { snapshot } = loaded
  const entitlementOrdinals = ordinalsByKey(snapshot.entitlementKey)
  const ordinalsOf = ({ entitlementKeys }: { readonly entitlementKeys: readonly number[] }) =>
    entitlementKeys.flatMap((key) => entitlementOrdinals.get(key) ?? [])
  const settings: Partial<RoleMiningSettings> = {
    ...wanted,
    population: identityKeys && enabledOrdinals(snapshot, identityKeys),
    existingProfiles: profiles.map(ordinalsOf),
    commonEntitlements: [...new Set(profiles.filter(({ commonAccess }) => commonAccess).flatMap(ordinalsOf))],
    policies: policies?.inForce,
  }
  const describe = { snapshot, policies, ...companion }
  const basis = createHash('sha256')
    .update(
      JSON.stringify([loaded.importId, settings.existingProfiles, settings.commonEntitlements, policies?.version]),
    )
    .digest('hex')
  yield* eventQueue<PopulationEvent>(async (emit, stop) => {
    let roleCount = 0
    const { explainedGrants } = await minePotentialRolesInThreads(loaded.buffer, settings, {
      threads: snapshot.grantCount < fewestGrantsForThreads ? 1 : threads,
      spares: snapshot.grantCount > mostGrantsForSpares ? undefined : spares,
      signal: stop,
      mostUntaken,
      keepsRoles: false,
      // There are few of them, and none comes while the threads wait for roles to be taken.
      onProgress: ({ share }) => void emit({ kind: 'progress', share }),
      onOutline: (outline) => void emit({ kind: 'outline', importId: loaded.importId, basis, outline }),
      onRole: (role, _, details) => {
        roleCount++
        return emit({ kind: 'role', role: inKeys(role, details, describe) })
      },
    })
    void emit({ kind: 'summary', roleCount, explainedGrantCount: explainedGrants })
  }, signal)
}

/** With fewer grants, starting another thread takes longer than the time it saves. */
const fewestGrantsForThreads = 20_000

/** With more grants, an idle thread would hold too much memory, and starting one takes little of the whole time. */
const mostGrantsForSpares = 1_000_000

/** The data of the directory that the description of roles needs beside the snapshot. */
interface Companion {
  readonly ranks: IdentityNameRanks
  readonly used: UsedSources
}

/** Names and usage change only with imports, as the snapshot does, and reading them takes longer than mining a department. */
const companions = new WeakMap<Snapshot, Companion>()

async function companionOf(sql: TenantSql, snapshot: Snapshot): Promise<Companion> {
  const known = companions.get(snapshot)
  if (known !== undefined) return known
  const companion = { ranks: await identityNameRanks(sql, snapshot), used: await usedSources(sql, snapshot) }
  companions.set(snapshot, companion)
  return companion
}

/** Call it before anything is loaded. @throws invalid_argument with the name of the setting */
export function checkRanges(settings: WantedRoles['settings']): void {
  try {
    resolveRoleSettings(settings, { identityCount: 0, entitlementCount: 0 })
  } catch (error) {
    if (!(error instanceof MiningError) || error.kind !== 'bad_settings') throw error
    const field = error.field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    throw invalidArgument(field, `must be ${error.expected}, not ${error.got}`)
  }
}

/** The caller chose the keys a moment ago. An import may have happened since, so people who are no longer enabled are left out. */
function enabledOrdinals(snapshot: Snapshot, keys: readonly number[]): number[] {
  const ordinals = ordinalsByKey(snapshot.identityKey)
  return keys.flatMap((key) => {
    const ordinal = ordinals.get(key)
    return ordinal === undefined || snapshot.identityStatus[ordinal] !== 0 ? [] : ordinal
  })
}

function ordinalsByKey(keys: Int32Array): ReadonlyMap<number, number> {
  return new Map(Array.from(keys, (key, ordinal) => [key, ordinal]))
}

function inKeys(
  role: MinedRole,
  details: RoleDetails,
  { snapshot, ranks, used, policies }: Companion & { snapshot: Snapshot; policies: CompiledPolicies | undefined },
): PopulationRole {
  const { tightness, density, freshness, quality, explanation, identities, leftOut } = role
  const commonAccess = counted(
    snapshot,
    details.commonEntitlements,
    details.commonGrantedCount,
    details.commonOrganisationCount,
  )
  const ofSources = [...role.entitlements, ...details.commonEntitlements].map((e) =>
    itemAt(snapshot.entitlementApplication, e),
  )
  return {
    identityKeys: ranks.keysByName(identities),
    entitlements: counted(snapshot, role.entitlements, role.grantedCount, details.organisationCount),
    commonAccess,
    usages: used.by(identities, new Set(ofSources)),
    tightness,
    density,
    freshness,
    quality,
    ...(explanation !== undefined && { explanation }),
    ...(leftOut && policies && { leftOut: storedLeftOut(snapshot, policies, leftOut) }),
    organisationSize: details.organisationSize,
    spreads: details.spreads,
  }
}

function counted(
  { entitlementKey }: Snapshot,
  entitlements: Uint32Array,
  granted: Uint32Array,
  organisation: Uint32Array,
): CountedEntitlement[] {
  return Array.from(entitlements, (entitlement, i) => ({
    entitlementKey: itemAt(entitlementKey, entitlement),
    grantedCount: itemAt(granted, i),
    organisationCount: itemAt(organisation, i),
  })).sort((a, b) => b.grantedCount - a.grantedCount || a.entitlementKey - b.entitlementKey)
}
