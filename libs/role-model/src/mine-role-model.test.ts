import { MiningError } from '@assay/mining'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { multiplyOut } from './draft-role.ts'
import { isIncompatible, mineRoleModel, type RoleModelSettings } from './index.ts'
import type { AccessRows } from './reduce-access.ts'
import { accessOfMasks, fewestRolesByTrying, rowOf } from './testing-twins.ts'

/** Access of up to this number of identities and entitlements, from empty to full, often with equal rows and columns. */
function anyAccess(identities: number, entitlements: number): fc.Arbitrary<AccessRows> {
  const row = fc.integer({ min: 0, max: 2 ** entitlements - 1 })
  return fc.tuple(fc.array(row, { minLength: 1, maxLength: identities }), row).map(([rows, mask]) =>
    accessOfMasks(
      rows.map((bits) => bits & (mask | 1)),
      entitlements,
    ),
  )
}

const empty = { missing: { length: 0 }, added: { length: 0 } }

function balance(access: AccessRows, model: ReturnType<typeof mineRoleModel>) {
  const { missing, added } = multiplyOut(access, model.roles)
  return { missing: { length: missing.identity.length }, added: { length: added.identity.length } }
}

test('tiny access gets exactly as many roles as trying everything finds, never fewer than the bound', () => {
  fc.assert(
    fc.property(anyAccess(6, 5), (access) => {
      const model = mineRoleModel(access)
      expect(balance(access, model)).toEqual(empty)
      expect(model.roles.length).toBe(fewestRolesByTrying(access))
      expect(model.bound.roles).toBeLessThanOrEqual(model.roles.length)
      expect(isIncompatible(access, model.bound.incompatible)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('forbidden pairs never meet in a role, and the number of roles is still the fewest', () => {
  fc.assert(
    fc.property(anyAccess(5, 4), (access) => {
      const forbiddenPairs: [number, number][] = [
        [0, 1],
        [1, 3],
      ]
      const model = mineRoleModel(access, { constraints: { forbiddenPairs } })
      expect(balance(access, model)).toEqual(empty)
      for (const { entitlements } of model.roles) {
        for (const [a, b] of forbiddenPairs) expect(entitlements.includes(a) && entitlements.includes(b)).toBe(false)
      }
      expect(model.bound.roles).toBeLessThanOrEqual(model.roles.length)
      expect(isIncompatible(access, model.bound.incompatible, forbiddenPairs)).toBe(true)
      expect(model.roles.length).toBe(fewestRolesByTrying(access, forbiddenPairs))
    }),
    { numRuns: 200 },
  )
})

test('sets of which no role holds something of both are as the pairs of their entitlements, and as few roles are needed', () => {
  const sets = [
    [[0, 1], [2]],
    [[1, 3], [4]],
  ] as const
  const pairs = sets.flatMap(([first, second]) => first.flatMap((a) => second.map((b): [number, number] => [a, b])))
  const objectives = ['fewest_roles', 'least_complexity', 'least_description'] as const
  fc.assert(
    fc.property(anyAccess(5, 5), fc.constantFrom(...objectives), (access, objective) => {
      const model = mineRoleModel(access, { objective, constraints: { forbiddenSets: sets } })
      for (const { entitlements } of model.roles) {
        for (const [a, b] of pairs) expect(entitlements.includes(a) && entitlements.includes(b)).toBe(false)
      }
      if (objective !== 'fewest_roles') return
      expect(balance(access, model)).toEqual(empty)
      expect(isIncompatible(access, model.bound.incompatible, pairs)).toBe(true)
      expect(model.roles.length).toBe(fewestRolesByTrying(access, pairs))
    }),
    { numRuns: 300 },
  )
})

test('a role of the shortest description has no forbidden pair, though everybody holds both', () => {
  const access = accessOfMasks([0b11100, 0b11100, 0b11100], 5)
  const model = mineRoleModel(access, { objective: 'least_description', constraints: { forbiddenPairs: [[3, 4]] } })
  for (const { entitlements } of model.roles) expect(entitlements.includes(3) && entitlements.includes(4)).toBe(false)
})

test('exact models of any objective give every grant and nothing else, and links never outnumber those of fewest roles', () => {
  fc.assert(
    fc.property(anyAccess(14, 10), (access) => {
      const fewest = mineRoleModel(access)
      const least = mineRoleModel(access, { objective: 'least_complexity', searchIterations: 300 })
      expect(balance(access, fewest)).toEqual(empty)
      expect(balance(access, least)).toEqual(empty)
      expect(least.figures.complexity).toBeLessThanOrEqual(fewest.figures.complexity)
      expect(least.bound.roles).toBeLessThanOrEqual(least.roles.length)
    }),
    { numRuns: 60 },
  )
})

test('every limit holds at once, without losing or adding a grant', () => {
  const limits = fc.record({
    maxRolesPerIdentity: fc.option(fc.integer({ min: 4, max: 6 }), { nil: undefined }),
    maxIdentitiesPerRole: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    maxEntitlementsPerRole: fc.option(fc.integer({ min: 3, max: 6 }), { nil: undefined }),
    forbiddenPairs: fc.constantFrom<[number, number][] | undefined>(
      undefined,
      [[0, 2]],
      [
        [1, 4],
        [4, 7],
      ],
    ),
  })
  const objective = fc.constantFrom('fewest_roles' as const, 'least_complexity' as const)
  fc.assert(
    fc.property(anyAccess(12, 9), limits, objective, (access, constraints, objective) => {
      const model = mineRoleModel(access, { objective, constraints, searchIterations: 200 })
      expect(balance(access, model)).toEqual(empty)
      const rolesOf = new Uint32Array(access.identityCount)
      for (const { identities, entitlements } of model.roles) {
        for (const identity of identities) rolesOf[identity]!++
        expect(identities.length).toBeLessThanOrEqual(constraints.maxIdentitiesPerRole ?? 99)
        expect(entitlements.length).toBeLessThanOrEqual(constraints.maxEntitlementsPerRole ?? 99)
        for (const [a, b] of constraints.forbiddenPairs ?? []) {
          expect(entitlements.includes(a) && entitlements.includes(b)).toBe(false)
        }
      }
      for (const count of rolesOf) expect(count).toBeLessThanOrEqual(constraints.maxRolesPerIdentity ?? 99)
    }),
    { numRuns: 150 },
  )
})

test('kept roles are in the model as they are, and what they give is not mined again', () => {
  fc.assert(
    fc.property(anyAccess(10, 8), fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 1 }), (access, kept) => {
      const model = mineRoleModel(access, { constraints: { keptRoles: [{ entitlements: kept }] } })
      expect(balance(access, model)).toEqual(empty)
      expect([...model.roles[0]!.entitlements]).toEqual(kept.toSorted((a, b) => a - b))
      expect(model.roles[0]!.kept).toBe(0)
      const holders = Array.from({ length: access.identityCount }, (_, i) => i).filter((i) =>
        kept.every((e) => rowOf(access, i).includes(e)),
      )
      expect([...model.roles[0]!.identities]).toEqual(holders)
      expect(model.bound.roles).toBeLessThanOrEqual(model.roles.length)
    }),
    { numRuns: 100 },
  )
})

test('a budget of additions is never exceeded, and every gain is listed', () => {
  fc.assert(
    fc.property(anyAccess(10, 8), fc.integer({ min: 1, max: 12 }), (access, overGrantBudget) => {
      const model = mineRoleModel(access, { constraints: { overGrantBudget } })
      const { missing, added } = multiplyOut(access, model.roles)
      expect(missing.identity.length).toBe(0)
      expect(added).toEqual(model.added)
      expect(added.identity.length).toBeLessThanOrEqual(overGrantBudget)
      expect(model.bound.roles).toBeLessThanOrEqual(model.roles.length)
      expect(model.roles.length).toBeLessThanOrEqual(mineRoleModel(access).roles.length)
    }),
    { numRuns: 100 },
  )
})

test('one grant short of a role is bought when the budget allows it', () => {
  const access = accessOfMasks([0b1111, 0b1111, 0b0111], 4)
  expect(mineRoleModel(access).roles).toHaveLength(2)
  const model = mineRoleModel(access, { constraints: { overGrantBudget: 1 } })
  expect(model.roles).toHaveLength(1)
  expect([...model.added.identity, ...model.added.entitlement]).toEqual([2, 3])
})

test('a description lists exactly what its roles leave out and add, and forbidden additions never happen', () => {
  fc.assert(
    fc.property(anyAccess(16, 10), fc.constantFrom(1, 4, Number.POSITIVE_INFINITY), (access, added) => {
      const prices = { role: 1, added }
      const model = mineRoleModel(access, { objective: 'least_description', prices })
      expect({ missing: model.missing, added: model.added }).toEqual(multiplyOut(access, model.roles))
      if (added === Number.POSITIVE_INFINITY) expect(model.figures.added).toBe(0)
      const last = model.curve[model.curve.length - 1]!
      expect(last.missing).toBe(model.figures.missing)
      expect(last.descriptionLength).toBeCloseTo(model.figures.descriptionLength)
      expect(last.descriptionLength).toBeLessThanOrEqual(model.curve[0]!.descriptionLength)
      expect(model.curve).toHaveLength(model.roles.length + 1)
    }),
    { numRuns: 100 },
  )
})

test('a description keeps to a budget of additions and to limits', () => {
  fc.assert(
    fc.property(anyAccess(14, 9), fc.integer({ min: 1, max: 6 }), (access, overGrantBudget) => {
      const constraints = { overGrantBudget, maxRolesPerIdentity: 1, maxEntitlementsPerRole: 4 }
      const model = mineRoleModel(access, {
        objective: 'least_description',
        prices: { role: 1, added: 1 },
        constraints,
      })
      expect(model.figures.added).toBeLessThanOrEqual(overGrantBudget)
      const rolesOf = new Uint32Array(access.identityCount)
      for (const { identities } of model.roles) for (const identity of identities) rolesOf[identity]!++
      expect(Math.max(...rolesOf)).toBeLessThanOrEqual(1)
    }),
    { numRuns: 80 },
  )
})

test('the same access, settings and seed give the same bytes, and the access is left as it was', () => {
  fc.assert(
    fc.property(anyAccess(14, 10), fc.integer({ min: 0, max: 9 }), (access, seed) => {
      const before = access.rowEntitlement.slice()
      for (const objective of ['fewest_roles', 'least_complexity', 'least_description'] as const) {
        const settings = { objective, seed, searchIterations: 100 }
        expect(mineRoleModel(access, settings)).toEqual(mineRoleModel(access, settings))
      }
      expect(access.rowEntitlement).toEqual(before)
    }),
    { numRuns: 20 },
  )
})

test.each([
  ['no identity', accessOfMasks([], 3), 0],
  ['no grant', accessOfMasks([0, 0], 3), 0],
  ['one grant', accessOfMasks([1], 1), 1],
  ['all hold everything', accessOfMasks([7, 7, 7], 3), 1],
  ['identities that share nothing', accessOfMasks([1, 2, 4], 3), 3],
])('%s needs the obvious number of roles', (_, access, roles) => {
  const model = mineRoleModel(access)
  expect(model.roles).toHaveLength(roles)
  expect(model.isFewest).toBe(true)
})

const three = accessOfMasks([0b111, 0b011, 0b110], 3)
const bad: [string, AccessRows, RoleModelSettings, string][] = [
  ['rows too short', { ...three, identityCount: 4 }, {}, 'rowOffset'],
  ['a first row that does not begin at 0', { ...three, rowOffset: Uint32Array.of(1, 3, 5, 7) }, {}, 'rowOffset[0]'],
  ['rows that end before they begin', { ...three, rowOffset: Uint32Array.of(0, 3, 2, 7) }, {}, 'rowOffset[2]'],
  ['grants after the last row', { ...three, rowOffset: Uint32Array.of(0, 3, 5, 6) }, {}, 'rowOffset[3]'],
  [
    'an ordinal out of range',
    { ...three, rowEntitlement: Uint32Array.of(0, 1, 3, 0, 1, 1, 2) },
    {},
    'rowEntitlement[2]',
  ],
  ['an unsorted row', { ...three, rowEntitlement: Uint32Array.of(1, 0, 2, 0, 1, 1, 2) }, {}, 'rowEntitlement[1]'],
  ['a duplicate', { ...three, rowEntitlement: Uint32Array.of(0, 1, 2, 1, 1, 1, 2) }, {}, 'rowEntitlement[4]'],
  ['an unknown objective', three, { objective: 'most_roles' as 'fewest_roles' }, 'objective'],
  ['a price below zero', three, { prices: { added: -1 } }, 'prices.added'],
  ['an infinite price of a role', three, { prices: { role: Number.POSITIVE_INFINITY } }, 'prices.role'],
  ['a budget of zero', three, { constraints: { overGrantBudget: 0 } }, 'constraints.overGrantBudget'],
  ['a search without steps', three, { searchIterations: 0 }, 'searchIterations'],
  [
    'fewest members of exact roles',
    three,
    { constraints: { minIdentitiesPerRole: 2 } },
    'constraints.minIdentitiesPerRole',
  ],
  [
    'more members than a role may have',
    three,
    { objective: 'least_description', constraints: { minIdentitiesPerRole: 3, maxIdentitiesPerRole: 2 } },
    'constraints.minIdentitiesPerRole',
  ],
  ['half a role', three, { constraints: { maxRolesPerIdentity: 0.5 } }, 'constraints.maxRolesPerIdentity'],
  ['sets that share one', three, { constraints: { forbiddenSets: [[[0, 1], [1]]] } }, 'constraints.forbiddenSets[0]'],
  ['a pair of one', three, { constraints: { forbiddenPairs: [[1, 1]] } }, 'constraints.forbiddenPairs[0]'],
  ['a pair out of range', three, { constraints: { forbiddenPairs: [[0, 3]] } }, 'constraints.forbiddenPairs[0][1]'],
  [
    'a pair that one role each cannot separate',
    three,
    { constraints: { forbiddenPairs: [[0, 1]], maxRolesPerIdentity: 1 } },
    'constraints.maxRolesPerIdentity',
  ],
  [
    'limits that leave no room',
    three,
    { constraints: { maxEntitlementsPerRole: 1, maxRolesPerIdentity: 2 } },
    'constraints.maxRolesPerIdentity',
  ],
  [
    'a kept role with a forbidden pair',
    three,
    { constraints: { keptRoles: [{ entitlements: [0, 1] }], forbiddenPairs: [[1, 0]] } },
    'constraints.keptRoles[0].entitlements',
  ],
  [
    'a kept role that is too large',
    three,
    { constraints: { keptRoles: [{ entitlements: [0, 1] }], maxEntitlementsPerRole: 1 } },
    'constraints.keptRoles[0].entitlements',
  ],
  [
    'a kept role with a member that lacks something',
    three,
    { constraints: { keptRoles: [{ entitlements: [0], identities: [0, 2] }] } },
    'constraints.keptRoles[0].identities',
  ],
  [
    'more kept roles than an identity may have',
    three,
    { constraints: { keptRoles: [{ entitlements: [0] }, { entitlements: [1] }], maxRolesPerIdentity: 1 } },
    'constraints.maxRolesPerIdentity',
  ],
]
/** With any of these limits one lower, no model obeys it. */
const thatJustFit: [string, RoleModelSettings['constraints']][] = [
  ['as many roles as single entitlements need', { maxEntitlementsPerRole: 1, maxRolesPerIdentity: 3 }],
  ['as many roles as a forbidden pair needs', { forbiddenPairs: [[0, 1]], maxRolesPerIdentity: 2 }],
  [
    'as many roles as are kept',
    { keptRoles: [{ entitlements: [0, 1] }, { entitlements: [1, 2] }], maxRolesPerIdentity: 2 },
  ],
  ['a kept role as large as a role may be', { keptRoles: [{ entitlements: [0, 1] }], maxEntitlementsPerRole: 2 }],
  [
    'a kept role with as many members as a role may have',
    { keptRoles: [{ entitlements: [0, 1], identities: [0, 1] }], maxIdentitiesPerRole: 2 },
  ],
]
test.each(thatJustFit)('%s: a limit that just fits is held', (_, constraints = {}) => {
  const model = mineRoleModel(three, { constraints })
  expect(balance(three, model)).toEqual(empty)
  const { maxEntitlementsPerRole = 3, maxRolesPerIdentity = 9, maxIdentitiesPerRole = 3 } = constraints
  for (const { entitlements, identities } of model.roles) {
    expect(entitlements.length).toBeLessThanOrEqual(maxEntitlementsPerRole)
    expect(identities.length).toBeLessThanOrEqual(maxIdentitiesPerRole)
  }
  for (let identity = 0; identity < three.identityCount; identity++)
    expect(model.roles.filter(({ identities }) => identities.includes(identity)).length).toBeLessThanOrEqual(
      maxRolesPerIdentity,
    )
})

test.each(bad)('%s is refused before any work, with its place', (_, access, settings, field) => {
  const seen: unknown[] = []
  const work = () => mineRoleModel(access, settings, { onProgress: (progress) => seen.push(progress) })
  expect(work).toThrow(MiningError)
  expect(work).toThrow(expect.objectContaining({ field }))
  expect(seen).toEqual([])
})

test('a run that is told to stop ends with a typed error, whenever that is', () => {
  const access = accessOfMasks(
    Array.from({ length: 30 }, (_, i) => (i * 2654435761) % 4096),
    12,
  )
  const settings = { objective: 'least_complexity', searchIterations: 200, proofNodes: 300 } as const
  let asked = 0
  mineRoleModel(access, settings, { shouldStop: () => ++asked < 0 })
  expect(asked).toBeGreaterThan(10)
  for (let at = 1; at <= asked; at += Math.ceil(asked / 9)) {
    let count = 0
    const work = () => mineRoleModel(access, settings, { shouldStop: () => ++count >= at })
    expect(work).toThrow(expect.objectContaining({ kind: 'stopped' }))
  }
})

test('progress names each phase and never goes back', () => {
  const seen: number[] = []
  const phases = new Set<string>()
  mineRoleModel(
    accessOfMasks([1, 3, 12, 8, 48], 6),
    {},
    {
      onProgress: ({ phase, componentsDone }) => {
        phases.add(phase)
        seen.push(componentsDone)
      },
    },
  )
  expect([...phases]).toEqual(['reduce', 'drop_implied', 'cover', 'bound', 'limits', 'verify'])
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
})
