import type { CommonAccess } from '../cohort-result.ts'
import { sharedUint32 } from '../shared-arrays.ts'
import { identityStatuses, identityTypes, type Snapshot } from '../snapshot.ts'
import { graphOfRows, type RoleGraph } from './role-graph.ts'
import type { RoleMiningSettings } from './role-settings.ts'

/** The part of a snapshot from which roles are mined. */
export interface RolePopulation {
  /** Identity ordinal of each person, ascending. */
  readonly persons: Uint32Array
  /** Entitlement ordinal of each entitlement of the graph, ascending. */
  readonly kept: Uint32Array
  readonly graph: RoleGraph
  /** Entitlements that are excluded from roles, the most held first. Counts and shares refer to the enabled people. */
  readonly commonAccess: readonly CommonAccess[]
  /** All grants of the population, including those that cannot be in a role. */
  readonly grantCount: number
  readonly organisation: Organisation
}

/** The enabled people of the whole organisation. */
interface Organisation {
  readonly size: number
  /** The number of enabled people who hold each entitlement of the snapshot. */
  readonly holders: Uint32Array
}

/** Removes common access and entitlements with fewer than `minHolders` holders in the population, and renumbers the rest. */
export function preparePopulationOfRoles(
  snapshot: Snapshot,
  settings: RoleMiningSettings,
  minHolders: number,
): RolePopulation {
  const persons = personsOf(snapshot, settings)
  const holders = countHolders(snapshot, persons)
  const organisation = organisationOf(snapshot, persons, holders)
  const commonAccess = commonAccessOf(organisation, settings)
  const isCommon = new Uint8Array(snapshot.entitlementCount)
  for (const { entitlement } of commonAccess) isCommon[entitlement] = 1
  const { rowOffset: fullOffset, rowEntitlement: full } = snapshot
  const ordinal = new Int32Array(snapshot.entitlementCount).fill(-1)
  const keptList: number[] = []
  let grantCount = 0
  let keptGrants = 0
  for (let e = 0; e < snapshot.entitlementCount; e++) {
    grantCount += holders[e]!
    if (isCommon[e] === 1 || holders[e]! < minHolders) continue
    ordinal[e] = keptList.length
    keptList.push(e)
    keptGrants += holders[e]!
  }
  const rowOffset = sharedUint32(persons.length + 1)
  const rowEntitlement = sharedUint32(keptGrants)
  let write = 0
  for (let p = 0; p < persons.length; p++) {
    write = copyRow(full, fullOffset[persons[p]!]!, fullOffset[persons[p]! + 1]!, ordinal, rowEntitlement, write)
    rowOffset[p + 1] = write
  }
  return {
    persons,
    kept: Uint32Array.from(keptList),
    graph: graphOfRows(keptList.length, rowOffset, rowEntitlement),
    commonAccess,
    grantCount,
    organisation,
  }
}

/** The requested identities, ascending and without duplicates; by default all enabled identities. */
export function personsOf(snapshot: Snapshot, settings: Pick<RoleMiningSettings, 'population'>): Uint32Array {
  if (settings.population !== undefined) return Uint32Array.from(new Set(Array.from(settings.population))).sort()
  return Uint32Array.from(snapshot.identityStatus.keys()).filter(
    (i) => snapshot.identityStatus[i] === identityStatuses.enabled,
  )
}

/** For each entitlement, how many of some identities hold it. */
export function countHolders({ rowOffset, rowEntitlement, entitlementCount }: Snapshot, who: Uint32Array): Uint32Array {
  const holders = new Uint32Array(entitlementCount)
  for (let p = 0; p < who.length; p++) countRow(rowEntitlement, rowOffset[who[p]!]!, rowOffset[who[p]! + 1]!, holders)
  return holders
}

/** Ordinals of the enabled people of the whole organisation. */
export function enabledPeople(snapshot: Snapshot): Uint32Array {
  return Uint32Array.from(snapshot.identityStatus.keys()).filter(
    (i) => snapshot.identityStatus[i] === identityStatuses.enabled && snapshot.identityType[i] === identityTypes.human,
  )
}

/** The organisation, from a population whose holders are already counted: mostly both have the same people. */
export function organisationOf(snapshot: Snapshot, persons: Uint32Array, holders: Uint32Array): Organisation {
  const people = enabledPeople(snapshot)
  const isSame = people.length === persons.length && people.every((identity, p) => identity === persons[p])
  return { size: people.length, holders: isSame ? holders : countHolders(snapshot, people) }
}

function commonAccessOf({ size, holders }: Organisation, settings: RoleMiningSettings): CommonAccess[] {
  const decided = new Set(Array.from(settings.commonEntitlements))
  const found: CommonAccess[] = []
  for (let entitlement = 0; entitlement < holders.length; entitlement++) {
    const grantedCount = holders[entitlement]!
    const coverage = size === 0 ? 0 : grantedCount / size
    const isUsual = grantedCount > 0 && coverage >= settings.commonAccessShare
    if (isUsual || decided.has(entitlement)) found.push({ entitlement, grantedCount, coverage })
  }
  return found.sort((a, b) => b.grantedCount - a.grantedCount || a.entitlement - b.entitlement)
}

// The row loops are separate functions: see `countRow` of count-cohorts.ts.

function countRow(row: Uint32Array, start: number, end: number, count: Uint32Array): void {
  for (let at = start; at < end; at++) count[row[at]!]!++
}

function copyRow(
  row: Uint32Array,
  start: number,
  end: number,
  ordinal: Int32Array,
  target: Uint32Array,
  targetStart: number,
): number {
  let write = targetStart
  for (let at = start; at < end; at++) {
    const e = ordinal[row[at]!]!
    if (e >= 0) target[write++] = e
  }
  return write
}
