import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changedRows } from './changed-rows.ts'
import type { GrantRows } from './grant-rows.ts'

const identities = 6
const entitlements = 7

type Days = ReadonlyMap<number, number>

/** By the plainest means: cells of a matrix, row by row. */
function rowsOf(days: Days): GrantRows {
  const cells = [...days].sort(([one], [other]) => one - other)
  const rowOffset = new Uint32Array(identities + 1)
  for (let i = 0; i < identities; i++) {
    rowOffset[i + 1] = cells.filter(([cell]) => cell < (i + 1) * entitlements).length
  }
  return {
    rowOffset,
    rowEntitlement: Uint32Array.from(cells, ([cell]) => cell % entitlements),
    lastUsedDay: Uint16Array.from(cells, ([, day]) => day),
  }
}

const cell = fc.nat(identities * entitlements - 1)

test('rows that were changed are the rows of all grants', () => {
  const grants = fc.array(fc.tuple(cell, fc.nat(3)), { maxLength: 40 })
  const changes = fc.uniqueArray(fc.tuple(cell, fc.integer({ min: -1, max: 3 })), { selector: ([at]) => at })
  fc.assert(
    fc.property(grants, changes, (given, changed) => {
      const before: Days = new Map(given)
      const after = new Map(before)
      for (const [at, day] of changed) {
        if (day < 0) after.delete(at)
        else after.set(at, day)
      }
      const ordered = changed.toSorted(([one], [other]) => one - other)
      const rows = changedRows(rowsOf(before), {
        identity: Uint32Array.from(ordered, ([at]) => Math.floor(at / entitlements)),
        entitlement: Uint32Array.from(ordered, ([at]) => at % entitlements),
        day: Int32Array.from(ordered, ([, day]) => day),
      })
      expect(rows).toEqual(rowsOf(after))
    }),
    { numRuns: 500 },
  )
})
