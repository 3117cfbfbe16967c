import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import * as roleModel from './index.ts'

test('the example of the README runs, prints its two roles and proves them', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const body = code.replace(/^import \{(.*)\} from '@assay\/role-model'/, 'const {$1} = roleModel')
  const printed: unknown[][] = []
  const run = Function('roleModel', 'console', `${body}; return isSmallest`)
  expect(run(roleModel, { log: (...words: unknown[]) => printed.push(words) })).toBe(true)
  expect(printed).toEqual([
    [
      [0, 2],
      [0, 1],
    ],
    [
      [1, 2],
      [1, 2],
    ],
  ])
})

test('the second example of the README keeps two roles, and one role adds two grants', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const code = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)][1]![1]!
  const body = code.replace(/^import \{(.*)\} from '@assay\/role-model'/, 'const {$1} = roleModel')
  const access = {
    identityCount: 3,
    entitlementCount: 3,
    rowOffset: Uint32Array.of(0, 2, 4, 7),
    rowEntitlement: Uint32Array.of(0, 1, 1, 2, 0, 1, 2),
  }
  const run = Function('roleModel', 'access', `${body}; return { roles, atLeast, points }`)
  expect(run(roleModel, access)).toEqual({
    roles: 2,
    atLeast: 2,
    points: [
      { roles: 1, changes: 2, missing: 0, added: 2, atLeast: 2 },
      { roles: 2, changes: 0, missing: 0, added: 0, atLeast: 0 },
    ],
  })
})

// Four clerks with entitlements 0 to 4, a fifth who lacks 4, and somebody with a stray 5.
const clerks = {
  identityCount: 6,
  entitlementCount: 6,
  rowOffset: Uint32Array.of(0, 5, 10, 15, 20, 24, 25),
  rowEntitlement: Uint32Array.of(0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 5),
}

test('the example of docs/mining.md has the figures that stand there', () => {
  const exact = roleModel.mineRoleModel(clerks, { objective: 'least_complexity' })
  expect(exact.roles).toHaveLength(3)
  expect(exact.bound.roles).toBe(3)
  expect(exact.figures.complexity).toBe(19)
  const prices = { role: 1, membership: 1, entitlement: 1, missing: 1, added: 2 }
  const settings = { objective: 'least_description', prices } as const
  const described = roleModel.mineRoleModel(clerks, settings)
  expect(described.figures).toMatchObject({ roles: 1, missing: 1, added: 1, descriptionLength: 14 })
  expect(described.curve.map(({ descriptionLength }) => descriptionLength)).toEqual([25, 14])
  const budget = roleModel.mineRoleModel(clerks, { constraints: { overGrantBudget: 1 } })
  expect(budget.roles).toHaveLength(2)
  expect([budget.added.identity[0], budget.added.entitlement[0]]).toEqual([4, 4])
})
