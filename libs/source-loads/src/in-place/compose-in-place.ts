import {
  commitGrantChanges,
  type GrantChanges,
  type Import,
  importedEntitlements,
  importKeyOf,
  NotInPlace,
  type SaidGrant,
  usageReach,
} from '@assay/directory'
import type { Composition, FoundGrants } from '@assay/sources'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { composed } from '../correlation.ts'
import { type ComposedSource, grantSourceOf } from '../stored-records.ts'
import { type ComposedState, composedState, linksHash } from './composed-state.ts'
import { exactGrants } from './exact-grants.ts'
import { changedGrantRecords } from './grant-records.ts'
import { mostChangedGrants } from './load-difference.ts'
import { type OrphanChange, orphanChanges, orphanRows } from './orphan-changes.ts'

type CommitOptions = Parameters<typeof commitGrantChanges>[4]

interface ComposedInPlace {
  readonly sources: readonly ComposedSource[]
  readonly orphans: readonly OrphanChange[]
  /** See `ComposedState`. */
  readonly links: string
}

interface InPlace {
  readonly tenantId: number
  readonly importId: string
  readonly sources: readonly ComposedSource[]
  readonly day: string
  readonly signal: AbortSignal
  readonly onWhole: (reason: string) => void
  readonly onNames: (how: 'exact' | 'composed') => void
  readonly options: (result: ComposedInPlace) => CommitOptions
}

/**
 * Brings changed grants of loads into force without combining everything again. Returns undefined, and changes nothing, when the
 * result might differ from that of a whole composition: when more than grants differs from the access in force, when much differs,
 * or when the changed rows affect how others are resolved.
 */
export async function composeInPlace(sql: Sql, composing: InPlace): Promise<Import | undefined> {
  const { tenantId, importId, signal } = composing
  try {
    const { changes, result } = await inTenant(sql, tenantId, (scoped) => changesOf(scoped, composing), {
      isolation: 'repeatable read',
      signal,
    })
    return await commitGrantChanges(sql, tenantId, importId, changes, composing.options(result))
  } catch (error) {
    if (!(error instanceof NotInPlace)) throw error
    composing.onWhole(error.message)
    return undefined
  }
}

async function changesOf(
  sql: TenantSql,
  { importId, sources, day, onNames }: InPlace,
): Promise<{ changes: GrantChanges; result: ComposedInPlace }> {
  const state = await composedState(sql)
  if (state === undefined || state.importKey === importKeyOf(importId)) {
    throw new NotInPlace('the composition in force is not recorded')
  }
  await refuseOther(sql, state, sources, day)
  const changed = sources.filter(({ isStaged }) => isStaged)
  // Without people, accounts are the people; without accounts, grants determine the people.
  if (!sources.some(({ definesPeople, counts }) => definesPeople && counts.people > 0)) {
    throw new NotInPlace('no source defines people')
  }
  const exact = await exactGrants(sql, { sources, changed, day })
  onNames(exact === undefined ? 'composed' : 'exact')
  if (exact !== undefined) {
    return {
      changes: { base: state.importKey, ...exact, undescribed: [] },
      result: { sources, orphans: [], links: state.links },
    }
  }
  const { composition, faults } = await composed(sql, sources, { day, accountsOf: changed })
  const undescribed = await undescribedOf(sql, composition)
  if (undescribed.length > 0 && sources.some((source) => !namesExactly(source))) {
    throw new NotInPlace('entitlements that only grants name affect how others are resolved')
  }
  const counts = [orphanRows(composition)]
  const said: SaidGrant[][] = []
  for (const isAdded of [false, true]) {
    const found: SaidGrant[] = []
    for (const source of changed) found.push(...(await saidBy(sql, composition, source, isAdded)))
    said.push(found)
    counts.push(orphanRows(composition))
  }
  if (faults.count > 0) throw new NotInPlace('there are faults')
  const [removed = [], added = []] = said
  const touched = new Set(removed.map(({ applicationId, entitlementId }) => `${applicationId}\0${entitlementId}`))
  return {
    changes: {
      base: state.importKey,
      removed,
      added,
      undescribed: undescribed.filter((name) => touched.has(name.join('\0'))),
    },
    result: { sources, orphans: orphanChanges(composition, counts), links: state.links },
  }
}

