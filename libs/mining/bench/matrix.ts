import { cohortMembers, mineCohorts, snapshotOf, windowBits } from '../src/index.ts'
import { orderMatrix } from '../src/matrix/order-matrix.ts'
import { type Measure, median, printMeasures, secondsOf } from './measure.ts'
import { plantedSnapshot } from './planted-snapshot.ts'

/** Matrices of everybody: their order with and without roles, and a window of 2,000 by 500. */
export async function benchMatrix({ scale }: { readonly scale: 'full' | 'small' }): Promise<Measure[]> {
  const identityCount = scale === 'full' ? 100_000 : 10_000
  const snapshot = snapshotOf(plantedSnapshot(identityCount))
  const roles = mineCohorts(snapshot, { maxSuggestions: 1000 }).suggestions.map(({ filters, entitlements }) => ({
    members: cohortMembers(snapshot, filters),
    entitlements: Uint32Array.from(entitlements, ({ entitlement }) => entitlement).sort(),
  }))
  const everybody = { people: { filters: [] }, keepsHeld: false }
  const byRoles = await secondsOf(() => orderMatrix(snapshot, { ...everybody, roles }))
  const without = await secondsOf(() => orderMatrix(snapshot, { ...everybody, roles: [] }))
  const order = orderMatrix(snapshot, { ...everybody, roles })
  const times: number[] = []
  for (let round = 0; round < 9; round++) {
    const window = { rowStart: round * 500, rowCount: 2_000, rowStep: 1, columnStart: round * 100, columnCount: 500 }
    times.push(await secondsOf(() => [...windowBits(snapshot, order, window)]))
  }
  const goal = scale === 'full' ? { goal: { atMost: 5_000 } } : {}
  return [
    { measure: 'grants', value: snapshot.grantCount, unit: '' },
    { measure: 'roles', value: roles.length, unit: '' },
    { measure: 'order by roles', value: byRoles * 1000, unit: 'ms', ...goal },
    { measure: 'order without roles', value: without * 1000, unit: 'ms', ...goal },
    { measure: 'an order takes', value: order.bytes / 1e6, unit: 'MB' },
    { measure: 'window of 2,000 by 500, median of 9', value: median(times) * 1000, unit: 'ms' },
  ]
}

if (import.meta.main) printMeasures(await benchMatrix({ scale: process.argv.includes('small') ? 'small' : 'full' }))
