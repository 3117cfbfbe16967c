import { eachValue } from '../attribute-lists.ts'
import { identityStatuses, identityTypes, type Snapshot, type SnapshotAttribute } from '../snapshot.ts'

/** Counts of people who got or lost one value of an attribute. */
interface ValueChange {
  readonly value: string
  /** People who are enabled now and were absent or disabled before; and the reverse. */
  readonly joined: number
  readonly left: number
  /** People who are enabled in both snapshots and got or lost the value. */
  readonly movedIn: number
  readonly movedOut: number
}

interface AttributeChange {
  readonly attribute: string
  /** People who are enabled in both snapshots and whose values differ. */
  readonly moved: number
  /** The most changed first; unchanged values are omitted. */
  readonly values: readonly ValueChange[]
}

/** Added and removed grants of one entitlement, of enabled people. */
interface EntitlementChange {
  /** The tenant's stable key of the entitlement. */
  readonly key: number
  readonly added: number
  readonly removed: number
  /** The part of these grants that belongs to people who joined, and to people who left. */
  readonly addedByJoined: number
  readonly removedByLeft: number
}

/** The differences between two snapshots, for enabled people. */
export interface SnapshotChanges {
  readonly peopleBefore: number
  readonly peopleAfter: number
  readonly joined: number
  readonly left: number
  readonly grantsBefore: number
  readonly grantsAfter: number
  readonly grantsAdded: number
  readonly grantsRemoved: number
  readonly attributes: readonly AttributeChange[]
  /** The most changed first, equal ones by key; unchanged entitlements are omitted. */
  readonly entitlements: readonly EntitlementChange[]
}

/** Compares two snapshots of a tenant by its stable keys. The time is linear in people and grants. */
export function changesBetween(before: Snapshot, after: Snapshot): SnapshotChanges {
  const pairs = pairPeople(before, after)
  const joined = pairs.filter(([old]) => old < 0).map(([, now]) => now)
  const left = pairs.filter(([, now]) => now < 0).map(([old]) => old)
  const stayed = pairs.filter(([old, now]) => old >= 0 && now >= 0)
  const entitlements = new GrantCounts(before, after)
  for (const [old, now] of pairs) entitlements.compare(old, now)
  const changed = entitlements.changed()
  const sum = (read: (one: EntitlementChange) => number) => changed.reduce((total, one) => total + read(one), 0)
  return {
    peopleBefore: pairs.length - joined.length,
    peopleAfter: pairs.length - left.length,
    joined: joined.length,
    left: left.length,
    grantsBefore: entitlements.grantsBefore,
    grantsAfter: entitlements.grantsAfter,
    grantsAdded: sum(({ added }) => added),
    grantsRemoved: sum(({ removed }) => removed),
    attributes: attributeChanges(before, after, joined, left, stayed),
    entitlements: changed,
  }
}

function isPerson({ identityStatus, identityType }: Snapshot, identity: number): boolean {
  return identityStatus[identity] === identityStatuses.enabled && identityType[identity] === identityTypes.human
}

/** Each person who is enabled in either snapshot, with the ordinals in both; -1 where the person is absent. Keys ascend in both. */
function pairPeople(before: Snapshot, after: Snapshot): (readonly [old: number, now: number])[] {
  const pairs: (readonly [number, number])[] = []
  let old = 0
  let now = 0
  while (old < before.identityCount || now < after.identityCount) {
    const oldKey = old < before.identityCount ? before.identityKey[old]! : Number.POSITIVE_INFINITY
    const nowKey = now < after.identityCount ? after.identityKey[now]! : Number.POSITIVE_INFINITY
    const was = oldKey <= nowKey && isPerson(before, old)
    const is = nowKey <= oldKey && isPerson(after, now)
    if (was || is) pairs.push([was ? old : -1, is ? now : -1])
    if (oldKey <= nowKey) old++
    if (nowKey <= oldKey) now++
  }
  return pairs
}

type Counts = { joined: number; left: number; movedIn: number; movedOut: number }

