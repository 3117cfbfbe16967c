import type { AccessClosure } from './access/access-closure.ts'
import { encodeSnapshotToBuffer } from './encode-snapshot.ts'
import type { Snapshot, SnapshotAttribute, SnapshotParts } from './snapshot.ts'

/** The identities and applications that stay in a snapshot: 1 for each that stays. */
interface Restriction {
  readonly identities: Uint8Array
  /** Undefined means all applications. */
  readonly applications?: Uint8Array | undefined
}

/**
 * Restricts a snapshot to some people, and optionally to some applications: their rows and their values, without any data about other
 * people. The result is one buffer, for `readSnapshot` and for other threads. Keys stay the same; ordinals are new, in the same order.
 */
export function restrictSnapshot(snapshot: Snapshot, { identities, applications }: Restriction): SharedArrayBuffer {
  const people = ordinalsIn(identities)
  const keptApplications = applications === undefined ? undefined : ordinalsIn(applications)
  const columns = keptApplications === undefined ? undefined : keptColumns(snapshot, keptApplications)
  const parts: SnapshotParts = {
    identityKey: people.values(snapshot.identityKey),
    identityStatus: people.values(snapshot.identityStatus),
    identityType: people.values(snapshot.identityType),
    applicationKey: keptApplications?.values(snapshot.applicationKey) ?? snapshot.applicationKey,
    entitlementKey: columns?.values(snapshot.entitlementKey) ?? snapshot.entitlementKey,
    entitlementApplication:
      columns === undefined || keptApplications === undefined
        ? snapshot.entitlementApplication
        : columns.values(snapshot.entitlementApplication).map((one) => keptApplications.place[one]!),
    ...keptRows(snapshot, people.kept, columns?.place),
    attributes: snapshot.attributes.map((attribute) => keptValues(attribute, people.kept)),
    ...(snapshot.closure !== undefined && closurePart(snapshot.closure, columns)),
  }
  return encodeSnapshotToBuffer(parts)
}

/** The ordinals that stay, and the new position of each ordinal (-1 for removed ones). */
interface Kept {
  readonly kept: Uint32Array
  readonly place: Int32Array
  values<Column extends Int32Array | Uint32Array | Uint8Array>(column: Column): Column
}

function ordinalsIn(marks: Uint8Array): Kept {
  const place = new Int32Array(marks.length).fill(-1)
  let count = 0
  for (let ordinal = 0; ordinal < marks.length; ordinal++) if (marks[ordinal] === 1) place[ordinal] = count++
  const kept = new Uint32Array(count)
  for (let ordinal = 0; ordinal < marks.length; ordinal++) if (place[ordinal]! >= 0) kept[place[ordinal]!] = ordinal
  return {
    kept,
    place,
    values: (column) => column.filter((_, ordinal) => marks[ordinal] === 1) as typeof column,
  }
}

function keptColumns({ entitlementApplication }: Snapshot, { place }: Kept): Kept {
  return ordinalsIn(Uint8Array.from(entitlementApplication, (application) => (place[application]! >= 0 ? 1 : 0)))
}

function keptRows(
  { rowOffset, rowEntitlement, lastUsedDay }: Snapshot,
  people: Uint32Array,
  place: Int32Array | undefined,
): Pick<SnapshotParts, 'rowOffset' | 'rowEntitlement' | 'lastUsedDay'> {
  let most = 0
  for (const person of people) most += rowOffset[person + 1]! - rowOffset[person]!
  const offset = new Uint32Array(people.length + 1)
  const held = new Uint32Array(most)
  const days = lastUsedDay === undefined ? undefined : new Uint16Array(most)
  let count = 0
  for (let row = 0; row < people.length; row++) {
    const end = rowOffset[people[row]! + 1]!
    for (let at = rowOffset[people[row]!]!; at < end; at++) {
      const column = place === undefined ? rowEntitlement[at]! : place[rowEntitlement[at]!]!
      if (column < 0) continue
      if (days !== undefined && lastUsedDay !== undefined) days[count] = lastUsedDay[at]!
      held[count++] = column
    }
    offset[row + 1] = count
  }
  return {
    rowOffset: offset,
    rowEntitlement: held.subarray(0, count),
    ...(days !== undefined && { lastUsedDay: days.subarray(0, count) }),
  }
}

/**
 * The values that at least one of the remaining people has, numbered in order of appearance, as an import of these people alone would
 * number them.
 */
function keptValues(attribute: SnapshotAttribute, people: Uint32Array): SnapshotAttribute {
  const place = new Int32Array(attribute.values.length).fill(-1)
  const values: string[] = []
  const numbered = (ordinal: number) => {
    if (place[ordinal]! < 0) place[ordinal] = values.push(attribute.values[ordinal]!) - 1
    return place[ordinal]!
  }
  if (attribute.lists === undefined) {
    const { column } = attribute
    const kept = Int32Array.from(people, (person) => (column[person]! < 0 ? -1 : numbered(column[person]!)))
    return { key: attribute.key, values, column: kept }
  }
  const { offset, value } = attribute.lists
  const rows = Array.from(people, (person) => value.subarray(offset[person], offset[person + 1]))
  for (const row of rows) row.forEach(numbered)
  const keptOffset = new Uint32Array(people.length + 1)
  const keptValue = new Uint32Array(rows.reduce((sum, { length }) => sum + length, 0))
  for (const [index, row] of rows.entries()) {
    keptValue.set(Uint32Array.from(row!, (ordinal) => place[ordinal]!).sort(), keptOffset[index])
    keptOffset[index + 1] = keptOffset[index]! + row.length
  }
  return { key: attribute.key, values, lists: { offset: keptOffset, value: keptValue } }
}

function closurePart(closure: AccessClosure, columns: Kept | undefined): { readonly closure?: AccessClosure } {
  if (columns === undefined) return { closure }
  const group: number[] = []
  const groupRow: number[] = []
  const rows: Uint32Array[] = []
  const rowPlace = new Map<number, number>()
  for (const [index, entitlement] of closure.group.entries()) {
    const row = closure.groupRow[index]!
    const given = closure.givenEntitlement
      .subarray(closure.givenOffset[row], closure.givenOffset[row + 1])
      .filter((one) => columns.place[one]! >= 0)
      .map((one) => columns.place[one]!)
    const place = columns.place[entitlement]!
    if (place < 0 || given.length === 0) continue
    const known = rowPlace.get(row) ?? rows.push(given) - 1
    rowPlace.set(row, known)
    group.push(place)
    groupRow.push(known)
  }
  if (group.length === 0) return {}
  const givenOffset = new Uint32Array(rows.length + 1)
  for (const [row, { length }] of rows.entries()) givenOffset[row + 1] = givenOffset[row]! + length
  const givenEntitlement = new Uint32Array(givenOffset[rows.length]!)
  for (const [row, given] of rows.entries()) givenEntitlement.set(given, givenOffset[row])
  return {
    closure: { group: Uint32Array.from(group), groupRow: Uint32Array.from(groupRow), givenOffset, givenEntitlement },
  }
}
