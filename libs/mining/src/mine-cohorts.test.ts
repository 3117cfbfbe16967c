import fc from 'fast-check'
import { expect, test } from 'vitest'
import { selectCohorts } from './choose/select-cohorts.ts'
import { combinationsOfLevel } from './cohort-analysis.ts'
import { cohortMembers } from './cohort-members.ts'
import type { CohortMiningProgress } from './cohort-result.ts'
import { type CohortMiningSettings, resolveSettings } from './cohort-settings.ts'
import { mineCohortsInThreads } from './cohort-threads.ts'
import { combinationKey } from './combinations.ts'
import { countCombination } from './count-cohorts.ts'
import type { CountedCombination } from './counted-combination.ts'
import { encodeSnapshotToBuffer } from './encode-snapshot.ts'
import { rowsFromGrants } from './grant-rows.ts'
import { mineCohorts } from './mine-cohorts.ts'
import { MiningError } from './mining-error.ts'
import { type PopulationGraph, preparePopulation } from './population.ts'
import { readSnapshot } from './read-snapshot.ts'
import { noRejections } from './rejections.ts'
import { type Snapshot, type SnapshotParts, snapshotOf } from './snapshot.ts'
import { anyOrganisationParts, anySnapshotParts, organisationParts, tinyParts } from './testing-snapshots.ts'
import { type PlainCohort, plainlyChoose, plainlyCount } from './testing-twins.ts'

const loose: Partial<CohortMiningSettings> = { minCohortSize: 2, minEntitlements: 1, minLift: 1 }

function countAll(snapshot: Snapshot, graph: PopulationGraph, settings: CohortMiningSettings): CountedCombination[] {
  const counted = new Map<string, CountedCombination>()
  for (let level = 1; level <= settings.maxFilters; level++) {
    for (const combination of combinationsOfLevel(snapshot, graph, settings, [...counted.values()], level)) {
      counted.set(combinationKey(combination), countCombination(graph, settings, combination, counted))
    }
  }
  return [...counted.values()]
}

/** All cohorts as the engine counts them, in the form of the plain twin. */
function cohortsOf(snapshot: Snapshot, settings: CohortMiningSettings): PlainCohort[] {
  const graph = preparePopulation(snapshot, settings, 'people')
  return countAll(snapshot, graph, settings).flatMap(
    ({ combination, groups, cellOffset, cellEntitlement, cellCount }) =>
      Array.from({ length: groups.count }, (_, g) => {
        const members = [...groups.members.subarray(groups.offset[g]!, groups.offset[g + 1]!)]
        return {
          attributes: combination.map((position) => graph.attributes[position]!.key),
          members: members.map((person) => graph.persons[person]!).sort((a, b) => a - b),
          // The graph numbers entitlements by its own order, the twin by the snapshot's.
          cells: [...cellEntitlement.subarray(cellOffset[g]!, cellOffset[g + 1]!)]
            .map((e, i) => [graph.kept[e]!, cellCount[cellOffset[g]! + i]!])
            .sort(([a], [b]) => a! - b!),
        }
      }),
  )
}

const order = (list: readonly PlainCohort[]) => list.map((cohort) => JSON.stringify(cohort)).sort()

test('every cell of every combination equals counting cohort by cohort in the plainest way', () => {
  fc.assert(
    fc.property(fc.oneof(anySnapshotParts(), anyOrganisationParts(), anyOrganisationParts(true)), (parts) => {
      const settings = resolveSettings({ ...loose, maxFilters: 4, minLift: 1.5 })
      const snapshot = snapshotOf(parts)
      expect(order(cohortsOf(snapshot, settings))).toEqual(order(plainlyCount(snapshot, settings)))
    }),
    { numRuns: 150 },
  )
})

test('cohorts large enough to be judged even by the sizes of their parts are counted as in the plainest way', () => {
  for (const seed of [1, 2, 3]) {
    const settings = resolveSettings({ minCohortSize: 20, maxFilters: 2 })
    const snapshot = snapshotOf(organisationParts({ seed, identityCount: 600, projects: seed === 3 }))
    expect(order(cohortsOf(snapshot, settings))).toEqual(order(plainlyCount(snapshot, settings)))
  }
})