function attributeChanges(
  before: Snapshot,
  after: Snapshot,
  joined: readonly number[],
  left: readonly number[],
  stayed: readonly (readonly [number, number])[],
): AttributeChange[] {
  const keys = new Set([...before.attributes, ...after.attributes].map(({ key }) => key))
  return [...keys].sort().map((key) => {
    const old = before.attributes.find((one) => one.key === key)
    const now = after.attributes.find((one) => one.key === key)
    const counts = new Map<string, Counts>()
    const count = (value: string, kind: keyof Counts) => {
      const own = counts.get(value) ?? { joined: 0, left: 0, movedIn: 0, movedOut: 0 }
      own[kind]++
      counts.set(value, own)
    }
    for (const identity of joined) for (const value of valuesOf(now, identity)) count(value, 'joined')
    for (const identity of left) for (const value of valuesOf(old, identity)) count(value, 'left')
    let moved = 0
    for (const [oldIdentity, nowIdentity] of stayed) {
      const had = valuesOf(old, oldIdentity)
      const has = valuesOf(now, nowIdentity)
      if (had.length === has.length && had.every((value, i) => value === has[i])) continue
      const lost = had.filter((value) => !has.includes(value))
      const got = has.filter((value) => !had.includes(value))
      if (lost.length + got.length === 0) continue
      moved++
      for (const value of lost) count(value, 'movedOut')
      for (const value of got) count(value, 'movedIn')
    }
    const sizeOf = (one: Counts) => one.joined + one.left + one.movedIn + one.movedOut
    const values = [...counts]
      .sort(([a, x], [b, y]) => sizeOf(y) - sizeOf(x) || (a < b ? -1 : 1))
      .map(([value, own]) => ({ value, ...own }))
    return { attribute: key, moved, values }
  })
}

/** The trimmed values, without duplicates and empty ones. */
function valuesOf(attribute: SnapshotAttribute | undefined, identity: number): string[] {
  if (attribute === undefined) return []
  const { column, values } = attribute
  if (column !== undefined) {
    const value = column[identity]! < 0 ? '' : values[column[identity]!]!.trim()
    return value === '' ? [] : [value]
  }
  const own = new Set<string>()
  eachValue(attribute, identity, (ordinal) => own.add(values[ordinal]!.trim()))
  own.delete('')
  return [...own]
}

/** Counts grants of enabled people by entitlement. It compares row by row, by the keys of the entitlements. */
class GrantCounts {
  grantsBefore = 0
  grantsAfter = 0
  private readonly before: Snapshot
  private readonly after: Snapshot
  private readonly counts = new Map<
    number,
    { added: number; removed: number; addedByJoined: number; removedByLeft: number }
  >()

  constructor(before: Snapshot, after: Snapshot) {
    this.before = before
    this.after = after
  }

  /** Compares the rows of one person; -1 where the person is absent. */
  compare(old: number, now: number): void {
    const { before, after } = this
    let at = old < 0 ? 0 : before.rowOffset[old]!
    const oldEnd = old < 0 ? 0 : before.rowOffset[old + 1]!
    let next = now < 0 ? 0 : after.rowOffset[now]!
    const nowEnd = now < 0 ? 0 : after.rowOffset[now + 1]!
    this.grantsBefore += oldEnd - at
    this.grantsAfter += nowEnd - next
    // Keys ascend with ordinals, so both rows ascend by key.
    while (at < oldEnd || next < nowEnd) {
      const oldKey = at < oldEnd ? before.entitlementKey[before.rowEntitlement[at]!]! : Number.POSITIVE_INFINITY
      const nowKey = next < nowEnd ? after.entitlementKey[after.rowEntitlement[next]!]! : Number.POSITIVE_INFINITY
      if (oldKey < nowKey) {
        const own = this.of(oldKey)
        own.removed++
        if (now < 0) own.removedByLeft++
      } else if (nowKey < oldKey) {
        const own = this.of(nowKey)
        own.added++
        if (old < 0) own.addedByJoined++
      }
      if (oldKey <= nowKey) at++
      if (nowKey <= oldKey) next++
    }
  }

  changed(): EntitlementChange[] {
    return [...this.counts]
      .map(([key, own]) => ({ key, ...own }))
      .sort((a, b) => b.added + b.removed - a.added - a.removed || a.key - b.key)
  }

  private of(key: number) {
    const known = this.counts.get(key)
    if (known !== undefined) return known
    const fresh = { added: 0, removed: 0, addedByJoined: 0, removedByLeft: 0 }
    this.counts.set(key, fresh)
    return fresh
  }
}
