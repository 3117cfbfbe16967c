import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listsFrom } from '../attribute-lists.ts'
import { rowsFromGrants } from '../grant-rows.ts'
import { mineCohorts } from '../mine-cohorts.ts'
import { snapshotOf } from '../snapshot.ts'
import { managerChains, mostLevels } from './manager-chains.ts'
import { tenureBands, tenureValues } from './tenure-bands.ts'

test('a chain names everybody above, the nearest first, and ends at who is no identity', () => {
  // Names 0 to 3 are identities 0 to 3, name 4 is nobody. 0 and 1 report to 2, who reports to 3, who reports to nobody known.
  expect(managerChains(Int32Array.of(2, 2, 3, 4, -1), Int32Array.of(0, 1, 2, 3, -1))).toEqual([
    [2, 3, 4],
    [2, 3, 4],
    [3, 4],
    [4],
    [],
  ])
})

test('circles of managers end, and nobody is above themselves', () => {
  // 0 and 1 are each other's managers, 2 reports to 0, 3 to themselves.
  expect(managerChains(Int32Array.of(1, 0, 0, 3), Int32Array.of(0, 1, 2, 3))).toEqual([[1], [0], [0, 1], []])
})

test('any managers give chains in which nobody stands twice, equal to a walk with a set', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1, max: 50 }), { minLength: 1, maxLength: 60 }), (given) => {
      const manager = Int32Array.from(given, (name) => (name < given.length ? name : -1))
      const identityOf = Int32Array.from(given, (_, i) => i)
      const chains = managerChains(manager, identityOf)
      for (const [identity, chain] of chains.entries()) {
        const seen = new Set([identity])
        const walked: number[] = []
        for (let at = manager[identity]!; at >= 0 && !seen.has(at); at = manager[at]!) {
          seen.add(at)
          walked.push(at)
        }
        expect(chain).toEqual(walked.slice(0, mostLevels))
      }
    }),
  )
})

const words = (since: number | undefined) => tenureBands(since, 20_000).map((ordinal) => tenureValues[ordinal])

test.each([
  [20_001, ['not begun']],
  [20_000, ['under 30 days', 'under 90 days', 'under 1 year', 'under 2 years', 'under 5 years', 'under 10 years']],
  [
    20_000 - 365,
    ['under 2 years', 'under 5 years', 'under 10 years']
      .concat(['30 days and more', '90 days and more', '1 year and more'])
      .concat(['1 year to 2 years']),
  ],
  [
    20_000 - 3650,
    ['30 days and more', '90 days and more', '1 year and more'].concat([
      '2 years and more',
      '5 years and more',
      '10 years and more',
    ]),
  ],
])('somebody since day %i, of 20,000, is', (since, expected) => expect(words(since)).toEqual(expected))

test('a date that is not known says nothing, and ordinals ascend', () => {
  expect(words(undefined)).toEqual([])
  for (const since of [0, 15_000, 19_500, 19_969, 19_999, 20_050]) {
    const found = tenureBands(since, 20_000)
    expect(found).toEqual([...found].sort((a, b) => a - b))
  }
})

test('a branch of several managers, and who has come within a year, are found as cohorts', () => {
  const people = 240
  // 24 teams of ten; the managers of teams 0 to 7 report to identity 0, the others to identity 100.
  const teamLead = (i: number) => 10 * Math.floor(i / 10)
  const manager = Int32Array.from({ length: people }, (_, i) => {
    if (i % 10 !== 0) return teamLead(i)
    if (i === 0 || i === 100) return -1
    return i < 80 ? 0 : 100
  })
  const chains = managerChains(
    manager,
    Int32Array.from({ length: people }, (_, i) => i),
  )
  const since = (i: number) => 20_000 - ((i * 37) % 240) * 12
  const identity: number[] = []
  const entitlement: number[] = []
  const give = (i: number, ...all: number[]) => {
    for (const e of all) {
      identity.push(i)
      entitlement.push(e)
    }
  }
  for (let i = 0; i < people; i++) {
    if (i < 80 && i > 0) give(i, 0, 1, 2)
    if (20_000 - since(i) < 365) give(i, 3, 4, 5)
    give(i, 6 + (i % 10), 16 + (i % 7))
  }
  const snapshot = snapshotOf({
    identityKey: Int32Array.from({ length: people }, (_, i) => i + 1),
    entitlementKey: Int32Array.from({ length: 23 }, (_, e) => e + 1),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(23),
    ...rowsFromGrants(
      { identityCount: people, entitlementCount: 23 },
      { identity: Uint32Array.from(identity), entitlement: Uint32Array.from(entitlement) },
    ),
    identityStatus: new Uint8Array(people),
    identityType: new Uint8Array(people),
    attributes: [
      { key: 'managers', values: Array.from({ length: people }, (_, i) => `m${i}`), lists: listsFrom(chains) },
      {
        key: 'hired_tenure',
        values: tenureValues,
        lists: listsFrom(Array.from({ length: people }, (_, i) => tenureBands(since(i), 20_000))),
      },
    ],
  })
  const found = mineCohorts(snapshot).suggestions.map(({ filters, entitlements }) => [
    filters.map(({ attribute, values }) => `${attribute} ${values.join()}`).join(' and '),
    entitlements.map((one) => one.entitlement).sort((a, b) => a - b),
  ])
  expect(found).toEqual(
    expect.arrayContaining([
      ['managers m0', [0, 1, 2]],
      ['hired_tenure under 1 year', [3, 4, 5]],
    ]),
  )
  expect(found).toHaveLength(2)
})
