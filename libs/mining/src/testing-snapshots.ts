import fc from 'fast-check'
import type { AccessClosure } from './access/access-closure.ts'
import { closeMemberships } from './access/close-memberships.ts'
import { listsFrom } from './attribute-lists.ts'
import { rowsFromGrants } from './grant-rows.ts'
import type { SnapshotAttribute, SnapshotParts } from './snapshot.ts'

/** Two identities, two entitlements of one application, three grants. */
export function tinyParts(): SnapshotParts {
  return {
    identityKey: Int32Array.of(10, 11),
    entitlementKey: Int32Array.of(20, 21),
    applicationKey: Int32Array.of(30),
    entitlementApplication: Int32Array.of(0, 0),
    rowOffset: Uint32Array.of(0, 2, 3),
    rowEntitlement: Uint32Array.of(0, 1, 1),
    lastUsedDay: Uint16Array.of(0, 20000, 65535),
    identityStatus: Uint8Array.of(0, 1),
    identityType: Uint8Array.of(0, 1),
    attributes: [
      { key: 'département', values: ['Müller', '', '東京'], column: Int32Array.of(2, -1) },
      { key: 'projects', values: ['x', 'y'], lists: listsFrom([[1, 0], []]) },
    ],
  }
}

/** Two groups that give each other. */
export function tinyClosure(): AccessClosure {
  return closeMemberships(2, { holder: Uint32Array.of(0, 1), entitlement: Uint32Array.of(1, 0) })
}

/** Any small graph: empty, full, with one identity, with one entitlement, and all between, with any attributes. */
export function anySnapshotParts(): fc.Arbitrary<SnapshotParts> {
  return fc
    .record({
      identityCount: fc.integer({ min: 0, max: 12 }),
      entitlementCount: fc.integer({ min: 0, max: 9 }),
      applicationCount: fc.integer({ min: 1, max: 3 }),
      density: fc.constantFrom(0, 0.1, 0.5, 0.9, 1),
      seed: fc.integer(),
      withDays: fc.boolean(),
      memberships: fc.integer({ min: 0, max: 8 }),
      attributes: fc.uniqueArray(
        fc.record({
          key: fc.string(),
          values: fc.uniqueArray(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('A', 'a ')), {
            maxLength: 4,
          }),
          isList: fc.boolean(),
        }),
        {
          selector: (a) => a.key,
          maxLength: 4,
        },
      ),
    })
    .map(({ identityCount, entitlementCount, applicationCount, density, seed, withDays, memberships, attributes }) => {
      const random = seeded(seed)
      const identity: number[] = []
      const entitlement: number[] = []
      for (let i = 0; i < identityCount; i++) {
        for (let e = 0; e < entitlementCount; e++) {
          if (random() < density) {
            identity.push(i)
            entitlement.push(e)
          }
        }
      }
      const fill = (length: number, value: () => number) => Array.from({ length }, value)
      const anyEntitlements = () =>
        Uint32Array.from(fill(entitlementCount > 0 ? memberships : 0, () => Math.floor(random() * entitlementCount)))
      const closure = closeMemberships(entitlementCount, { holder: anyEntitlements(), entitlement: anyEntitlements() })
      return {
        identityKey: Int32Array.from(fill(identityCount, () => Math.floor(random() * 2 ** 31))),
        entitlementKey: Int32Array.from(fill(entitlementCount, () => Math.floor(random() * 2 ** 31))),
        applicationKey: Int32Array.from(fill(applicationCount, () => Math.floor(random() * 2 ** 31))),
        entitlementApplication: Int32Array.from(fill(entitlementCount, () => Math.floor(random() * applicationCount))),
        identityStatus: Uint8Array.from(fill(identityCount, () => (random() < 0.8 ? 0 : 1 + Math.floor(random() * 2)))),
        identityType: Uint8Array.from(fill(identityCount, () => (random() < 0.8 ? 0 : 1 + Math.floor(random() * 3)))),
        ...rowsFromGrants(
          { identityCount, entitlementCount },
          {
            identity: Uint32Array.from(identity),
            entitlement: Uint32Array.from(entitlement),
            lastUsedDay: withDays ? Uint16Array.from(fill(identity.length, () => random() * 65536)) : undefined,
          },
        ),
        attributes: attributes.map(({ key, values, isList }) => {
          const anyOf = () => [...values.keys()].filter(() => random() < 0.4)
          if (isList) return { key, values, lists: listsFrom(Array.from({ length: identityCount }, anyOf)) }
          const column = Int32Array.from(fill(identityCount, () => Math.floor(random() * (values.length + 1)) - 1))
          return { key, values, column }
        }),
        ...(memberships > 0 && { closure }),
      }
    })
}