/** @throws NotInPlace unless the sources are those in force, apart from grants of loads */
async function refuseOther(
  sql: TenantSql,
  state: ComposedState,
  sources: readonly ComposedSource[],
  day: string,
): Promise<void> {
  const isAlike =
    sources.length === state.sources.length && sources.every((source, at) => isBuiltOn(source, state.sources[at]))
  if (!isAlike) throw new NotInPlace('more than grants differs')
  if (state.links !== (await linksHash(sql))) throw new NotInPlace('links of accounts differ')
  if (state.day !== day) {
    // On another day other grants have ended, and usage with tomorrow's date counts differently.
    const reach = await usageReach(sql)
    if (sources.some(({ traits }) => traits?.ends !== false) || (reach !== undefined && reach >= state.day)) {
      throw new NotInPlace('the composition in force is of another day')
    }
  }
  const rows = (of: readonly ComposedSource[]) =>
    of.reduce((sum, { difference }) => sum + (difference === null ? 0 : difference.removed + difference.added), 0)
  const changes = rows(sources.filter(({ isStaged }) => isStaged))
  const grants = sources.reduce((sum, { counts }) => sum + counts.grants, 0)
  if (changes > Math.min(mostChangedGrants, Math.max(1_000, mostChangedShare * grants))) {
    throw new NotInPlace('much differs')
  }
}

/** For a larger share of changes, a whole composition is as fast. */
const mostChangedShare = 0.25

function isBuiltOn(
  { id, name, definesPeople, load, isStaged, difference, before }: ComposedSource,
  inForce: ComposedState['sources'][number] | undefined,
): boolean {
  if (inForce?.id !== id || inForce.name !== name || inForce.definesPeople !== definesPeople) return false
  if (!isStaged) return inForce.load === load
  return difference !== null && difference.load === inForce.load && difference.records === before
}

/** Entitlements that no source describes and only grants name. */
async function undescribedOf(
  sql: TenantSql,
  { directory }: Composition,
): Promise<(readonly [applicationId: string, id: string])[]> {
  const present = await sql<{ application: string; id: string }[]>`
    select application_id as application, id from ${importedEntitlements(sql)} e`
  const undescribed = present.filter(({ application, id }) => directory.entitlementOf(application, id) === undefined)
  if (present.length - undescribed.length !== directory.entitlements.length) {
    throw new NotInPlace('entitlements of sources are not in force')
  }
  for (const { application, id } of undescribed) {
    const place = { part: '', at: 0 }
    directory.addEntitlement({ application, id, source: '', place, fields: {}, isDescribed: false })
  }
  return undescribed.map(({ application, id }) => [application, id])
}

/** Whether its grants name entitlements, and the groups that hold others, only by application and id. */
function namesExactly({ forms, traits }: ComposedSource): boolean {
  return (
    traits?.unplaced === false &&
    forms.grants.every(
      ({ holder, entitlement }) =>
        entitlement.length === 0 && (holder.namesApplication === true || !holder.among.includes('entitlements')),
    )
  )
}

async function saidBy(
  sql: TenantSql,
  composition: Composition,
  source: ComposedSource,
  isAdded: boolean,
): Promise<SaidGrant[]> {
  const { id, load, before } = source
  const rows = changedGrantRecords(sql, load, source, before ?? 0, isAdded)
  const found = await composition.findGrants(grantSourceOf(sql, source, rows))
  refuseStructure(found)
  return found.grants.map(({ identity, application, entitlement, grantedAt, lastUsedAt }) => ({
    identityId: identity,
    applicationId: application,
    entitlementId: entitlement,
    sourceId: id,
    grantedAt,
    lastUsedAt,
  }))
}

function refuseStructure({ memberships, newEntitlements }: FoundGrants): void {
  if (memberships > 0) throw new NotInPlace('groups in groups differ')
  if (newEntitlements > 0) throw new NotInPlace('grants name new entitlements')
}
