import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { generateOrganisation, type Organisation, toCsv } from './index.ts'

const small = generateOrganisation({ seed: 1, identityCount: 2000 })

test('the same seed gives the same bytes, another seed gives others', () => {
  const settings = { seed: 7, identityCount: 500 }
  expect(fingerprint(generateOrganisation(settings))).toBe(fingerprint(generateOrganisation(settings)))
  expect(fingerprint(generateOrganisation({ ...settings, seed: 8 }))).not.toBe(
    fingerprint(generateOrganisation(settings)),
  )
})

test('iterating twice gives the same rows', () => {
  expect(fingerprint(small)).toBe(fingerprint(small))
})

test.each([20, 60, 2000, 20_000])('%i identities come out at exactly that number, with unique ids', (identityCount) => {
  const organisation = identityCount === 2000 ? small : generateOrganisation({ seed: 3, identityCount })
  expect(organisation.identities).toHaveLength(identityCount)
  expect(new Set(organisation.identities.map((identity) => identity.id)).size).toBe(identityCount)
  expect(new Set(organisation.entitlements.map((entitlement) => entitlement.id)).size).toBe(
    organisation.entitlements.length,
  )
  expect(organisation.plantedRoles.length).toBeGreaterThan(2)
})

test('every reference leads to something, and managers lead up to one head without a circle', () => {
  const identities = new Map(small.identities.map((identity) => [identity.id, identity]))
  const entitlements = new Set(small.entitlements.map((entitlement) => entitlement.id))
  const applications = new Set(small.applications.map((application) => application.id))
  for (const entitlement of small.entitlements) {
    expect(applications.has(entitlement.applicationId)).toBe(true)
    for (const implied of entitlement.implies) expect(entitlements.has(implied)).toBe(true)
  }
  for (const grant of small.grants) {
    if (!identities.has(grant.identityId) || !entitlements.has(grant.entitlementId)) expect.fail('a dangling grant')
  }
  const heads = new Set<string>()
  for (const identity of small.identities) {
    let current = identity
    for (let steps = 0; current.managerId !== ''; steps++) {
      if (steps > 10) expect.fail(`a circle of managers above ${identity.id}`)
      current = identities.get(current.managerId)!
    }
    heads.add(current.id)
  }
  expect(heads.size).toBe(1)
})

describe('planted roles', () => {
  test('hold exactly the enabled people that their filters select', () => {
    for (const role of small.plantedRoles) {
      const selected = small.identities.filter(
        (identity) =>
          identity.type === 'human' &&
          identity.status === 'enabled' &&
          role.filters.every(({ attribute, values }) => values.includes(attributeOf(identity, attribute))),
      )
      expect(role.identityIds).toEqual(selected.map((identity) => identity.id))
      expect(role.identityIds.length).toBeGreaterThanOrEqual(8)
    }
  })

  test('come in every kind, and no two are nearly the same people', () => {
    expect([...new Set(small.plantedRoles.map((role) => role.kind))].sort()).toEqual([
      'birthright',
      'department',
      'department_location',
      'department_title',
      'employment_type',
      'location',
      'project',
      'title',
    ])
    const sets = small.plantedRoles.map((role) => new Set(role.identityIds))
    for (const [index, first] of sets.entries()) {
      for (const second of sets.slice(index + 1)) {
        const common = overlap(first, second)
        expect(common / (first.size + second.size - common)).toBeLessThan(0.75)
      }
    }
  })

  test('give nothing that a more general role gives already', () => {
    for (const role of small.plantedRoles) {
      for (const general of small.plantedRoles) {
        if (general === role) continue
        const isMoreGeneral = general.filters.every((filter) =>
          role.filters.some((other) => other.attribute === filter.attribute && other.values[0] === filter.values[0]),
        )
        if (!isMoreGeneral) continue
        expect(overlap(new Set(general.entitlementIds), new Set(role.entitlementIds))).toBe(0)
      }
    }
  })
})

