import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rowsFromGrants } from '../grant-rows.ts'
import { type Snapshot, snapshotOf } from '../snapshot.ts'
import { organisationParts, seeded } from '../testing-snapshots.ts'
import { changesBetween } from './changes-between.ts'

/** A later state: some go, some are disabled, some have another department, some grants come and go; ordinals shift. */
function later(before: Snapshot, seed: number): Snapshot {
  const random = seeded(seed)
  const kept = [...Array(before.identityCount).keys()].filter(() => random() < 0.9)
  const joined = 1 + Math.floor(random() * 5)
  const identities = kept.length + joined
  const entitlements = [...Array(before.entitlementCount).keys()].filter(() => random() < 0.95)
  const ordinal = new Map(entitlements.map((e, i) => [e, i]))
  const grants: [number, number][] = []
  for (const [now, old] of kept.entries()) {
    for (const e of before.rowEntitlement.subarray(before.rowOffset[old], before.rowOffset[old + 1])) {
      const own = ordinal.get(e)
      if (own !== undefined && random() < 0.95) grants.push([now, own])
    }
    if (random() < 0.2) grants.push([now, Math.floor(random() * entitlements.length)])
  }
  for (let i = kept.length; i < identities; i++) grants.push([i, Math.floor(random() * entitlements.length)])
  return snapshotOf({
    identityKey: Int32Array.of(
      ...kept.map((i) => before.identityKey[i]!),
      ...Array(joined)
        .keys()
        .map((i) => 100_000 + i),
    ),
    entitlementKey: Int32Array.from(entitlements, (e) => before.entitlementKey[e]!),
    applicationKey: before.applicationKey,
    entitlementApplication: Int32Array.from(entitlements, (e) => before.entitlementApplication[e]!),
    identityStatus: Uint8Array.from({ length: identities }, (_, i) =>
      random() < 0.05 ? 1 : (before.identityStatus[kept[i]!] ?? 0),
    ),
    identityType: Uint8Array.from({ length: identities }, (_, i) => before.identityType[kept[i]!] ?? 0),
    ...rowsFromGrants(
      { identityCount: identities, entitlementCount: entitlements.length },
      { identity: Uint32Array.from(grants, ([i]) => i), entitlement: Uint32Array.from(grants, ([, e]) => e) },
    ),
    attributes: before.attributes.map(({ key, values, column }) => ({
      key,
      values,
      column: Int32Array.from({ length: identities }, (_, i) =>
        random() < 0.1 || column === undefined || kept[i] === undefined
          ? Math.floor(random() * values.length)
          : column[kept[i]]!,
      ),
    })),
  })
}

/** The slow twin: maps of keys and sets. */
function plainly(before: Snapshot, after: Snapshot) {
  const peopleOf = (one: Snapshot) =>
    new Map(
      [...Array(one.identityCount).keys()]
        .filter((i) => one.identityStatus[i] === 0 && one.identityType[i] === 0)
        .map((i) => [one.identityKey[i]!, i] as const),
    )
  const old = peopleOf(before)
  const now = peopleOf(after)
  const rowOf = (one: Snapshot, i: number | undefined) =>
    new Set(
      i === undefined
        ? []
        : [...one.rowEntitlement.subarray(one.rowOffset[i]!, one.rowOffset[i + 1]!)].map((e) => one.entitlementKey[e]!),
    )
  const keys = [...new Set([...old.keys(), ...now.keys()])]
  const entitlements = new Map<number, number[]>()
  const count = (key: number, place: number) => {
    const own = entitlements.get(key) ?? [0, 0, 0, 0]
    own[place]!++
    entitlements.set(key, own)
  }
  for (const key of keys) {
    const had = rowOf(before, old.get(key))
    const has = rowOf(after, now.get(key))
    for (const e of has.difference(had)) {
      count(e, 0)
      if (!old.has(key)) count(e, 2)
    }
    for (const e of had.difference(has)) {
      count(e, 1)
      if (!now.has(key)) count(e, 3)
    }
  }
  const textOf = (one: Snapshot, a: number, i: number | undefined) => {
    const { column, values } = one.attributes[a]!
    return i === undefined || column === undefined || column[i]! < 0 ? '' : values[column[i]!]!.trim()
  }
  const movedInto = (a: number, value: string) =>
    keys.filter((key) => {
      const was = textOf(before, a, old.get(key))
      return old.has(key) && now.has(key) && was !== value && textOf(after, a, now.get(key)) === value
    }).length
  return { old, now, keys, entitlements, movedInto }
}

test('what has changed is what maps and sets find', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 500 }), (seed) => {
      const before = snapshotOf(organisationParts({ seed, identityCount: 60 }))
      const after = later(before, seed + 1)
      const changes = changesBetween(before, after)
      const { old, now, keys, entitlements, movedInto } = plainly(before, after)
      expect(changes).toMatchObject({
        peopleBefore: old.size,
        peopleAfter: now.size,
        joined: keys.filter((key) => !old.has(key)).length,
        left: keys.filter((key) => !now.has(key)).length,
      })
      expect(changes.grantsAfter - changes.grantsBefore).toBe(changes.grantsAdded - changes.grantsRemoved)
      const told = changes.entitlements.map((one) => [
        one.key,
        [one.added, one.removed, one.addedByJoined, one.removedByLeft],
      ])
      expect(new Map(told as [number, number[]][])).toEqual(entitlements)
      for (const { attribute, values } of changes.attributes) {
        const a = before.attributes.findIndex(({ key }) => key === attribute)
        for (const { value, movedIn } of values) expect(movedIn).toBe(movedInto(a, value))
      }
    }),
    { numRuns: 40 },
  )
})

test('nothing has changed between a snapshot and itself', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 1, identityCount: 80, projects: true }))
  const { attributes, ...changes } = changesBetween(snapshot, snapshot)
  expect(changes).toMatchObject({ joined: 0, left: 0, grantsAdded: 0, grantsRemoved: 0, entitlements: [] })
  expect(attributes.every(({ moved, values }) => moved === 0 && values.length === 0)).toBe(true)
})
