import { expect, test } from 'vitest'
import { accessGrid } from '../access-grid.ts'
import { seededRandom } from '../seeded-random.ts'
import { RoleState } from './role-state.ts'

/** Three people who hold the same six entitlements. */
function grid() {
  return accessGrid({
    rowOffset: Uint32Array.of(0, 6, 12, 18),
    rowColumn: Uint32Array.from({ length: 18 }, (_, g) => g % 6),
    columnCount: 6,
    rowWeight: Uint32Array.of(1, 1, 1),
    columnWeight: new Uint32Array(6).fill(1),
  })
}

/** The first role with these columns, by comparing one role after the other. */
function firstWith({ roles }: RoleState, columns: number): number {
  return roles.findIndex((role) => role !== undefined && role[0] === columns)
}

test('a role is found by its columns, the first of equal ones, whatever was changed and undone', () => {
  const random = seededRandom(3)
  const pick = (count: number) => Math.floor(random() * count)
  const state = new RoleState(grid(), undefined)
  for (let i = 0; i < 6; i++) state.addRole(Int32Array.of(1 + pick(7)))
  const columnsOfRoles = () => state.roles.map((role) => role?.[0])
  for (let turn = 0; turn < 300; turn++) {
    const before = columnsOfRoles()
    state.begin()
    for (let change = 0; change < 3; change++) {
      const present = [...state.roles.keys()].filter((role) => state.roles[role] !== undefined)
      const role = present[pick(present.length)]
      const kind = pick(3)
      if (role === undefined || kind === 0) state.addRole(Int32Array.of(1 + pick(7)))
      else if (kind === 1) state.dropRole(role)
      else state.setColumns(role, Int32Array.of(1 + pick(7)))
    }
    if (turn % 2 === 0) {
      state.undo()
      expect(columnsOfRoles().slice(0, before.length)).toEqual(before)
    }
    for (let columns = 1; columns < 9; columns++) {
      expect(state.find(Int32Array.of(columns))).toBe(firstWith(state, columns))
    }
  }
})

test('a row is made up by roles that give all that it needs together', () => {
  const needed = new Uint8Array(18).fill(1)
  needed[5] = 0
  const state = new RoleState(grid(), needed)
  const first = state.addRole(Int32Array.of(0b000111))
  const second = state.addRole(Int32Array.of(0b011000))
  expect([0, 1].map((row) => state.isMadeUp(row, [first, second]))).toEqual([true, false])
  expect(state.isMadeUp(0, [second])).toBe(false)
})
