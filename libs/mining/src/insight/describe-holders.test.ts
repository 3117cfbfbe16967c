import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Snapshot, snapshotOf } from '../snapshot.ts'
import { anyOrganisationParts, organisationParts } from '../testing-snapshots.ts'
import { describeHolders } from './describe-holders.ts'

const log2Choose = (all: number, some: number) => {
  let bits = 0
  for (let i = 1; i <= some; i++) bits += Math.log2((all - some + i) / i)
  return bits
}

/** The values of each person, folded as docs/insight.md says, of attributes that take part. */
function plainAttributes(snapshot: Snapshot, people: readonly number[]) {
  return snapshot.attributes.flatMap((attribute) => {
    if (attribute.column === undefined) return []
    const value = (i: number) => {
      const raw = attribute.column[i]!
      const text = raw < 0 ? '' : attribute.values[raw]!.trim().toLowerCase()
      return text === '' || text === 'n/a' ? undefined : text
    }
    const sizes = [...Map.groupBy(people.map(value), (one) => one)].flatMap(([key, all]) =>
      key === undefined ? [] : [all.length],
    )
    const largest = Math.max(0, ...sizes)
    if (largest < 2 || largest >= 0.98 * people.length) return []
    return [{ key: attribute.key, value, used: sizes.length }]
  })
}

/** The slow twin: every value and every pair of values, by sets and strings. */
function plainConditions(snapshot: Snapshot, wanted: readonly number[]) {
  const people = [...Array(snapshot.identityCount).keys()].filter(
    (i) => snapshot.identityStatus[i] === 0 && snapshot.identityType[i] === 0,
  )
  const holdsAll = (i: number) => {
    const row = new Set(snapshot.rowEntitlement.subarray(snapshot.rowOffset[i], snapshot.rowOffset[i + 1]))
    return wanted.every((e) => row.has(e))
  }
  const holders = people.filter(holdsAll)
  const attributes = plainAttributes(snapshot, people)
  const price = attributes.map(({ used }) => Math.log2(attributes.length) + 1 + Math.log2(used))
  const plain = log2Choose(people.length, holders.length)
  const conditions = new Map<string, { people: number; holders: number; bits: number; who: readonly number[] }>()
  const weigh = (name: string, who: readonly number[], named: number) => {
    const held = who.filter(holdsAll).length
    if (held === 0 || held / who.length <= holders.length / people.length) return
    const left = log2Choose(who.length, held) + log2Choose(people.length - who.length, holders.length - held)
    const bits = named + Math.log2(who.length + 1) + left
    if (bits < plain) conditions.set(name, { people: who.length, holders: held, bits, who })
  }
  const valuesOf = (a: number) => [...new Set(people.flatMap((i) => attributes[a]!.value(i) ?? []))]
  for (const [a, { key, value }] of attributes.entries()) {
    for (const one of valuesOf(a))
      weigh(
        `${key}=${one}`,
        people.filter((i) => value(i) === one),
        price[a]!,
      )
  }
  for (const [a, first] of attributes.entries()) {
    for (let b = a + 1; b < attributes.length; b++) {
      const second = attributes[b]!
      for (const one of valuesOf(a)) {
        for (const other of valuesOf(b)) {
          const name = `${first.key}=${one},${second.key}=${other}`
          const who = people.filter((i) => first.value(i) === one && second.value(i) === other)
          if (who.length > 0) weigh(name, who, price[a]! + price[b]!)
          const pair = conditions.get(name)
          const alone = Math.min(
            conditions.get(`${first.key}=${one}`)?.bits ?? plain,
            conditions.get(`${second.key}=${other}`)?.bits ?? plain,
          )
          if (pair !== undefined && pair.bits >= alone - 1e-6) conditions.delete(name)
        }
      }
    }
  }
  return { people, holders, plain, conditions }
}

test('conditions have the figures that plain loops count, and none that is better is left out', () => {
  fc.assert(
    fc.property(anyOrganisationParts(), fc.nat(), fc.boolean(), (parts, pick, both) => {
      const snapshot = snapshotOf(parts)
      if (snapshot.entitlementCount === 0) return
      const first = pick % snapshot.entitlementCount
      const wanted = both ? [first, (first + 1) % snapshot.entitlementCount] : [first]
      const plain = plainConditions(snapshot, wanted)
      const found = describeHolders(snapshot, wanted)
      expect([...found.holders]).toEqual(plain.holders)
      expect(found.plainBits).toBeCloseTo(plain.plain, 3)
      for (const { filters, people, holders, bits } of found.conditions) {
        const name = filters.map(({ attribute, values }) => `${attribute}=${values[0]!.toLowerCase()}`).join(',')
        const twin = plain.conditions.get(name)
        expect([name, people, holders]).toEqual([name, twin?.people, twin?.holders])
        expect(bits).toBeCloseTo(twin?.bits ?? 0, 3)
      }
      const best = Math.min(...[...plain.conditions.values()].map(({ bits }) => bits))
      if (plain.conditions.size > 0) expect(found.conditions[0]!.bits).toBeCloseTo(best, 3)
      else expect(found.conditions).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test('against the pattern and lacking are who the conditions of the pattern leave out and take in wrongly', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 3, identityCount: 400 }))
  for (let e = 0; e < snapshot.entitlementCount; e += 5) {
    const found = describeHolders(snapshot, [e])
    const { people, holders, conditions } = plainConditions(snapshot, [e])
    const inPattern = new Set(
      found.conditions
        .filter(({ isPattern }) => isPattern)
        .flatMap(({ filters }) => {
          const name = filters.map(({ attribute, values }) => `${attribute}=${values[0]!.toLowerCase()}`).join(',')
          return conditions.get(name)?.who ?? []
        }),
    )
    const isHolder = new Set(holders)
    expect([...found.against]).toEqual(holders.filter((i) => !inPattern.has(i)))
    expect([...found.lacking]).toEqual(people.filter((i) => inPattern.has(i) && !isHolder.has(i)))
    expect(found.patternBits).toBeLessThanOrEqual(found.conditions[0]?.bits ?? found.plainBits)
  }
})

test('what a department gives is told by the department, what two give by both', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 3, identityCount: 600, missing: 0 }))
  // Six entitlements come first that all hold, or all of a kind; then four for each department.
  const [best] = describeHolders(snapshot, [6]).conditions
  expect(best).toMatchObject({ filters: [{ attribute: 'department', values: ['department 0'] }], isPattern: true })
  expect(best!.holders).toBe(best!.people)
})

test('nobody holds what nobody holds: no condition, no pattern', () => {
  const parts = organisationParts({ seed: 1, identityCount: 50 })
  const snapshot = snapshotOf({
    ...parts,
    entitlementKey: Int32Array.of(...parts.entitlementKey, 9_999),
    entitlementApplication: Int32Array.of(...parts.entitlementApplication, 0),
  })
  const found = describeHolders(snapshot, [snapshot.entitlementCount - 1])
  expect(found).toMatchObject({ plainBits: 0, patternBits: 0, conditions: [], otherHolders: 0, holdersOfEach: [0] })
  expect([found.holders.length, found.against.length, found.lacking.length]).toEqual([0, 0, 0])
})
