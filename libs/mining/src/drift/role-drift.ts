import { candidateImpact } from '../impact/candidate-impact.ts'
import type { EntitlementHolders } from '../impact/entitlement-holders.ts'
import { identityStatuses, identityTypes, type Snapshot } from '../snapshot.ts'

/** A role in force and the data for the comparison. Ordinals, ascending, without duplicates. */
interface DriftQuestion {
  readonly snapshot: Snapshot
  readonly holders: EntitlementHolders
  readonly entitlements: Uint32Array
  readonly members: Uint32Array
  /** Per entitlement 1 for common access, which no role needs to give. */
  readonly isCommon: Uint8Array
  /** Days since 1970-01-01. A grant whose known last use is before this day is not used. */
  readonly unusedBefore: number
  /** Per identity 1 when the reader may see it; undefined means all. */
  readonly isVisible?: Uint8Array | undefined
}

/** Shares of the members, in percent, the highest first. */
const bands = [80, 50] as const

/** The differences between a role and the access data. Enabled people only; ordinals. */
export interface RoleDrift {
  readonly people: number
  /** Entitlements that members share and the role does not have, the most held first, then by ordinal. */
  readonly additions: readonly {
    readonly entitlement: number
    readonly holders: number
    readonly band: (typeof bands)[number]
  }[]
  /** Entitlements that members no longer hold or use, by ordinal. `holders` are the members to whom it is assigned. */
  readonly removals: readonly {
    readonly entitlement: number
    readonly holders: number
    readonly reason: 'not_held' | 'not_used'
  }[]
  /** People outside the role who hold all of its entitlements, ascending. */
  readonly outsideHolders: Uint32Array
  /** Members who lack entitlements, ascending; parallel to it, how many they lack. */
  readonly lackingMembers: Uint32Array
  readonly lacking: Uint32Array
}

export function roleDrift(question: DriftQuestion): RoleDrift {
  const { entitlements } = question
  const { identities, entitlements: byPosition } = candidateImpact({
    ...question,
    mode: 'add',
    others: [],
    marks: new Uint8Array(question.snapshot.entitlementCount),
  })
  const { people, assigned, unused } = countMembers(question)
  const inRole = new Uint8Array(assigned.length)
  for (const entitlement of entitlements) inRole[entitlement] = 1
  const lackingAt = identities.gains.map((gains, place) => (gains > 0 ? place + 1 : 0)).filter((place) => place > 0)
  const holdsAll = (place: number) =>
    entitlements.length > 0 &&
    identities.alreadyHeld[place]! + identities.gains[place]! === 0 &&
    identities.unchanged[place] === entitlements.length
  return {
    people,
    additions: additionsOf(question, people, assigned, inRole),
    removals: Array.from(entitlements, (entitlement, position) => ({
      entitlement,
      holders: assigned[entitlement],
      reason: reasonOf(byPosition.alreadyHeld[position]!, assigned[entitlement]!, unused[entitlement]!),
    })).filter((one) => people > 0 && one.reason !== undefined) as RoleDrift['removals'],
    outsideHolders: identities.identity.filter((_, place) => holdsAll(place)),
    lackingMembers: lackingAt.map((place) => identities.identity[place - 1]!),
    lacking: lackingAt.map((place) => identities.gains[place - 1]!),
  }
}

function reasonOf(held: number, assigned: number, unused: number) {
  if (held === 0) return 'not_held' as const
  // Access through a group has no day of last use.
  return held === assigned && unused === assigned ? ('not_used' as const) : undefined
}

/** For the members who are enabled people: how many are assigned each entitlement, and how many of these do not use it. */
function countMembers({ snapshot, members, unusedBefore, isVisible }: DriftQuestion) {
  const { identityStatus, identityType, rowOffset, rowEntitlement, lastUsedDay, entitlementCount } = snapshot
  const assigned = new Uint32Array(entitlementCount)
  const unused = new Uint32Array(entitlementCount)
  let people = 0
  for (let i = 0; i < members.length; i++) {
    const member = members[i]!
    if (identityStatus[member] !== identityStatuses.enabled || identityType[member] !== identityTypes.human) continue
    if (isVisible !== undefined && isVisible[member] === 0) continue
    people++
    countRow(rowEntitlement, rowOffset[member]!, rowOffset[member + 1]!, lastUsedDay, unusedBefore, assigned, unused)
  }
  return { people, assigned, unused }
}

/** A separate loop function: since it is called often, V8 compiles it as a whole. */
function countRow(
  row: Uint32Array,
  start: number,
  end: number,
  lastUsedDay: Uint16Array | undefined,
  unusedBefore: number,
  assigned: Uint32Array,
  unused: Uint32Array,
): void {
  for (let at = start; at < end; at++) {
    assigned[row[at]!]!++
    if (lastUsedDay !== undefined && lastUsedDay[at]! > 0 && lastUsedDay[at]! < unusedBefore) unused[row[at]!]!++
  }
}

function additionsOf({ isCommon }: DriftQuestion, people: number, assigned: Uint32Array, inRole: Uint8Array) {
  const found: RoleDrift['additions'][number][] = []
  const [most, half] = bands
  if (people === 0) return found
  for (let entitlement = 0; entitlement < assigned.length; entitlement++) {
    const holders = assigned[entitlement]!
    if (holders * 100 < half * people || inRole[entitlement] === 1 || isCommon[entitlement] === 1) continue
    found.push({ entitlement, holders, band: holders * 100 >= most * people ? most : half })
  }
  return found.sort((a, b) => b.holders - a.holders || a.entitlement - b.entitlement)
}
