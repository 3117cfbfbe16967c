import type { ScopeConditions } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { cohortMembers, ordinalOf, type Snapshot } from '@assay/mining'

/** The part of a scope that is about people. */
export type PeopleOfScope = Pick<ScopeConditions, 'filters' | 'managerId' | 'anyOf'>

/** The ids of the managers that a scope names. */
export function managersOfScope({ managerId, anyOf = [] }: PeopleOfScope): readonly string[] {
  return [...(managerId === undefined ? [] : [managerId]), ...anyOf.flatMap(managersOfScope)]
}

/** The attribute whose values are ids of managers. */
const managerAttribute = 'manager'

/** The ids of all managers in a snapshot, trimmed. */
export function managerIdsIn({ attributes }: Snapshot): readonly string[] {
  const values = attributes.find(({ key }) => key === managerAttribute)?.values ?? []
  return [...new Set(values.map((value) => value.trim()))]
}

/**
 * The people whom a scope selected in a snapshot that may no longer be in force: for each identity 1 if it is an enabled person of the
 * scope.
 * @param keyOfManager keys of people by their ids, for all managers and those of the scope
 * @returns undefined when the data lack an attribute or manager of the scope, so that its people are unknown
 */
export function peopleSelectedIn(
  snapshot: Snapshot,
  { filters, managerId, anyOf }: PeopleOfScope,
  keyOfManager: ReadonlyMap<string, number>,
): Uint8Array | undefined {
  if (anyOf !== undefined) {
    const each = anyOf.map((one) => peopleSelectedIn(snapshot, one, keyOfManager))
    const united = new Uint8Array(snapshot.identityCount)
    for (const marks of each) {
      if (marks === undefined) return undefined
      for (let person = 0; person < united.length; person++)
        united[person] = itemAt(united, person) | itemAt(marks, person)
    }
    return united
  }
  const known = new Set(snapshot.attributes.map(({ key }) => key))
  if (filters.some(({ attribute }) => !known.has(attribute))) return undefined
  if (managerId !== undefined && !known.has(managerAttribute)) return undefined
  const below = managerId === undefined ? undefined : peopleBelow(snapshot, managerId, keyOfManager)
  const marks = new Uint8Array(snapshot.identityCount)
  for (const person of cohortMembers(snapshot, filters)) marks[person] = below === undefined ? 1 : itemAt(below, person)
  return marks
}

/** The manager and everyone below, through any number of managers; circles are allowed. */
function peopleBelow(snapshot: Snapshot, managerId: string, keyOfManager: ReadonlyMap<string, number>): Uint8Array {
  const ofManager = new Map<number, string>()
  for (const [id, key] of keyOfManager) {
    const ordinal = ordinalOf(snapshot.identityKey, key)
    if (ordinal >= 0) ofManager.set(ordinal, id)
  }
  const reports = reportsByManager(snapshot)
  const marks = new Uint8Array(snapshot.identityCount)
  const first = ordinalOf(snapshot.identityKey, keyOfManager.get(managerId) ?? -1)
  if (first >= 0) marks[first] = 1
  const waiting = [managerId]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const person of reports.get(id) ?? []) {
      if (marks[person] === 1) continue
      marks[person] = 1
      const own = ofManager.get(person)
      if (own !== undefined) waiting.push(own)
    }
  }
  return marks
}

function reportsByManager({ attributes, identityCount }: Snapshot): ReadonlyMap<string, readonly number[]> {
  const reports = new Map<string, number[]>()
  const attribute = attributes.find(({ key }) => key === managerAttribute)
  if (attribute?.column === undefined) return reports
  for (let person = 0; person < identityCount; person++) {
    const value = itemAt(attribute.column, person)
    if (value < 0) continue
    const id = itemAt(attribute.values, value).trim()
    const known = reports.get(id)
    if (known === undefined) reports.set(id, [person])
    else known.push(person)
  }
  return reports
}