/** mulberry32: small, seeded, the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** An organisation with a realistic structure: departments, titles within a department, teams, places, roles, noise. */
export function organisationParts(options: {
  readonly seed: number
  readonly identityCount: number
  readonly missing?: number
  /** Adds a list of projects: each person is in up to three of them, and each project gives some access. */
  readonly projects?: boolean
}): SnapshotParts {
  const { identityCount, missing = 0.05, projects: withProjects = false } = options
  const random = seeded(options.seed)
  const pick = (count: number) => Math.floor(random() * count)
  const departments = Math.max(2, Math.round(identityCount / 60))
  const department = Int32Array.from({ length: identityCount }, () => pick(departments))
  const title = department.map((d) => d * 3 + pick(3))
  const team = title.map((t) => t * 2 + pick(2))
  const place = department.map(() => pick(4) - 1)
  const kind = department.map(() => (random() < 0.85 ? 0 : 1))
  const columns: readonly [string, Int32Array][] = [
    ['department', department],
    ['title', title],
    ['team', team],
    ['place', place],
    ['kind', kind],
  ]
  const roles: { readonly holds: (i: number) => boolean; readonly entitlements: readonly number[] }[] = []
  let entitlementCount = 0
  const plant = (holds: (i: number) => boolean, size: number) => {
    roles.push({ holds, entitlements: Array.from({ length: size }, () => entitlementCount++) })
  }
  plant(() => true, 3)
  plant((i) => kind[i] === 1, 3)
  for (let d = 0; d < departments; d++) plant((i) => department[i] === d, 4)
  for (let t = 0; t < departments * 3; t += 2) plant((i) => title[i] === t, 3)
  // Entitlements that a title has everywhere except in one place: its cohort passes by coverage and must be rejected as uneven.
  for (let t = 1; t < departments * 3; t += 2) plant((i) => title[i] === t && place[i] !== 1, 3)
  for (let p = 0; p < 3; p++) plant((i) => place[i] === p, 3)
  for (let d = 0; d < departments; d += 2) plant((i) => department[i] === d && place[i] === 0, 3)
  const projectCount = departments * 2
  const projects = Array.from({ length: withProjects ? identityCount : 0 }, () =>
    Array.from({ length: pick(4) }, () => pick(projectCount)),
  )
  if (withProjects) for (let p = 0; p < projectCount; p++) plant((i) => projects[i]!.includes(p), 3)
  const identity: number[] = []
  const entitlement: number[] = []
  for (let i = 0; i < identityCount; i++) {
    for (const role of roles) {
      if (!role.holds(i)) continue
      for (const e of role.entitlements) {
        if (random() < missing) continue
        identity.push(i)
        entitlement.push(e)
      }
    }
    if (random() < 0.5) {
      identity.push(i)
      entitlement.push(pick(entitlementCount))
    }
  }
  return {
    identityKey: Int32Array.from({ length: identityCount }, (_, i) => i + 1),
    entitlementKey: Int32Array.from({ length: entitlementCount }, (_, e) => e + 1),
    applicationKey: Int32Array.of(1, 2, 3),
    entitlementApplication: Int32Array.from({ length: entitlementCount }, (_, e) => e % 3),
    identityStatus: Uint8Array.from({ length: identityCount }, () => (random() < 0.95 ? 0 : 1)),
    identityType: Uint8Array.from({ length: identityCount }, () => (random() < 0.95 ? 0 : 1)),
    ...rowsFromGrants(
      { identityCount, entitlementCount },
      { identity: Uint32Array.from(identity), entitlement: Uint32Array.from(entitlement) },
    ),
    attributes: [
      ...columns.map(([key, column]) => ({
        key,
        values: Array.from({ length: 1 + column.reduce((a, b) => Math.max(a, b), 0) }, (_, v) =>
          key === 'place' && v === 2 ? ' N/A ' : `${key} ${v}`,
        ),
        column,
      })),
      ...(withProjects ? [projectsOf(projects, projectCount)] : []),
    ],
  }
}

/** The projects of each person. One project in five is written in capitals. */
function projectsOf(projects: readonly (readonly number[])[], count: number): SnapshotAttribute {
  const values = Array.from({ length: count * 2 }, (_, v) => (v < count ? `project ${v}` : `PROJECT ${v - count}`))
  const lists = listsFrom(projects.map((own, i) => own.map((p) => (i % 5 === 0 ? p + count : p))))
  return { key: 'projects', values, lists }
}

export function anyOrganisationParts(projects = false): fc.Arbitrary<SnapshotParts> {
  return fc
    .record({
      seed: fc.integer(),
      identityCount: fc.integer({ min: 1, max: 120 }),
      missing: fc.constantFrom(0, 0.05, 0.3),
    })
    .map((options) => organisationParts({ ...options, projects }))
}
