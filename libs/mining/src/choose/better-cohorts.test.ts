import { expect, test } from 'vitest'
import { mineCohorts, rowsFromGrants, snapshotOf } from '../index.ts'

interface Person {
  readonly job: string
  readonly certificate: string
  readonly held: readonly number[]
}

function snapshotWith(people: readonly Person[], entitlementCount: number) {
  const column = (key: 'job' | 'certificate') => {
    const values = [...new Set(people.map((person) => person[key]))]
    return { key, values, column: Int32Array.from(people, (person) => values.indexOf(person[key])) }
  }
  return snapshotOf({
    identityKey: Int32Array.from(people.keys()),
    entitlementKey: Int32Array.from({ length: entitlementCount }, (_, e) => e),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(entitlementCount),
    ...rowsFromGrants(
      { identityCount: people.length, entitlementCount },
      {
        identity: Uint32Array.from(people.flatMap(({ held }, i) => held.map(() => i))),
        entitlement: Uint32Array.from(people.flatMap(({ held }) => held)),
      },
    ),
    identityStatus: new Uint8Array(people.length),
    identityType: new Uint8Array(people.length),
    attributes: [column('job'), column('certificate')],
  })
}

/**
 * Four in five welders have the certificate for gas, and so do some people of other jobs. It gives entitlements 8 to 10, welding 0 to 7.
 * No two of the other welders have the same certificate.
 */
const people = Array.from({ length: 800 }, (_, i): Person => {
  const job = i % 8
  const turn = i >> 3
  const isCertified = job === 0 ? turn % 5 > 0 : turn % 20 === job
  const own = job === 0 ? [0, 1, 2, 3, 4, 5, 6, 7] : [10 + job, 20 + job]
  return {
    job: job === 0 ? 'Welder' : `Job ${job}`,
    certificate: isCertified ? 'Gas' : `Certificate ${job === 0 ? turn / 5 : turn % 20}`,
    held: isCertified ? [...own, 8, 9, 10] : own,
  }
})

test('entitlements of a certificate that most welders have are suggested for the certificate, not for the welders', () => {
  const { suggestions } = mineCohorts(snapshotWith(people, 28))
  const giving = (attribute: string, value: string) =>
    suggestions
      .filter(({ filters }) => filters.length === 1 && filters[0]!.attribute === attribute)
      .find(({ filters }) => filters[0]!.values.includes(value))
      ?.entitlements.map(({ entitlement }) => entitlement)
      .sort((a, b) => a - b)
  expect(giving('job', 'Welder')).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(giving('certificate', 'Gas')).toEqual([8, 9, 10])
})

test('with too few entitlements for a suggestion a certificate takes none from the welders', () => {
  const { suggestions } = mineCohorts(snapshotWith(people, 28), { minEntitlements: 4 })
  const [first] = suggestions
  expect(first!.filters).toEqual([{ attribute: 'job', values: ['Welder'] }])
  expect(first!.entitlements).toHaveLength(11)
})
