import { itemAt } from '@assay/errors'
import { identityStatuses, identityTypes, type Snapshot } from '@assay/mining'
import type { AccessProfile } from '@assay/profiles'
import type { CandidateData } from '../candidates.ts'
import { profileDrift } from './profile-drift.ts'

/** Entitlements that an access profile might give in addition: at least 80 % of its members hold them. */
export interface RoleUpdates {
  readonly profile: AccessProfile
  /** Members who are enabled people; ordinals, ascending. */
  readonly people: Uint32Array
  /** Most holders first; `holders` is the number of `people` to whom it is assigned. */
  readonly updates: readonly { readonly entitlement: number; readonly holders: number }[]
  /** The number of people who hold all of these. */
  readonly holdingAll: number
}

/** The share of the members from which on an entitlement is an update, in percent. */
const fromBand = 80

/** The updates of each profile, in order, with profiles that have none. Other requests continue between two profiles. */
export async function* roleUpdates(
  data: CandidateData,
  profiles: readonly AccessProfile[],
): AsyncGenerator<RoleUpdates> {
  const { snapshot } = data.loaded
  for await (const { profile, members, additions } of profileDrift(data, profiles)) {
    const people = members.filter((member) => isEnabledPerson(snapshot, member))
    const updates = additions
      .filter(({ band }) => band === fromBand)
      .map(({ entitlement, holders }) => ({ entitlement, holders }))
    yield { profile, people, updates, holdingAll: countHoldingAll(snapshot, people, updates) }
  }
}

/** Divides people into those to whom an entitlement is assigned, and the others. */
export function splitByHolding(snapshot: Snapshot, people: Uint32Array, entitlement: number) {
  const holds = (person: number) => rowOf(snapshot, person).includes(entitlement)
  return { holding: people.filter(holds), lacking: people.filter((person) => !holds(person)) }
}

function countHoldingAll(snapshot: Snapshot, people: Uint32Array, updates: RoleUpdates['updates']): number {
  if (updates.length === 0) return 0
  const isUpdate = new Uint8Array(snapshot.entitlementCount)
  for (const { entitlement } of updates) isUpdate[entitlement] = 1
  const countOf = (person: number) =>
    rowOf(snapshot, person).reduce((count, entitlement) => count + itemAt(isUpdate, entitlement), 0)
  return people.reduce((count, person) => (countOf(person) === updates.length ? count + 1 : count), 0)
}

function rowOf({ rowOffset, rowEntitlement }: Snapshot, person: number): Uint32Array {
  return rowEntitlement.subarray(rowOffset[person], rowOffset[person + 1])
}

function isEnabledPerson({ identityStatus, identityType }: Snapshot, person: number): boolean {
  return identityStatus[person] === identityStatuses.enabled && identityType[person] === identityTypes.human
}
