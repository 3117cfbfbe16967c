import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cohortMembers } from '../cohort-members.ts'
import { mineCohorts } from '../mine-cohorts.ts'
import { type Snapshot, snapshotOf } from '../snapshot.ts'
import { anyOrganisationParts, organisationParts, seeded } from '../testing-snapshots.ts'
import {
  type ResidualLayer,
  type ResidualQuestion,
  residualGrants,
  residualLayers,
  tellResidual,
  toldByNone,
} from './residual.ts'

/** Roles of an analysis, made-up profiles, and days of use. */
function questionOf(snapshot: Snapshot, seed: number): ResidualQuestion {
  const random = seeded(seed)
  const pick = (count: number) => Math.floor(random() * count)
  const some = (count: number, share: number) =>
    Uint32Array.from([...Array(count).keys()].filter(() => random() < share))
  const { suggestions } = mineCohorts(snapshot, { populations: ['people'], maxSuggestions: 6 })
  return {
    settings: { commonEntitlements: snapshot.entitlementCount > 3 ? [1] : [], minCohortSize: 2 + pick(5) },
    accepted: [0.4, 0.2].map((share) => ({
      members: some(snapshot.identityCount, share),
      entitlements: some(snapshot.entitlementCount, 0.3),
    })),
    open: suggestions.map(({ filters, entitlements }) => ({
      filters,
      entitlements: Uint32Array.from(entitlements, ({ entitlement }) => entitlement),
    })),
    protectedEntitlements: [...some(snapshot.entitlementCount, 0.1)],
    unusedBefore: 19_000,
  }
}

function withDays(snapshot: Snapshot, seed: number): Snapshot {
  const random = seeded(seed)
  const lastUsedDay = Uint16Array.from(snapshot.rowEntitlement, () => [0, 18_000, 19_500][Math.floor(random() * 3)]!)
  return { ...snapshot, lastUsedDay }
}

/** The slow twin: for each grant the first layer that tells it, by the words of docs/insight.md. */
function plainLayers(snapshot: Snapshot, question: ResidualQuestion) {
  const { minCohortSize = 5, commonEntitlements = [] } = question.settings
  const isPerson = (i: number) => snapshot.identityType[i] === 0
  const isEnabled = (i: number) => snapshot.identityStatus[i] === 0
  const people = [...Array(snapshot.identityCount).keys()].filter((i) => isPerson(i) && isEnabled(i))
  const row = (i: number) => [...snapshot.rowEntitlement.subarray(snapshot.rowOffset[i], snapshot.rowOffset[i + 1])]
  const held = [...Array(snapshot.identityCount).keys()].map((i) => new Set(row(i)))
  const holders = (e: number, among: readonly number[]) => among.filter((i) => held[i]!.has(e)).length
  const roles = [...question.accepted, ...question.open].map((role) => ({
    members: [...('members' in role ? role.members : cohortMembers(snapshot, role.filters))],
    entitlements: new Set(role.entitlements),
  }))
  const layers: { layer: ResidualLayer; toldBy: number; identity: number; entitlement: number }[] = []
  for (let i = 0; i < snapshot.identityCount; i++) {
    for (const [at, e] of row(i).entries()) {
      const day = snapshot.lastUsedDay?.[snapshot.rowOffset[i]! + at] ?? 0
      const tell = (layer: ResidualLayer, toldBy = toldByNone) =>
        layers.push({ layer, toldBy, identity: i, entitlement: e })
      if (!isEnabled(i)) tell('disabled')
      else if (!isPerson(i)) tell('not_a_person')
      else if (commonEntitlements.includes(e) || holders(e, people) / people.length >= 0.8) tell('common_access')
      else {
        const teller = roles.findIndex(({ members, entitlements }) => members.includes(i) && entitlements.has(e))
        const homes = roles
          .filter(({ members }) => members.includes(i))
          .sort((a, b) => a.members.length - b.members.length)
        const peers = homes[0]?.members.filter((other) => other !== i) ?? []
        if (teller >= 0) tell(teller < question.accepted.length ? 'accepted' : 'open', teller)
        else if (question.protectedEntitlements.includes(e)) tell('policy')
        else if (day > 0 && day < question.unusedBefore) tell('unused')
        else if (peers.length > 0 && holders(e, peers) / peers.length < 0.1) tell('outlier')
        else if (holders(e, people) === 1) tell('one_off')
        else if (holders(e, people) < Math.ceil(0.6 * minCohortSize - 1e-9)) tell('too_few_holders')
        else tell('no_attribute')
      }
    }
  }
  return layers
}

test('each grant is told by the layer that plain loops find, and the sums are theirs', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(anyOrganisationParts(), fc.nat(1000), (parts, seed) => {
      const snapshot = withDays(snapshotOf(parts), seed)
      const question = questionOf(snapshot, seed)
      const residual = tellResidual(snapshot, question)
      const plain = plainLayers(snapshot, question)
      const { grants } = residualGrants(snapshot, residual, {}, 0, Number.POSITIVE_INFINITY)
      expect(grants.map(({ at: _, ...grant }) => grant)).toEqual(plain)
      for (const [at, layer] of residualLayers.entries()) {
        const own = plain.filter((one) => one.layer === layer)
        if (own.length > 0) seen.add(layer)
        expect([layer, residual.grants[at]]).toEqual([layer, own.length])
        expect(residual.identities[at]).toBe(new Set(own.map(({ identity }) => identity)).size)
      }
      expect(residual.grants.reduce((a, b) => a + b, 0)).toBe(snapshot.grantCount)
      expect(residual.grantsOfRole).toEqual(
        [...question.accepted, ...question.open].map((_, r) => plain.filter(({ toldBy }) => toldBy === r).length),
      )
      expect(residual.grantsOfApplication.reduce((a, b) => a + b, 0)).toBe(snapshot.grantCount)
    }),
    { numRuns: 60, seed: 1 },
  )
  expect([...seen].sort()).toEqual([...residualLayers].sort())
})

test('where a policy says what is unused, its word counts and the days do not', () => {
  const snapshot = withDays(snapshotOf(organisationParts({ seed: 4, identityCount: 120 })), 4)
  const question = questionOf(snapshot, 4)
  const plain = tellResidual(snapshot, { ...question, unusedBefore: 0 })
  const unused = residualLayers.indexOf('unused')
  expect(plain.grants[unused]).toBe(0)
  const unusedGrants = Uint16Array.from(snapshot.rowEntitlement, (_, at) => at % 3)
  const told = tellResidual(snapshot, { ...question, unusedGrants })
  const after = residualLayers.slice(unused + 1)
  for (const [at, layer] of told.layer.entries()) {
    const before = residualLayers[plain.layer[at]!]!
    expect(residualLayers[layer]).toBe(after.includes(before) && at % 3 > 0 ? 'unused' : before)
  }
})

test('pages of any size put together are the whole list, under each condition', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 4, identityCount: 120 }))
  const residual = tellResidual(snapshot, questionOf(snapshot, 4))
  const filters = [
    {},
    { layers: ['open', 'outlier'] as const },
    { identity: 7 },
    { application: 1 },
    { entitlement: 12 },
  ]
  for (const filter of filters) {
    const whole = residualGrants(snapshot, residual, filter, 0, Number.POSITIVE_INFINITY)
    expect(whole.next).toBeUndefined()
    const found = []
    let from: number | undefined = 0
    while (from !== undefined) {
      const page: ReturnType<typeof residualGrants> = residualGrants(snapshot, residual, filter, from, 7, 50)
      found.push(...page.grants)
      from = page.next
    }
    expect(found).toEqual(whole.grants)
  }
})
