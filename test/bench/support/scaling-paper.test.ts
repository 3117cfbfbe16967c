import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { theilSen } from './robust-figures.ts'
import { limits, scalingTables, stepOf } from './scaling-paper.ts'
import { growthOf } from './table-growth.ts'

test('the tables of docs/scaling.md are what its arithmetic gives', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/scaling.md'), 'utf8')
  for (const table of scalingTables().trim().split('\n\n')) expect(page).toContain(table)
})

test('the paper reaches a billion grants, and what breaks first comes first', () => {
  expect(stepOf(10_000).grants).toBe(1_000_000_000)
  const enough = limits().map(({ tenants }) => tenants)
  expect(enough).toEqual(enough.toSorted((a, b) => a - b))
  for (const { tenants, thenTenants } of limits()) expect(thenTenants).toBeGreaterThan(tenants)
})

test('a slope is that of most pairs of points, whatever single peaks do', () => {
  const line = Array.from({ length: 20 }, (_, x) => [x, 100 + 0.25 * x] as const)
  expect(theilSen(line)).toBeCloseTo(0.25)
  expect(theilSen(line.map(([x, y]) => [x, x === 7 ? 900 : y] as const))).toBeCloseTo(0.25)
  expect(theilSen([])).toBe(0)
})

test('tables that grow are told, with what ends it', () => {
  const before = new Map([
    ['identities', 1_000],
    ['ledger_entries', 100],
    ['policies', 3],
  ])
  const after = new Map([
    ['identities', 1_040],
    ['ledger_entries', 900],
    ['policies', 30],
    ['drafts', 21],
  ])
  expect(growthOf(before, after)).toEqual([
    { table: 'ledger_entries', before: 100, after: 900, boundedBy: expect.stringContaining('ledger age') },
    { table: 'policies', before: 3, after: 30, boundedBy: undefined },
    { table: 'drafts', before: 0, after: 21, boundedBy: undefined },
  ])
})
