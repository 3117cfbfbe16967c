import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { mineRoleModel } from './mine-role-model.ts'
import { defaultPrices } from './role-model-settings.ts'
import { accessOf } from './testing-access.ts'

/** Every identity holds all entitlements but one. The kernel is the whole, and every grant fits with nearly every other. */
function withoutDiagonal(size: number) {
  const cells = Array.from({ length: size * size }, (_, cell) => cell).filter((cell) => cell % (size + 1) !== 0)
  return accessOf(
    Uint32Array.from(cells, (cell) => Math.floor(cell / size)),
    Uint32Array.from(cells, (cell) => cell % size),
  )
}

test.each(['fewest_roles', 'least_complexity', 'least_description'] as const)(
  '%s ends when its work is done, with what it reached and where it was cut',
  (objective) => {
    const access = withoutDiagonal(60)
    const short = { objective, workBudget: objective === 'least_description' ? 300 : 3000 }
    const model = mineRoleModel(access, short)
    expect(model.cutPhase).toBeDefined()
    expect(mineRoleModel(access, short)).toEqual(model)
    if (objective === 'least_description') return
    expect([model.figures.missing, model.figures.added]).toEqual([0, 0])
    expect(model.figures.roles).toBeLessThanOrEqual(60)
    expect(model.bound.roles).toBeLessThanOrEqual(model.figures.roles)
  },
)

test('wherever a run is cut, two roles come out', () => {
  // Identities 0 to 2 hold the first three entitlements, 2 to 4 the last three.
  const cells = [0, 1, 2].flatMap((i) =>
    [0, 1, 2].flatMap((e) => [
      [i, e],
      [i + 2, e + 2],
    ]),
  ) as [number, number][]
  const access = accessOf(
    Uint32Array.from(cells, ([identity]) => identity),
    Uint32Array.from(cells, ([, entitlement]) => entitlement),
  )
  for (let workBudget = 1; workBudget < 200; workBudget++) {
    const { figures, bound } = mineRoleModel(access, { workBudget })
    expect([figures.missing, figures.added, bound.roles <= figures.roles]).toEqual([0, 0, true])
    expect(figures.roles).toBeLessThanOrEqual(5)
  }
})

test('a run within its budget says that nothing was cut', () => {
  const access = withoutDiagonal(6)
  expect(mineRoleModel(access).cutPhase).toBeUndefined()
  expect(() => mineRoleModel(access, { workBudget: 0 })).toThrow('workBudget: expected a whole number of 1 or more')
})

test('the prices that the API promises are those in force', async () => {
  const proto = await readFile(
    new URL('../../../proto/assay/rolemodel/v1/role_model_service.proto', import.meta.url),
    'utf8',
  )
  const prices = /message Prices \{([\s\S]*?)\n\}/.exec(proto)?.[1] ?? ''
  const promised = [...prices.matchAll(/absent means (\d+)[\s\S]*?optional double (\w+)/g)]
  expect(Object.fromEntries(promised.map(([, price, name]) => [name, Number(price)]))).toEqual({ ...defaultPrices })
})
