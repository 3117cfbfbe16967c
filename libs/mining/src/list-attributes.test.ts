import { expect, test } from 'vitest'
import { listsFrom } from './attribute-lists.ts'
import { cohortMembers, membersAmong } from './cohort-members.ts'
import type { CohortFilter } from './cohort-result.ts'
import { RoleExplainer } from './concepts/explain-roles.ts'
import { RoleDescriber } from './concepts/role-details.ts'
import { mineCohorts } from './mine-cohorts.ts'
import { type SnapshotParts, snapshotOf } from './snapshot.ts'
import { organisationParts } from './testing-snapshots.ts'

const withProjects = organisationParts({ seed: 5, identityCount: 600, projects: true })
const snapshot = snapshotOf(withProjects)
const projects = snapshot.attributes.find(({ key }) => key === 'projects')!

/** Who is in a project, by hand. */
function inProject(project: number): number[] {
  return [...snapshot.identityStatus.keys()].filter((i) => {
    const { offset, value } = projects.lists!
    const own = [...value.subarray(offset[i], offset[i + 1])].map((ordinal) => projects.values[ordinal]!.toLowerCase())
    return own.includes(`project ${project}`)
  })
}

const enabledPeople = (identities: readonly number[]) =>
  identities.filter((i) => snapshot.identityStatus[i] === 0 && snapshot.identityType[i] === 0)

test('each value of a list that gives access is a suggestion, with all who have it among others', () => {
  const { suggestions, populations } = mineCohorts(snapshot)
  const found = suggestions.filter(({ filters }) => filters.length === 1 && filters[0]!.attribute === 'projects')
  const projectCount = projects.values.length / 2
  expect(found.length).toBeGreaterThan(projectCount * 0.8)
  for (const { filters, cohortSize } of found) {
    const [commonest, other] = filters[0]!.values
    expect(other).toBe(commonest!.toUpperCase())
    const people = enabledPeople(inProject(Number(commonest!.slice('project '.length))))
    expect(cohortSize).toBe(people.length)
    expect([...cohortMembers(snapshot, filters)]).toEqual(people)
  }
  expect(populations[0]!.attributes.find(({ attribute }) => attribute === 'projects')).toMatchObject({
    verdict: 'used',
    distinctValues: projectCount,
  })
})

test('the members of a cohort who match further filters are those who match all of them', () => {
  const departments = snapshot.attributes.find(({ key }) => key === 'department')!.values
  const ofProjects = { attribute: 'projects', values: projects.values.slice(0, 4) }
  const cases: CohortFilter[][] = [
    [],
    [ofProjects],
    [{ attribute: 'department', values: departments.slice(0, 3) }],
    [ofProjects, { attribute: 'department', values: [` ${departments[0]} `, 'nowhere'] }],
    [{ attribute: 'department', values: ['nowhere'] }],
  ]
  for (const first of cases)
    for (const further of cases)
      expect(membersAmong(snapshot, cohortMembers(snapshot, first), further)).toEqual(
        cohortMembers(snapshot, [...first, ...further]),
      )
  const everybody = cohortMembers(snapshot, [])
  expect(() => membersAmong(snapshot, everybody, [{ attribute: 'planet', values: ['Mars'] }])).toThrow('attribute')
})

test('no cohort names a list twice', () => {
  for (const { filters } of mineCohorts(snapshot, { minCohortSize: 3, minEntitlements: 1 }).suggestions) {
    expect(new Set(filters.map(({ attribute }) => attribute)).size).toBe(filters.length)
  }
})

test.each([1, 2, 3])('lists of one value each give what a column gives (organisation %i)', (seed) => {
  const parts = organisationParts({ seed, identityCount: 500 })
  const attributes = parts.attributes.map((attribute) => {
    const { key, values, column } = attribute
    if (key !== 'team' || column === undefined) return attribute
    return { key, values, lists: listsFrom(Array.from(column, (value) => (value < 0 ? [] : [value]))) }
  })
  const bySuggestion = (of: SnapshotParts) =>
    mineCohorts(snapshotOf(of))
      .suggestions.map((suggestion) => JSON.stringify(suggestion))
      .sort()
  expect(bySuggestion({ ...parts, attributes })).toEqual(bySuggestion(parts))
})

test('a value that nearly everybody has does not silence the others of a list', () => {
  const lists = listsFrom(
    Array.from({ length: snapshot.identityCount }, (_, i) => {
      const { offset, value } = projects.lists!
      return [...value.subarray(offset[i], offset[i + 1]), projects.values.length]
    }),
  )
  const withAll = { key: 'projects', values: [...projects.values, 'everybody'], lists }
  const attributes = withProjects.attributes.map((one) => (one.key === 'projects' ? withAll : one))
  const result = mineCohorts(snapshotOf({ ...withProjects, attributes }))
  expect(result.suggestions.some(({ filters }) => filters[0]!.attribute === 'projects')).toBe(true)
  expect(result.suggestions.some(({ filters }) => filters.some(({ values }) => values.includes('everybody')))).toBe(
    false,
  )
})

test('a role is explained by the value of a list that its members share', () => {
  const persons = Uint32Array.from(enabledPeople([...snapshot.identityStatus.keys()]))
  const members = enabledPeople(inProject(3))
  const explained = new RoleExplainer(snapshot, persons, 2).explain(
    Uint32Array.from(members, (identity) => persons.indexOf(identity)),
  )
  expect(explained).toEqual({
    filters: [{ attribute: 'projects', values: ['project 3', 'PROJECT 3'] }],
    cohortSize: members.length,
    matchedMembers: members.length,
    precision: 1,
    recall: 1,
  })
})

test('members of a role count for each of their values, and those without any for none', () => {
  const identities = Uint32Array.from(enabledPeople([...snapshot.identityStatus.keys()]))
  const role = { identities, entitlements: new Uint32Array(0) }
  const { spreads } = new RoleDescriber(snapshot, []).describe(role)
  const { values } = spreads.find(({ attribute }) => attribute === 'projects')!
  const projectCount = projects.values.length / 2
  for (let project = 0; project < projectCount; project++) {
    const count = enabledPeople(inProject(project)).length
    expect(values).toContainEqual({ value: `project ${project}`, count })
  }
  const { offset } = projects.lists!
  const without = [...identities].filter((i) => offset[i] === offset[i + 1]).length
  expect(values).toContainEqual({ value: null, count: without })
  expect(values).toHaveLength(projectCount + 1)
})
