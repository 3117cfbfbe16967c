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

/**
 * 24 of 30 welders have the certificate for gas, and so does one person of each of six other jobs. It gives 8 to 10, welding 0 to 7. So
 * most people with the certificate also hold what welding gives, and the other way round.
 */
function withFewCertified(more: (person: { job: number; turn: number; isCertified: boolean }) => boolean): Person[] {
  return Array.from({ length: 240 }, (_, i): Person => {
    const job = i % 8
    const turn = i >> 3
    const isCertified = job === 0 ? turn < 24 : job < 7 && turn === 0
    const own = job === 0 ? [0, 1, 2, 3, 4, 5, 6, 7] : [14 + job, 21 + job]
    return {
      job: job === 0 ? 'Welder' : `Job ${job}`,
      certificate: isCertified ? 'Gas' : `Certificate ${turn % 17}`,
      held: [
        ...own,
        ...(isCertified ? [8, 9, 10] : []),
        ...(more({ job, turn, isCertified }) ? [11, 12, 13, 14] : []),
      ].sort((a, b) => a - b),
    }
  })
}

function given(people: readonly Person[]) {
  const { suggestions, rejected } = mineCohorts(snapshotWith(people, 29))
  return {
    rejected,
    told: suggestions.map(({ filters, entitlements, explainedGrants }) => ({
      value: filters.map(({ values }) => values.join()).join(),
      entitlements: entitlements.map(({ entitlement }) => entitlement).sort((a, b) => a - b),
      explainedGrants,
    })),
  }
}

test('the access of two cohorts with many people in common is divided by the people who are only in one of them', () => {
  const { told } = given(withFewCertified(() => false))
  expect(told.slice(0, 2)).toEqual([
    { value: 'Welder', entitlements: [0, 1, 2, 3, 4, 5, 6, 7], explainedGrants: 240 },
    { value: 'Gas', entitlements: [8, 9, 10], explainedGrants: 90 },
  ])
})

/**
 * Seven in ten people with the certificate hold 11 to 14. But so does every third of the others, so this is no evidence for the
 * certificate, and it hides the evidence of 8 to 10.
 */
function withHiddenEvidence(): Person[] {
  return withFewCertified(({ job, turn, isCertified }) => {
    if (isCertified) return job === 0 ? turn < 17 : job < 5
    return job > 0 && (turn + job) % 3 === 0
  })
}

test('a certificate that is refused as chance gives back what it took from the welders', () => {
  const { told, rejected } = given(withHiddenEvidence())
  expect(told[0]).toEqual({
    value: 'Welder',
    entitlements: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    explainedGrants: 8 * 30 + 3 * 24,
  })
  expect(told.map(({ value }) => value)).not.toContain('Gas')
  expect(rejected.not_beyond_chance).toBe(1)
})

test('welders who got access back are before a job that was chosen earlier and saves less', () => {
  // Job 1 gives nine entitlements: more than the eight of welding, and less than the eleven.
  const people = withHiddenEvidence().map((person) =>
    person.job === 'Job 1' ? { ...person, held: [...person.held, 29, 30, 31, 32, 33, 34, 35] } : person,
  )
  const jobs = (maxSuggestions: number) =>
    mineCohorts(snapshotWith(people, 36), { maxSuggestions }).suggestions.map(({ filters }) => filters[0]!.values)
  expect(jobs(2)).toEqual([['Welder'], ['Job 1']])
  expect(jobs(1)).toEqual([['Welder']])
})