/** People with two attributes, who hold entitlements out of 72; one of 23 grants is missing. */
function organisationOf(
  count: number,
  held: (i: number) => readonly number[],
  attributes: readonly { key: string; names: string; ordinalOf: (i: number) => number }[],
): SnapshotParts {
  const identity: number[] = []
  const entitlement: number[] = []
  for (let i = 0; i < count; i++) {
    for (const e of held(i)) {
      if ((i * 7 + (e % 6) * 11) % 23 === 0) continue
      identity.push(i)
      entitlement.push(e)
    }
  }
  return {
    identityKey: Int32Array.from({ length: count }, (_, i) => i + 1),
    entitlementKey: Int32Array.from({ length: 72 }, (_, e) => e + 1),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(72),
    ...rowsFromGrants(
      { identityCount: count, entitlementCount: 72 },
      { identity: Uint32Array.from(identity), entitlement: Uint32Array.from(entitlement) },
    ),
    identityStatus: new Uint8Array(count),
    identityType: new Uint8Array(count),
    attributes: attributes.map(({ key, names, ordinalOf }) => ({
      key,
      values: Array.from({ length: 9 }, (_, v) => `${names} ${v}`),
      column: Int32Array.from({ length: count }, (_, i) => ordinalOf(i)),
    })),
  }
}

const sixFrom = (first: number) => Array.from({ length: 6 }, (_, e) => first + e)

/** Three clinics of three wards of 30; three people of ward 4, of the second clinic, stand in the first one. */
function peopleByMistake(): SnapshotParts {
  const ward = (i: number) => Math.floor(i / 30)
  return organisationOf(270, (i) => [...sixFrom(6 * Math.floor(i / 90)), ...sixFrom(18 + 6 * ward(i))], [
    { key: 'clinic', names: 'Clinic', ordinalOf: (i) => (i >= 120 && i < 123 ? 0 : Math.floor(i / 90)) },
    { key: 'ward', names: 'Ward', ordinalOf: ward },
  ])
}

/** Three vendors of 60 contractors each; of 220 employees, who have no vendor, three have the first one by mistake. */
function employeesWithVendors(): SnapshotParts {
  const vendor = (i: number) => (i < 180 ? Math.floor(i / 60) : -1)
  return organisationOf(400, (i) => (i < 180 ? [...sixFrom(6 * vendor(i)), ...sixFrom(18)] : sixFrom(24)), [
    { key: 'employment_type', names: 'Type', ordinalOf: (i) => (i < 180 ? 0 : 1) },
    { key: 'vendor', names: 'Vendor', ordinalOf: (i) => (i >= 180 && i < 183 ? 0 : vendor(i)) },
  ])
}

test('employees who have a vendor by mistake do not make contractors of the vendor the reason of what its people have', () => {
  const snapshot = snapshotOf(employeesWithVendors())
  const { suggestions } = mineCohorts(snapshot)
  const said = suggestions.map(({ filters, cohortSize }) => [filters.map((f) => f.values[0]).join(' '), cohortSize])
  expect(said.sort()).toEqual([
    ['Type 0', 180],
    ['Type 1', 220],
    ['Vendor 0', 63],
    ['Vendor 1', 60],
    ['Vendor 2', 60],
  ])
  const settings = resolveSettings()
  expect(order(cohortsOf(snapshot, settings))).toEqual(order(plainlyCount(snapshot, settings)))
})

test('people by mistake in a clinic do not make its wards the reason of what the clinic gives', () => {
  const snapshot = snapshotOf(peopleByMistake())
  const { suggestions } = mineCohorts(snapshot)
  expect(suggestions.map(({ filters, cohortSize }) => [filters.map((f) => f.values[0]).join(' '), cohortSize])).toEqual(
    expect.arrayContaining([
      ['Clinic 0', 93],
      ['Clinic 1', 87],
      ['Clinic 2', 90],
    ]),
  )
  expect(suggestions).toHaveLength(12)
  const settings = resolveSettings()
  expect(order(cohortsOf(snapshot, settings))).toEqual(order(plainlyCount(snapshot, settings)))
})