describe('noise', () => {
  test.each([
    { missingShare: 0, extraShare: 0 },
    { missingShare: 0.05, extraShare: 0.02 },
    { missingShare: 0.2, extraShare: 0.1 },
  ])('$missingShare missing and $extraShare extra are what the data shows', (noise) => {
    const organisation = generateOrganisation({ seed: 5, identityCount: 2000, ...noise })
    const { planned, held, unplanned } = compareWithPlan(organisation)
    expect(1 - held / planned).toBeCloseTo(noise.missingShare, noise.missingShare === 0 ? 10 : 1.7)
    // A group among the extra grants also gives its implied entitlements, so the share is a little higher than the setting.
    expect(unplanned / planned).toBeGreaterThanOrEqual(noise.extraShare * 0.95)
    expect(unplanned / planned).toBeLessThanOrEqual(noise.extraShare * 1.15)
  })

  test('who holds a group holds all that it implies', () => {
    const held = grantsByIdentity(small)
    const groups = small.entitlements.filter((entitlement) => entitlement.implies.length > 0)
    expect(groups.length).toBeGreaterThan(5)
    for (const entitlements of held.values()) {
      for (const group of groups) {
        if (!entitlements.has(group.id)) continue
        for (const implied of group.implies) expect(entitlements.has(implied)).toBe(true)
      }
    }
  })
})

test('there are contractors, leavers with remains, service accounts, agents and unused access', () => {
  const held = grantsByIdentity(small)
  const some = (claim: (identity: Organisation['identities'][number]) => boolean) => small.identities.some(claim)
  expect(some((identity) => identity.employmentType === 'Contractor')).toBe(true)
  expect(some((identity) => identity.status === 'disabled' && held.has(identity.id))).toBe(true)
  expect(some((identity) => identity.type === 'service' && held.has(identity.id))).toBe(true)
  expect(some((identity) => identity.type === 'agent')).toBe(true)
  expect(some((identity) => identity.type === 'human' && identity.attributes.project === '')).toBe(true)
  const grants = [...small.grants]
  expect(grants.some((grant) => grant.lastUsedAt === '')).toBe(true)
  expect(grants.every((grant) => grant.lastUsedAt === '' || grant.lastUsedAt >= grant.grantedAt)).toBe(true)
})

test('usage lies in the 90 days up to the day of the organisation', () => {
  const days = [...small.usage].map((row) => row.day).sort()
  expect(days.length).toBeGreaterThan(10_000)
  expect(days[0]! >= '2026-04-02').toBe(true)
  expect(days.at(-1)! <= '2026-06-30').toBe(true)
})

test.each([
  [{ identityCount: 19 }, /identityCount must be a whole number from 20 to 100000, got 19/u],
  [{ missingShare: 1.5 }, /missingShare must be a number from 0 to 1, got 1.5/u],
  [{ seed: 0.5 }, /seed must be a whole number/u],
  [{ asOf: 'today' }, /asOf must be a date YYYY-MM-DD, got "today"/u],
])('%o is refused with the limit', (settings, message) => {
  expect(() => generateOrganisation({ seed: 1, identityCount: 100, ...settings })).toThrow(message)
})

function fingerprint(organisation: Organisation): string {
  const hash = createHash('sha256')
  for (const { fileName, chunks } of toCsv(organisation)) {
    hash.update(fileName)
    for (const chunk of chunks) hash.update(chunk)
  }
  hash.update(JSON.stringify(organisation.plantedRoles))
  return hash.digest('hex')
}

function grantsByIdentity(organisation: Organisation): Map<string, Set<string>> {
  const held = new Map<string, Set<string>>()
  for (const grant of organisation.grants) {
    const entitlements = held.get(grant.identityId)
    if (entitlements === undefined) held.set(grant.identityId, new Set([grant.entitlementId]))
    else entitlements.add(grant.entitlementId)
  }
  return held
}

function compareWithPlan(organisation: Organisation): { planned: number; held: number; unplanned: number } {
  const plan = new Map<string, Set<string>>()
  for (const role of organisation.plantedRoles) {
    for (const id of role.identityIds) {
      plan.set(id, new Set([...(plan.get(id) ?? []), ...role.entitlementIds]))
    }
  }
  const actual = grantsByIdentity(organisation)
  let planned = 0
  let held = 0
  let unplanned = 0
  for (const [id, wanted] of plan) {
    const has = actual.get(id) ?? new Set<string>()
    planned += wanted.size
    const common = overlap(wanted, has)
    held += common
    unplanned += has.size - common
  }
  return { planned, held, unplanned }
}

function attributeOf(identity: Organisation['identities'][number], attribute: string): string {
  const values: Record<string, string> = {
    department: identity.department,
    job_title: identity.jobTitle,
    employment_type: identity.employmentType,
    ...identity.attributes,
  }
  return values[attribute]!
}

function overlap(first: ReadonlySet<string>, second: ReadonlySet<string>): number {
  return [...first].filter((item) => second.has(item)).length
}