/** Three departments of three teams of 20; half of the first team have no department, and nobody else lacks a value. */
function teamWithoutDepartment(): SnapshotParts {
  const department = (i: number) => Math.floor(i / 60)
  const team = (i: number) => Math.floor(i / 20)
  return organisationOf(180, (i) => [...sixFrom(6 * department(i)), ...sixFrom(18 + 6 * team(i)).slice(3)], [
    { key: 'department', names: 'Department', ordinalOf: (i) => (i < 10 ? -1 : department(i)) },
    { key: 'team', names: 'Team', ordinalOf: team },
  ])
}

test('what a department gives is not told again by a team of which half have no department', () => {
  const snapshot = snapshotOf(teamWithoutDepartment())
  const { suggestions } = mineCohorts(snapshot)
  const said = suggestions.map(({ filters, entitlements }) => [
    filters.map((f) => f.values[0]).join(' '),
    entitlements.map((e) => e.entitlement).sort((a, b) => a - b),
  ])
  expect(said).toEqual(
    expect.arrayContaining([
      ['Department 0', sixFrom(0)],
      ['Team 0', [21, 22, 23]],
    ]),
  )
  expect(said).toHaveLength(12)
})

test('the choice of suggestions equals computing every gain afresh each time', () => {
  let turnedAwayEver = 0
  let chosenEver = 0
  const anyLeast = fc.integer({ min: 1, max: 5 })
  fc.assert(
    fc.property(
      fc.oneof(anySnapshotParts(), anyOrganisationParts(), anyOrganisationParts(true)),
      anyLeast,
      (parts, minEntitlements) => {
        const settings = resolveSettings({ ...loose, minCohortSize: 3, minEntitlements, maxSuggestions: 10_000 })
        const snapshot = snapshotOf(parts)
        const graph = preparePopulation(snapshot, settings, 'people')
        const counted = countAll(snapshot, graph, settings)
        const { suggestions, nearestEntitlements } = selectCohorts(snapshot, graph, settings, counted, noRejections())
        const { chosen, turnedAway } = plainlyChoose(graph, settings, counted)
        expect(
          suggestions.map(({ filters, cohortSize, entitlements, explainedGrants }) => ({
            member: graph.persons.find((identity) => cohortMembers(snapshot, filters).includes(identity)),
            size: cohortSize,
            entitlements: entitlements.map((e) => e.entitlement).sort((a, b) => a - b),
            explained: explainedGrants,
          })),
        ).toEqual(chosen)
        turnedAwayEver += turnedAway.length
        chosenEver += chosen.length
        const most = Math.max(0, ...turnedAway)
        const candidateCount = turnedAway.filter((entitlements) => entitlements === most).length
        expect(nearestEntitlements).toEqual(
          most === 0 ? undefined : { setting: 'minEntitlements', value: most, candidateCount },
        )
      },
    ),
    { numRuns: 60, seed: 1 },
  )
  expect(turnedAwayEver).toBeGreaterThan(20)
  expect(chosenEver).toBeGreaterThan(20)
})

test('what a suggestion says is true of the snapshot, and no grant is explained twice', () => {
  fc.assert(
    fc.property(fc.oneof(anyOrganisationParts(), anyOrganisationParts(true)), (parts) => {
      const snapshot = snapshotOf(parts)
      const result = mineCohorts(snapshot, loose)
      const explained = new Set<string>()
      for (const suggestion of result.suggestions) {
        const { population, filters, entitlements } = suggestion
        const members = cohortMembers(snapshot, filters, { population })
        const everyone = cohortMembers(snapshot, [], { population })
        const holds = (identity: number, e: number) =>
          parts.rowEntitlement.subarray(parts.rowOffset[identity], parts.rowOffset[identity + 1]).includes(e)
        expect(suggestion.cohortSize).toBe(members.length)
        expect(suggestion.outsideSize).toBe(everyone.length - members.length)
        expect(suggestion.usersWithAll).toBe(
          [...members].filter((m) => entitlements.every((e) => holds(m, e.entitlement))).length,
        )
        expect(suggestion.outsideWithAll).toBe(
          [...everyone].filter((i) => !members.includes(i) && entitlements.every((e) => holds(i, e.entitlement)))
            .length,
        )
        let news = 0
        for (const { entitlement, grantedCount, coverage, outsideCount, explainedCount } of entitlements) {
          const holders = [...members].filter((m) => holds(m, entitlement))
          expect(grantedCount).toBe(holders.length)
          expect(coverage).toBe(holders.length / members.length)
          expect(outsideCount).toBe([...everyone].filter((i) => holds(i, entitlement)).length - holders.length)
          const unexplained = holders.filter((m) => !explained.has(`${m}/${entitlement}`))
          expect(explainedCount).toBe(unexplained.length)
          news += unexplained.length
          for (const m of holders) explained.add(`${m}/${entitlement}`)
        }
        expect(suggestion.explainedGrants).toBe(news)
        expect(suggestion.confidence).toBeGreaterThanOrEqual(0)
        expect(suggestion.confidence).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test.each([1, 2, 3])('%i threads give the very bytes of one call', async (threads) => {
  const buffer = encodeSnapshotToBuffer(organisationParts({ seed: 7, identityCount: 300, projects: true }))
  const settings = { hints: [{ attribute: 'title', priority: 50, values: [] }] }
  const expected = JSON.stringify(mineCohorts(readSnapshot(buffer), settings))
  expect(JSON.stringify(await mineCohortsInThreads(buffer, settings, { threads }))).toBe(expected)
  expect(JSON.parse(expected).suggestions.length).toBeGreaterThan(5)
})

test('threads mine any graph as one call does', async () => {
  await fc.assert(
    fc.asyncProperty(anyOrganisationParts(), async (parts) => {
      const buffer = encodeSnapshotToBuffer(parts)
      expect(await mineCohortsInThreads(buffer, loose, { threads: 2 })).toEqual(
        mineCohorts(readSnapshot(buffer), loose),
      )
    }),
    { numRuns: 5 },
  )
})

test('progress counts every cohort once, on threads as in one call', async () => {
  const buffer = encodeSnapshotToBuffer(organisationParts({ seed: 1, identityCount: 200 }))
  const last = { threads: [] as CohortMiningProgress[], single: [] as CohortMiningProgress[] }
  mineCohorts(readSnapshot(buffer), {}, { onProgress: (p) => last.single.push(p) })
  const result = await mineCohortsInThreads(buffer, {}, { threads: 2, onProgress: (p) => last.threads.push(p) })
  const total = result.populations.reduce((sum, p) => sum + p.cohortsAnalyzed, 0)
  expect(last.single.at(-1)?.cohortsAnalyzed).toBe(total)
  expect(last.threads.at(-1)?.cohortsAnalyzed).toBe(total)
  expect(last.threads.length).toBe(last.single.length)
})

test('an aborted analysis rejects with the reason of the abort and leaves no thread', async () => {
  const buffer = encodeSnapshotToBuffer(organisationParts({ seed: 1, identityCount: 2000 }))
  const controller = new AbortController()
  const reason = new Error('no longer wanted')
  const running = mineCohortsInThreads(
    buffer,
    {},
    { threads: 2, signal: controller.signal, onProgress: () => controller.abort(reason) },
  )
  await expect(running).rejects.toBe(reason)
  await expect(mineCohortsInThreads(buffer, {}, { threads: 2, signal: controller.signal })).rejects.toBe(reason)
  await expect(mineCohortsInThreads(buffer, {}, { threads: 2, signal: AbortSignal.timeout(1) })).rejects.toThrow(
    'timeout',
  )
  expect(process.getActiveResourcesInfo().filter((r) => r === 'MessagePort' || r === 'Worker')).toEqual(
    expect.not.arrayContaining(['Worker']),
  )
})

test('an error of the progress callback ends the analysis', async () => {
  const buffer = encodeSnapshotToBuffer(organisationParts({ seed: 1, identityCount: 200 }))
  const onProgress = () => {
    throw new Error('the disk of the caller is full')
  }
  await expect(mineCohortsInThreads(buffer, {}, { threads: 2, onProgress })).rejects.toThrow('disk of the caller')
})

test('a stop is obeyed and typed', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 1, identityCount: 200 }))
  let asked = 0
  expect(() => mineCohorts(snapshot, {}, { shouldStop: () => ++asked > 3 })).toThrow(
    expect.objectContaining({ name: 'MiningError', kind: 'stopped' }),
  )
})

test.each<[string, Partial<SnapshotParts>]>([
  ['nobody', noOne()],
  [
    'no entitlement',
    {
      ...tinyParts(),
      entitlementKey: new Int32Array(0),
      entitlementApplication: new Int32Array(0),
      rowOffset: new Uint32Array(3),
      rowEntitlement: new Uint32Array(0),
      lastUsedDay: new Uint16Array(0),
    },
  ],
  ['two identities, one of them enabled', tinyParts()],
])('a snapshot of %s has no suggestions and no failure', (_, parts) => {
  const result = mineCohorts(snapshotOf(parts as SnapshotParts))
  expect(result.suggestions).toEqual([])
})

test('a broken buffer is refused before any mining', async () => {
  const buffer = encodeSnapshotToBuffer(tinyParts())
  new Uint8Array(buffer)[200]! ^= 1
  await expect(mineCohortsInThreads(buffer, {}, { threads: 1 })).rejects.toThrow(MiningError)
})

test.each<[Partial<Record<keyof CohortMiningSettings | 'minSize', unknown>>, string]>([
  [{ minCohortSize: 1 }, 'minCohortSize: expected a whole number from 2 to 100000, got 1'],
  [{ minCohortSize: 5.5 }, 'minCohortSize: expected a whole number from 2 to 100000, got 5.5'],
  [{ minEntitlements: 0 }, 'minEntitlements: expected a whole number from 1 to 1000000, got 0'],
  [{ maxFilters: 5 }, 'maxFilters: expected a whole number from 1 to 4, got 5'],
  [{ maxSuggestions: Number.NaN }, 'maxSuggestions: expected a whole number from 1 to 1000000, got NaN'],
  [{ minCoverage: 0.5 }, 'minCoverage: expected more than 0.5 and at most 1, got 0.5'],
  [{ expectedCoverage: 1.01 }, 'expectedCoverage: expected more than 0 and at most 1, got 1.01'],
  [{ minLift: 0.5 }, 'minLift: expected at least 1, got 0.5'],
  [{ hints: [{ attribute: ' ', priority: 1, values: [] }] }, 'hints[0].attribute: expected a name, got " "'],
  [{ hints: [{ attribute: 'a', priority: 101, values: [] }] }, 'hints[0].priority: expected 0 to 100, got 101'],
  [{ populations: ['robots'] }, 'populations[0]: expected "people" or "machines", got "robots"'],
  [{ minSize: 3 }, 'minSize: expected one of minCohortSize, minEntitlements,'],
])('settings %j are refused', (settings, message) => {
  expect(() => mineCohorts(snapshotOf(tinyParts()), settings as Partial<CohortMiningSettings>)).toThrow(message)
})

function noOne(): SnapshotParts {
  return {
    identityKey: new Int32Array(0),
    entitlementKey: new Int32Array(0),
    applicationKey: new Int32Array(0),
    entitlementApplication: new Int32Array(0),
    rowOffset: new Uint32Array(1),
    rowEntitlement: new Uint32Array(0),
    identityStatus: new Uint8Array(0),
    identityType: new Uint8Array(0),
    attributes: [],
  }
}
